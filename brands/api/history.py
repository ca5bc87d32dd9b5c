"""What happened: the audit trail, and the log of domain events."""

from typing import Any, ClassVar

import django_filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from brands.api.base import BrandViewSet
from brands.api.filters import MomentFilter, StrictFilterSet
from brands.api.pagination import page_size
from brands.api.serializers import StrictSerializer
from brands.choices import ActorKind
from brands.models import AuditEntry, DomainEvent

MAX_SEQ = 2**63 - 1


class AuditEntrySerializer(serializers.ModelSerializer[AuditEntry]):
    # None only inside the transaction that makes the entry.
    seq = serializers.IntegerField(help_text="Its place in the brand's chain, from 1, in the order of commits.")

    class Meta:
        model = AuditEntry
        fields = (
            "id", "at", "actor_kind", "actor_id", "actor_label", "action", "object_type", "object_id", "details", "ip",
            "request_id", "seq", "prev_hash", "hash",
        )  # fmt: skip


class AuditFilter(StrictFilterSet):
    action = django_filters.CharFilter(max_length=60)
    actor_kind = django_filters.ChoiceFilter(choices=ActorKind.choices)
    actor_id = django_filters.CharFilter(max_length=64)
    object_type = django_filters.CharFilter(max_length=60)
    object_id = django_filters.CharFilter(max_length=64)
    since = MomentFilter(field_name="at", lookup_expr="gte")
    until = MomentFilter(field_name="at", lookup_expr="lt")

    class Meta:
        model = AuditEntry
        fields: list[str] = []


class DomainEventSerializer(serializers.ModelSerializer[DomainEvent]):
    class Meta:
        model = DomainEvent
        fields = ("seq", "type", "payload", "at")


class DomainEventPageSerializer(serializers.Serializer[Any]):
    results = DomainEventSerializer(many=True)
    last_seq = serializers.IntegerField(help_text="Ask for what comes after it next.")


class AfterSeq(StrictSerializer):
    after_seq = serializers.IntegerField(min_value=0, max_value=MAX_SEQ, default=0)


@extend_schema_view(list=extend_schema(operation_id="audit_list"))
class AuditViewSet(ListModelMixin, BrandViewSet):
    model = AuditEntry
    serializer_class = AuditEntrySerializer
    filterset_class = AuditFilter
    capability: ClassVar[dict[str, str]] = {"list": "audit.view"}


class DomainEventViewSet(BrandViewSet):
    model = DomainEvent
    serializer_class = DomainEventSerializer
    # Events tell of everything in the brand, members and keys included.
    capability: ClassVar[dict[str, str]] = {"list": "audit.view"}
    pagination_class = None
    filter_backends = []

    @extend_schema(
        operation_id="domain_events_list",
        parameters=[
            OpenApiParameter("after_seq", OpenApiTypes.INT64, description="Only later events; 0 from the start."),
            OpenApiParameter("limit", OpenApiTypes.INT32, description="1 to 200."),
        ],
        responses=DomainEventPageSerializer,
    )
    def list(self, request: Request, **kwargs: Any) -> Response:
        """Events in their order, without a gap. Repeat with `after_seq` = `last_seq` to follow the log."""
        after_seq = _after_seq(request)
        events = self.get_queryset().filter(seq__gt=after_seq).order_by("seq")[: page_size(request, 100)]
        results = DomainEventSerializer(events, many=True).data
        return Response({"results": results, "last_seq": results[-1]["seq"] if results else after_seq})


def _after_seq(request: Request) -> int:
    wanted = {name: value for name, value in request.query_params.items() if name != "limit"}
    return int(AfterSeq.read(wanted)["after_seq"])
