from typing import Any

import django_filters
from django.db.models import QuerySet
from rest_framework.exceptions import ValidationError

PAGING = {"cursor", "limit"}


class StrictFilterSet(django_filters.FilterSet):
    """Refuses parameters that it does not know: a misspelt filter must not be ignored."""

    @property
    def qs(self) -> QuerySet[Any]:
        unknown = sorted(set(self.data or {}) - set(self.filters) - PAGING)
        if unknown:
            raise ValidationError({name: ["This parameter is unknown."] for name in unknown})
        return super().qs
