"""Funnels and their answers."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from analytics.api import funnel_docs as docs
from analytics.api.serializers.funnels import FunnelBody, FunnelSerializer
from analytics.models import Funnel
from analytics.services import funnel_definitions
from brands.api.base import BrandViewSet
from brands.idempotency import Answer


@docs.FUNNELS
class FunnelViewSet(ListModelMixin, RetrieveModelMixin, BrandViewSet):
    model = Funnel
    serializer_class = FunnelSerializer
    lookup_value_converter = "uuid"
    capability = {
        "list": "analytics.view",
        "retrieve": "analytics.view",
        "create": funnel_definitions.CAPABILITY,
        "partial_update": funnel_definitions.CAPABILITY,
        "destroy": funnel_definitions.CAPABILITY,
    }

    def get_queryset(self) -> QuerySet[Any]:
        return super().get_queryset().select_related("created_by")

    def create(self, request: Request, **_: Any) -> Response:
        body = FunnelBody.read(request.data)
        return self.once(request, lambda: self._created(funnel_definitions.create(actor=self.actor, **body)))

    def partial_update(self, request: Request, **_: Any) -> Response:
        body = FunnelBody.read(request.data, partial=True)
        changed = funnel_definitions.change(actor=self.actor, funnel=self.get_object(), **body)
        return Response(FunnelSerializer(changed).data)

    def destroy(self, request: Request, **_: Any) -> Response:
        funnel_definitions.delete(actor=self.actor, funnel=self.get_object())
        return Response(status=204)

    def _created(self, made: Funnel) -> Answer:
        place = reverse("analytics:funnel-detail", kwargs={"brand_id": self.brand_id, "pk": made.pk})
        return Answer(201, FunnelSerializer(made).data, {"Location": place})
