from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import django_filters
from django.db.models import QuerySet

from analytics.api.serializers.metric_values import DAYS
from analytics.choices import AnomalyStatus, Direction, Interval, Severity
from analytics.models import Anomaly
from brands.api.filters import StrictFilterSet
from brands.models import Brand


class AnomalyFilter(StrictFilterSet):
    status = django_filters.MultipleChoiceFilter(choices=AnomalyStatus.choices, help_text="Repeated: any of them.")
    severity = django_filters.ChoiceFilter(choices=Severity.choices)
    direction = django_filters.ChoiceFilter(choices=Direction.choices)
    interval = django_filters.ChoiceFilter(choices=Interval.choices)
    metric = django_filters.UUIDFilter(field_name="metric_id")
    to = django_filters.DateFilter(method="filter_to", validators=DAYS, help_text="The last day of it.")

    class Meta:
        model = Anomaly
        fields: list[str] = []

    @classmethod
    def get_filters(cls) -> dict[str, Any]:
        first = django_filters.DateFilter(
            method="filter_from",
            validators=DAYS,
            help_text="The first day, by the brand's calendar, on which the period began.",
        )
        return {**super().get_filters(), "from": first}

    def filter_from(self, queryset: "QuerySet[Any]", name: str, value: date) -> "QuerySet[Any]":
        return queryset.filter(period_start__gte=self._midnight(value))

    def filter_to(self, queryset: "QuerySet[Any]", name: str, value: date) -> "QuerySet[Any]":
        return queryset.filter(period_start__lt=self._midnight(value + timedelta(days=1)))

    def _midnight(self, day: date) -> datetime:
        zone = Brand.objects.values_list("timezone", flat=True).get(pk=self.request.actor.brand_id)
        return datetime.combine(day, time.min, ZoneInfo(zone))
