from collections.abc import Iterable, Set
from datetime import UTC, datetime
from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django_filters.fields import IsoDateTimeField
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

PAGING = {"cursor", "limit"}


class MomentField(IsoDateTimeField):
    """A moment in UTC: PostgreSQL knows no offset beyond 15:59, and RFC 3339 does."""

    def to_python(self, value: Any) -> datetime | None:
        moment: datetime | None = super().to_python(value)
        try:
            return moment and moment.astimezone(UTC)
        except OverflowError as error:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid") from error


class MomentFilter(django_filters.IsoDateTimeFilter):
    field_class = MomentField


class StrictFilterSet(django_filters.FilterSet):
    """Refuses parameters that it does not know: a misspelt filter must not be ignored."""

    @property
    def qs(self) -> QuerySet[Any]:
        refuse_unknown(self.data or {}, {*self.filters, *PAGING})
        return super().qs


class StrictFilterBackend(DjangoFilterBackend):
    """So does a list that has no filters."""

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: Any) -> QuerySet[Any]:
        if getattr(view, "action", None) == "list" and self.get_filterset_class(view, queryset) is None:
            refuse_unknown(request.query_params, PAGING)
        filtered: QuerySet[Any] = super().filter_queryset(request, queryset, view)
        return filtered


def refuse_unknown(parameters: Iterable[str], known: Set[str]) -> None:
    """Raises ValidationError naming each parameter that is not known."""
    if unknown := sorted(set(parameters) - known):
        raise ValidationError({name: ["This parameter is unknown."] for name in unknown})
