"""What every page does: who may see it, whose numbers, and a question that is refused told in a sentence."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from rest_framework.exceptions import ValidationError

from analytics.dashboards.menu import Entry
from analytics.dashboards.pickers import Picker
from analytics.dashboards.visit import SPANS, Visit
from analytics.models import DailyCount
from brands.admin.base import brand_choices, rendered, sentence
from brands.api.exceptions import as_atelier_error
from brands.errors import AtelierError
from brands.models import Brand
from brands.permissions import staff_actor
from brands.tenancy.scope import brand_scope


@dataclass(frozen=True)
class Page:
    """`answer` is what its template shows; it may refuse, `pickers` may not. Both in the brand's scope.

    `of_events`: a brand without events has nothing to show.
    """

    entry: Entry
    answer: Callable[[Visit], dict[str, Any]]
    pickers: Callable[[Visit], Sequence[Picker]] = lambda _: ()
    of_events: bool = True
    default_days: int = 30


def view(page: Page) -> Callable[[HttpRequest], HttpResponse]:
    entry = page.entry

    def shown(request: HttpRequest) -> HttpResponse:
        if not entry.is_allowed(request):
            raise PermissionDenied
        brands = brand_choices()
        context: dict[str, Any] = {
            **admin.site.each_context(request),
            "title": entry.title,
            "entry": entry,
            "brands": brands,
        }
        response = TemplateResponse(request, f"admin/analytics/{entry.name}.html", context)
        return _filled(request, response, page, UUID(_chosen(request, brands))) if brands else response

    return shown


def _filled(request: HttpRequest, response: TemplateResponse, page: Page, brand_id: UUID) -> HttpResponse:
    """By the brand's clock."""
    with brand_scope(brand_id):
        visit = _visit(request, page, brand_id)
        with timezone.override(visit.brand.timezone):
            found = {
                "chosen": str(brand_id),
                "brand": visit.brand,
                "spans": _spans(visit),
                "pickers": page.pickers(visit),
                **{name: request.GET.get(asked, "") for name, asked in (("first", "from"), ("last", "to"))},
                **_answer(visit, page),
            }
            response.context_data = {**(response.context_data or {}), **found}
            return rendered(response)


def _visit(request: HttpRequest, page: Page, brand_id: UUID) -> Visit:
    brand = Brand.objects.get(pk=brand_id)
    return Visit(request, staff_actor(brand_id, request.user), brand, timezone.now(), page.default_days)


def _answer(visit: Visit, page: Page) -> dict[str, Any]:
    if page.of_events and not DailyCount.objects.exists():
        return {"no_events": True}
    try:
        days = visit.days
        return {"days": days, "first": str(days.from_date), "last": str(days.to_date), "answer": page.answer(visit)}
    except (AtelierError, ValidationError) as error:
        known = as_atelier_error(error)
        messages.error(visit.request, sentence(known) if known else str(error))
        return {}


def _chosen(request: HttpRequest, brands: Sequence[tuple[str, str]]) -> str:
    asked = request.GET.get("brand", "")
    return asked if asked in dict(brands) else brands[0][0]


def _spans(visit: Visit) -> list[tuple[str, str]]:
    """(words, address) of the usual spans of days; all else stays chosen."""
    found = []
    for words, days in SPANS:
        query = visit.request.GET.copy()
        query["from"], query["to"] = str(visit.today - timedelta(days=days - 1)), str(visit.today)
        found.append((words, f"?{query.urlencode()}"))
    return found
