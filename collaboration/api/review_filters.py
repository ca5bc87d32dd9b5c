from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils import timezone

from brands.api.filters import MomentFilter, StrictFilterSet
from collaboration.models import Review
from collaboration.reviews import listing
from collaboration.reviews.choices import ReviewStatus

_ME = [("me", "me")]


class ReviewFilter(StrictFilterSet):
    status = django_filters.MultipleChoiceFilter(choices=ReviewStatus.choices, help_text="Repeated: any of them.")
    waiting_for = django_filters.ChoiceFilter(
        choices=_ME, method="filter_waiting_for", help_text="Those in which you are asked now, and did not decide."
    )
    requested_by = django_filters.ChoiceFilter(
        choices=_ME, method="filter_requested_by", help_text="Those that you asked for."
    )
    resource_type = django_filters.CharFilter(method="filter_resource", max_length=40)
    resource_id = django_filters.UUIDFilter(method="filter_resource", help_text="Those that ask, or asked, about it.")
    due_before = MomentFilter(field_name="next_due_at", lookup_expr="lt", help_text="A step that is open is due then.")
    due_after = MomentFilter(field_name="next_due_at", lookup_expr="gte")
    overdue = django_filters.ChoiceFilter(choices=[("true", "true")], method="filter_overdue")

    class Meta:
        model = Review
        fields: list[str] = []

    def filter_waiting_for(self, queryset: "QuerySet[Any]", name: str, value: str) -> "QuerySet[Any]":
        return listing.waiting_for(self.request.actor, queryset)

    def filter_requested_by(self, queryset: "QuerySet[Any]", name: str, value: str) -> "QuerySet[Any]":
        return queryset.filter(requested_by=self.request.actor.user_id)

    def filter_resource(self, queryset: "QuerySet[Any]", name: str, value: Any) -> "QuerySet[Any]":
        return listing.of_resource(queryset, **{name: value})

    def filter_overdue(self, queryset: "QuerySet[Any]", name: str, value: str) -> "QuerySet[Any]":
        return listing.overdue(queryset, timezone.now())
