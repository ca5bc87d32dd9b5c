from datetime import UTC, datetime
from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django_filters.fields import IsoDateTimeField
from rest_framework.exceptions import ValidationError

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
        unknown = sorted(set(self.data or {}) - set(self.filters) - PAGING)
        if unknown:
            raise ValidationError({name: ["This parameter is unknown."] for name in unknown})
        return super().qs
