"""Prompts that a brand keeps, with {{variables}} to fill in."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from ai_studio.choices import GenerationType
from ai_studio.models.generation import MAX_PROMPT_LENGTH
from ai_studio.prompts.variables import Variable
from brands.tenancy.models import BrandForeignKey, BrandModel

CONTENT = ("type", "body", "negative_prompt", "variables", "parameters")


class TemplateContent(BrandModel):
    """What a template says. An empty type: whoever uses it chooses."""

    type = models.CharField(max_length=16, choices=GenerationType, blank=True)
    body = models.CharField(max_length=MAX_PROMPT_LENGTH)
    negative_prompt = models.CharField(max_length=MAX_PROMPT_LENGTH, blank=True)
    variables = models.JSONField(default=list, blank=True, help_text="As ai_studio.prompts.variables reads them.")
    parameters = models.JSONField(default=dict, blank=True, help_text="Used where a wish says nothing else.")

    class Meta:
        abstract = True

    @property
    def content(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in CONTENT}

    @property
    def typed_variables(self) -> list[Variable]:
        return [Variable.read(stored) for stored in self.variables]


class PromptTemplate(TemplateContent):
    """A template as it is now. It is never deleted, for generations name it: archived ones are used no more, and leave
    their name to others."""

    name = models.CharField(max_length=120)
    version = models.PositiveIntegerField(default=1)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    archived_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["brand", "name"], condition=Q(archived_at=None), name="template_name_once_while_in_use"
            ),
            models.CheckConstraint(condition=~Q(name="") & ~Q(body=""), name="template_has_name_and_body"),
            models.CheckConstraint(condition=Q(type__in=["", *GenerationType.values]), name="template_type_known"),
            models.CheckConstraint(condition=Q(version__gte=1), name="template_version_positive"),
        ]

    def __str__(self) -> str:
        return self.name


class PromptTemplateVersion(TemplateContent):
    """What a template said under one version number. Written once: a generation that names (template, version) can
    always be traced to these words."""

    template = BrandForeignKey("ai_studio.PromptTemplate", on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["brand", "template", "number"], name="template_version_once"),
        ]

    def __str__(self) -> str:
        return f"{self.template_id} version {self.number}"
