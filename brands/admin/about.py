"""Rows about a resource, and what that is called: ids tell people nothing."""

from typing import Any

from django.db.models import Case, CharField, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.functions import Cast, Left
from django.http import HttpRequest

from brands import registry
from brands.admin.base import ReadOnlyAdmin, rows_of
from brands.html import mono

MOST = 60


class AboutResourceAdmin(ReadOnlyAdmin):
    """For models with `resource_type` and `resource_id`; `named(row)` costs no query of its own."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).annotate(resource_title=_title())

    @staticmethod
    def named(row: Any) -> str:
        if not row.resource_type:
            return "the brand"
        title = getattr(row, "resource_title", "")
        if not title:
            return mono(f"{row.resource_type} {row.resource_id}")
        label = registry.known(row.resource_type).label
        return f"{label}: {title if len(title) < MOST else f'{title[: MOST - 1]}…'}"


def _title() -> Case:
    whens = [
        When(resource_type=each.code, then=Subquery(_titles(registry.model_of(each.code), each.title_field)))
        for each in registry.all_types()
    ]
    return Case(*whens, default=Value(""), output_field=CharField())


def _titles(model: Any, field: str) -> QuerySet[Any]:
    meant = rows_of(model).filter(brand=OuterRef("brand"), pk=OuterRef("resource_id"))
    return meant.order_by().values(resource_named=Left(Cast(field, CharField()), MOST))[:1]
