"""What lists of collaboration may be narrowed by."""

from typing import Any
from uuid import UUID

import django_filters
from django.db.models import QuerySet
from rest_framework.exceptions import ValidationError

from brands.api.filters import StrictFilterSet
from collaboration.external.choices import ExternalType
from collaboration.models import ExternalResource, Thread
from collaboration.models.external_resource import MAX_EXTERNAL_ID
from collaboration.threads import listing, pins, reading
from collaboration.threads.choices import RESOURCE_TYPES, ThreadStatus, ThreadType, Visibility

MAX_SEARCH_LENGTH = 200
_YES = [("true", "true")]


class ThreadFilter(StrictFilterSet):
    resource_type = django_filters.ChoiceFilter(choices=[(code, code) for code in RESOURCE_TYPES])
    resource_id = django_filters.UUIDFilter(method="filter_resource")
    all_versions = django_filters.ChoiceFilter(
        choices=_YES,
        method="filter_nothing",
        help_text="With resource_id of a generation: the threads of its other versions as well.",
    )
    status = django_filters.ChoiceFilter(choices=ThreadStatus.choices)
    visibility = django_filters.ChoiceFilter(choices=Visibility.choices)
    type = django_filters.MultipleChoiceFilter(choices=ThreadType.choices)
    mentions = django_filters.ChoiceFilter(
        choices=[("me", "me")], method="filter_mentions", help_text="Those that call you."
    )
    unread = django_filters.ChoiceFilter(
        choices=_YES, method="filter_unread", help_text="Those with comments that you have not read."
    )
    search = django_filters.CharFilter(
        method="filter_search", max_length=MAX_SEARCH_LENGTH, help_text="Words that are all in one of its comments."
    )

    class Meta:
        model = Thread
        fields: list[str] = []

    def filter_resource(self, queryset: "QuerySet[Any]", name: str, value: UUID) -> "QuerySet[Any]":
        kind = self.form.cleaned_data.get("resource_type")
        if not kind:
            raise ValidationError({"resource_type": ["Give it with resource_id."]})
        if not self.form.cleaned_data.get("all_versions"):
            return queryset.filter(resource_id=value)
        if kind != pins.GENERATION:
            raise ValidationError({"all_versions": [f"For {pins.GENERATION} only."]})
        return listing.of_all_versions(self.request.actor, queryset, value)

    def filter_nothing(self, queryset: "QuerySet[Any]", name: str, value: str) -> "QuerySet[Any]":
        if not self.form.cleaned_data.get("resource_id"):
            raise ValidationError({"resource_id": ["Give it with all_versions."]})
        return queryset

    def filter_mentions(self, queryset: "QuerySet[Any]", name: str, value: str) -> "QuerySet[Any]":
        return listing.mentioning(self.request.actor, queryset)

    def filter_unread(self, queryset: "QuerySet[Any]", name: str, value: str) -> "QuerySet[Any]":
        return reading.only_unread(self.request.actor, queryset)

    def filter_search(self, queryset: "QuerySet[Any]", name: str, value: str) -> "QuerySet[Any]":
        return listing.saying(queryset, value)


class ExternalResourceFilter(StrictFilterSet):
    type = django_filters.MultipleChoiceFilter(field_name="kind", choices=ExternalType.choices)
    external_id = django_filters.CharFilter(max_length=MAX_EXTERNAL_ID)
    search = django_filters.CharFilter(
        field_name="title", lookup_expr="icontains", max_length=MAX_SEARCH_LENGTH, help_text="A part of the title."
    )

    class Meta:
        model = ExternalResource
        fields: list[str] = []
