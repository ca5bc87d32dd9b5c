from typing import Any

import django_filters
from django.db.models import QuerySet

from analytics.models import DeadLetter, Event
from analytics.models.event import MAX_DISTINCT_ID, MAX_NAME
from analytics.services import event_log
from brands.api.filters import MomentFilter, StrictFilterSet

MAX_NUMBER = 2**63 - 1


class EventFilter(StrictFilterSet):
    name = django_filters.CharFilter(max_length=MAX_NAME, strip=False)
    person = django_filters.NumberFilter(
        method="filter_person", min_value=1, max_value=MAX_NUMBER, decimal_places=0, help_text="Their number."
    )
    distinct_id = django_filters.CharFilter(method="filter_distinct_id", max_length=MAX_DISTINCT_ID, strip=False)
    since = MomentFilter(field_name="at", lookup_expr="gte")
    until = MomentFilter(field_name="at", lookup_expr="lt")

    class Meta:
        model = Event
        fields: list[str] = []

    def filter_person(self, queryset: "QuerySet[Any]", name: str, value: Any) -> "QuerySet[Any]":
        return event_log.of_person(queryset, int(value))

    def filter_distinct_id(self, queryset: "QuerySet[Any]", name: str, value: str) -> "QuerySet[Any]":
        return event_log.of_distinct_id(queryset, value)


class DeadLetterFilter(StrictFilterSet):
    source = django_filters.CharFilter(max_length=40)
    code = django_filters.CharFilter(max_length=60)
    since = MomentFilter(field_name="received_at", lookup_expr="gte")
    until = MomentFilter(field_name="received_at", lookup_expr="lt")

    class Meta:
        model = DeadLetter
        fields: list[str] = []
