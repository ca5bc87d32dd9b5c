"""Webhooks, and what was sent to them."""

from datetime import timedelta
from typing import Any, ClassVar

import django_filters
from django.db.models import QuerySet
from django.urls import reverse
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from brands.api.base import BrandAPIView, BrandViewSet
from brands.api.filters import MomentFilter, StrictFilterSet
from brands.clock import database_now
from collaboration.api import webhook_docs as docs
from collaboration.api.serializers.webhooks import (
    IssuedWebhookSerializer,
    ResendFailedBody,
    ResentSerializer,
    RotateWebhookBody,
    WebhookBody,
    WebhookDeliveryDetailSerializer,
    WebhookDeliverySerializer,
    WebhookSerializer,
)
from collaboration.models import WebhookDelivery, WebhookEndpoint
from collaboration.models.webhook_delivery import TEST
from collaboration.webhooks import catalogue, endpoints, resending, testing
from collaboration.webhooks.choices import DeliveryStatus
from collaboration.webhooks.endpoints import CAPABILITY, Issued


@docs.WEBHOOKS
class WebhookViewSet(ListModelMixin, RetrieveModelMixin, BrandViewSet):
    model = WebhookEndpoint
    serializer_class = WebhookSerializer
    lookup_value_converter = "uuid"
    capability = dict.fromkeys(
        ("list", "retrieve", "create", "partial_update", "destroy", "rotate", "test", "resend_failed"), CAPABILITY
    )

    def get_queryset(self) -> QuerySet[Any]:
        return super().get_queryset().select_related("created_by")

    def create(self, request: Request, **_: Any) -> Response:
        issued = endpoints.create(actor=self.actor, **WebhookBody.read(request.data))
        place = reverse("collaboration:webhook-detail", kwargs={"brand_id": self.brand_id, "pk": issued.endpoint.pk})
        return Response(_shown_once(issued), status=201, headers={"Location": place})

    def partial_update(self, request: Request, **_: Any) -> Response:
        body = WebhookBody.read(request.data, partial=True)
        changed = endpoints.change(actor=self.actor, endpoint=self.get_object(), **body)
        return Response(WebhookSerializer(changed).data)

    def destroy(self, request: Request, **_: Any) -> Response:
        endpoints.delete(actor=self.actor, endpoint=self.get_object())
        return Response(status=204)

    @action(detail=True, methods=["post"])
    def rotate(self, request: Request, **_: Any) -> Response:
        overlap = timedelta(seconds=RotateWebhookBody.read(request.data)["overlap_seconds"])
        issued = endpoints.rotate(actor=self.actor, endpoint=self.get_object(), overlap=overlap, at=database_now())
        return Response(_shown_once(issued))

    @action(detail=True, methods=["post"])
    def test(self, request: Request, **_: Any) -> Response:
        endpoint = self.get_object()
        with self.apart():
            tested = testing.send(actor=self.actor, endpoint=endpoint, at=database_now())
        return Response(WebhookDeliveryDetailSerializer(tested).data)

    @action(detail=True, methods=["post"], url_path="resend-failed")
    def resend_failed(self, request: Request, **_: Any) -> Response:
        body = ResendFailedBody.read(request.data)
        resent = resending.resend_failed(actor=self.actor, endpoint=self.get_object(), at=database_now(), **body)
        return Response(ResentSerializer(resent).data, status=202)


class WebhookDeliveryFilter(StrictFilterSet):
    webhook = django_filters.UUIDFilter(field_name="endpoint_id")
    status = django_filters.ChoiceFilter(choices=DeliveryStatus.choices)
    event_type = django_filters.ChoiceFilter(choices=[(name, name) for name in (*catalogue.TYPES, TEST)])
    since = MomentFilter(field_name="created_at", lookup_expr="gte")
    until = MomentFilter(field_name="created_at", lookup_expr="lt")

    class Meta:
        model = WebhookDelivery
        fields: list[str] = []


@docs.DELIVERIES
class WebhookDeliveryViewSet(ListModelMixin, RetrieveModelMixin, BrandViewSet):
    model = WebhookDelivery
    filterset_class = WebhookDeliveryFilter
    lookup_value_converter = "uuid"
    capability: ClassVar[dict[str, str]] = dict.fromkeys(("list", "retrieve", "resend"), CAPABILITY)

    def get_serializer_class(self) -> Any:
        return WebhookDeliveryDetailSerializer if self.action == "retrieve" else WebhookDeliverySerializer

    def get_queryset(self) -> QuerySet[Any]:
        found = super().get_queryset()
        return found.prefetch_related("attempts") if self.action == "retrieve" else found

    @action(detail=True, methods=["post"])
    def resend(self, request: Request, **_: Any) -> Response:
        resent = resending.resend(actor=self.actor, delivery_id=self.get_object().pk)
        return Response(WebhookDeliverySerializer(resent).data, status=202)


class WebhookEventTypesView(BrandAPIView):
    capability: ClassVar[dict[str, str]] = {"get": CAPABILITY}

    @docs.EVENT_TYPES
    def get(self, request: Request, **_: Any) -> Response:
        return Response({"results": catalogue.TYPES})


def _shown_once(issued: Issued) -> dict[str, Any]:
    issued.endpoint.secret = issued.secret  # type: ignore[attr-defined]
    return dict(IssuedWebhookSerializer(issued.endpoint).data)
