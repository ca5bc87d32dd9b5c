"""Prompt templates, their versions, and what they say when filled in."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from ai_studio.api import template_docs as docs
from ai_studio.api.filters import TemplateFilter
from ai_studio.api.serializers.prompt_templates import (
    FilledSerializer,
    RenderBody,
    TemplateBody,
    TemplateSerializer,
    TemplateVersionSerializer,
)
from ai_studio.models import PromptTemplate, PromptTemplateVersion
from ai_studio.services import prompt_templates
from brands.api.base import BrandViewSet
from brands.api.filters import PAGING, refuse_unknown
from brands.idempotency import Answer
from brands.permissions import visible


@docs.TEMPLATES
class PromptTemplateViewSet(ListModelMixin, RetrieveModelMixin, BrandViewSet):
    model = PromptTemplate
    serializer_class = TemplateSerializer
    filterset_class = TemplateFilter
    lookup_value_converter = "uuid"
    capability = {
        "list": "asset.view",
        "retrieve": "asset.view",
        "versions": "asset.view",
        "render": "asset.view",
        "create": prompt_templates.CAPABILITY,
        "partial_update": prompt_templates.CAPABILITY,
        "destroy": prompt_templates.CAPABILITY,
    }

    def get_queryset(self) -> QuerySet[Any]:
        templates = super().get_queryset().select_related("created_by")
        return templates.filter(archived_at=None) if self.action == "list" else templates

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The query string filters the list, not the one that an address names."""
        return super().filter_queryset(queryset) if self.action == "list" else queryset

    def create(self, request: Request, **_: Any) -> Response:
        body = TemplateBody.read(request.data)
        return self.once(request, lambda: self._created(prompt_templates.create(actor=self.actor, **body)))

    def partial_update(self, request: Request, **_: Any) -> Response:
        body = TemplateBody.read(request.data, partial=True)
        changed = prompt_templates.change(actor=self.actor, template=self.get_object(), **body)
        return Response(TemplateSerializer(changed).data)

    def destroy(self, request: Request, **_: Any) -> Response:
        prompt_templates.archive(actor=self.actor, template=self.get_object())
        return Response(status=204)

    @action(detail=True, methods=["post"])
    def render(self, request: Request, **_: Any) -> Response:
        variables = RenderBody.read(request.data).get("variables", {})
        filled = prompt_templates.fill(template=self.get_object(), variables=variables)
        return Response(FilledSerializer(filled).data)

    @action(detail=True, methods=["get"], filterset_class=None)
    def versions(self, request: Request, **_: Any) -> Response:
        refuse_unknown(request.query_params, PAGING)
        known = PromptTemplateVersion.objects.filter(template=self.get_object()).select_related("created_by")
        page = self.paginate_queryset(visible(self.actor, self.needs, known))
        return self.get_paginated_response(TemplateVersionSerializer(page, many=True).data)

    def _created(self, made: PromptTemplate) -> Answer:
        place = reverse("ai:prompt-template-detail", kwargs={"brand_id": self.brand_id, "pk": made.pk})
        return Answer(201, TemplateSerializer(made).data, {"Location": place})
