"""Things of the frontend's own systems."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from brands.api.base import BrandViewSet
from brands.idempotency import Answer
from collaboration.api import external_docs as docs
from collaboration.api.filters import ExternalResourceFilter
from collaboration.api.serializers.external_resources import ExternalResourceBody, ExternalResourceSerializer
from collaboration.external import registering
from collaboration.models import ExternalResource


@docs.RESOURCES
class ExternalResourceViewSet(ListModelMixin, RetrieveModelMixin, BrandViewSet):
    model = ExternalResource
    serializer_class = ExternalResourceSerializer
    filterset_class = ExternalResourceFilter
    lookup_value_converter = "uuid"
    capability = {
        "list": "asset.view",
        "retrieve": "asset.view",
        "create": registering.REGISTERING,
        "destroy": registering.ARCHIVING,
    }
    by_resource = frozenset(capability)

    def get_queryset(self) -> QuerySet[Any]:
        if getattr(self, "swagger_fake_view", False):
            return super().get_queryset()
        return registering.seen_by(self.actor)

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The query string filters the list, not the one that an address names."""
        return super().filter_queryset(queryset) if self.action == "list" else queryset

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "actor": getattr(self, "actor", None)}

    def create(self, request: Request, **_: Any) -> Response:
        body = ExternalResourceBody.read(request.data)
        return self.once(request, lambda: self._registered(body))

    def destroy(self, request: Request, **_: Any) -> Response:
        registering.archive(actor=self.actor, resource=self.get_object())
        return Response(status=204)

    def _registered(self, body: dict[str, Any]) -> Answer:
        row, is_new = registering.register(actor=self.actor, **body)
        place = reverse("collaboration:resource-detail", kwargs={"brand_id": self.brand_id, "pk": row.pk})
        shown = ExternalResourceSerializer(row, context={"actor": self.actor}).data
        return Answer(201 if is_new else 200, shown, {"Location": place})
