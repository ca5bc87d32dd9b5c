from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display

from ai_studio.models import PromptTemplate, PromptTemplateVersion
from ai_studio.services import prompt_templates
from brands.admin.base import BrandFilter, ReadOnlyAdmin, StaffAction
from brands.admin.paged import PagedInline


class VersionInline(PagedInline):
    """What it said, and who wrote it."""

    model = PromptTemplateVersion
    fields = readonly_fields = ["number", "body", "negative_prompt", "created_by", "created_at"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("created_by")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(PromptTemplate)
class PromptTemplateAdmin(ReadOnlyAdmin):
    """A template is the brand's own words: staff looks, and takes one out of use."""

    staff_actions = (
        StaffAction(
            "archive",
            "Archive",
            "archive",
            do=lambda actor, row: prompt_templates.archive(actor=actor, template=row),
            done="archived; it can be used no more",
            offered=lambda row: row.archived_at is None,
            dangerous=True,
        ),
    )
    inlines = [VersionInline]
    list_display = ["name", "brand", "type", "version", "state", "created_by", "updated_at"]
    list_filter = [BrandFilter, ("type", ChoicesDropdownFilter)]
    list_select_related = ["brand", "created_by"]
    search_fields = ["name"]
    ordering = ["-id"]
    fields = [
        "name", "brand", "type", "version", "body", "negative_prompt", "variables", "parameters", "created_by",
        "created_at", "updated_at", "archived_at",
    ]  # fmt: skip

    @display(description="State", label={"in use": "success", "archived": "warning"})
    def state(self, template: PromptTemplate) -> str:
        return "archived" if template.archived_at else "in use"
