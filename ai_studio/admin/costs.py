"""What brands spent, as staff reads it; and correcting what a generation cost."""

import json
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID, uuid4

from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from ai_studio.admin.queue import require
from ai_studio.api.spreadsheets import csv_response
from ai_studio.models import Generation
from ai_studio.services.adjustments import MAX_NOTE_LENGTH, adjust
from ai_studio.services.cost_report import DIMENSIONS, CostReport, cost_report
from ai_studio.services.forecast import TOO_FEW_DAYS, Forecast
from brands.admin.base import brand_choices, rendered, sentence
from brands.errors import AtelierError, InvalidInput
from brands.permissions import staff_actor
from brands.tenancy.scope import brand_scope

DEFAULT_GROUPS = ["provider", "model"]
MOST_SHOWN = 500


def report_view(request: HttpRequest) -> HttpResponse:
    require(request, "ai_studio.view_costrecord")
    brands = brand_choices()
    chosen, groups = _chosen_brand(request, brands), _groups(request)
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "title": "Costs",
        "brands": brands,
        "chosen": chosen,
        "dimensions": [(name, name in groups) for name in DIMENSIONS],
        "asked": {"from": request.GET.get("from", ""), "to": request.GET.get("to", "")},
        "query": request.GET.urlencode(),
    }
    try:
        context |= _shown(request, chosen, groups) if chosen else {}
    except AtelierError as error:
        messages.error(request, sentence(error))
    return TemplateResponse(request, "admin/ai_studio/costs.html", context)


def report_csv_view(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    require(request, "ai_studio.view_costrecord")
    chosen = _chosen_brand(request, brand_choices())
    if not chosen:
        raise Http404
    try:
        return csv_response(_report(request, chosen, _groups(request)))
    except AtelierError as error:
        messages.error(request, sentence(error))
        return HttpResponseRedirect(reverse("admin:ai_studio_costs"))


def adjust_view(request: HttpRequest, generation_id: UUID) -> HttpResponse:
    """GET asks how much and why, POST does it. The key in the form makes sending it twice harmless."""
    require(request, "ai_studio.change_budget")
    row = Generation.objects.all_brands(reason="staff").filter(pk=generation_id).first()
    if row is None:
        raise Http404
    if request.method == "POST" and _adjusted(request, row):
        return HttpResponseRedirect(reverse("admin:ai_studio_generation_change", args=[row.pk]))
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "title": "Correct a cost",
        "generation": row,
        "key": request.POST.get("key") or uuid4(),
        "given": request.POST,
        "max_note_length": MAX_NOTE_LENGTH,
    }
    with brand_scope(row.brand_id):
        return rendered(TemplateResponse(request, "admin/ai_studio/adjust.html", context))


def in_words(forecast: Forecast | None) -> str:
    if forecast is None:
        return "–"
    if forecast.runs_out_date is None:
        few = forecast.reason == TOO_FEW_DAYS
        return "Not known: fewer than 3 days of the last 14 cost something." if few else "Not in this month."
    latest = f"{forecast.latest_date:%d %B}" if forecast.latest_date else "not in this month"
    return f"{forecast.runs_out_date:%d %B} (between {forecast.earliest_date:%d %B} and {latest})"


def _adjusted(request: HttpRequest, row: Generation) -> bool:
    try:
        with brand_scope(row.brand_id):
            adjust(
                actor=staff_actor(row.brand_id, request.user),
                generation=row,
                amount_usd=_decimal(request.POST.get("amount_usd", "")),
                note=request.POST.get("note", "").replace("\0", ""),
                effect_key=request.POST.get("key", "").replace("\0", ""),
            )
    except AtelierError as error:
        messages.error(request, sentence(error))
        return False
    messages.success(request, "The cost is corrected.")
    return True


def _decimal(text: str) -> Decimal:
    try:
        return Decimal(text.strip())
    except InvalidOperation as error:
        raise InvalidInput(fields={"amount_usd": ["No amount."]}) from error


def _shown(request: HttpRequest, brand: str, groups: list[str]) -> dict[str, Any]:
    report = _report(request, brand, groups)
    days = _report(request, brand, ["day"])
    rows = [(_cells(report, row.keys), row.generations, row.amount_usd) for row in report.rows[:MOST_SHOWN]]
    return {"report": report, "rows": rows, "hidden": len(report.rows) - len(rows), "chart": _chart(days)}


def _report(request: HttpRequest, brand: str, groups: list[str]) -> CostReport:
    brand_id = UUID(brand)
    days = {f"{name}_date": _day(request, name) for name in ("from", "to")}
    with brand_scope(brand_id):
        actor = staff_actor(brand_id, request.user)
        return cost_report(actor=actor, at=timezone.now(), group_by=groups, **days)


def _day(request: HttpRequest, name: str) -> date | None:
    text = request.GET.get(name, "")
    try:
        day = date.fromisoformat(text) if text else None
    except ValueError as error:
        raise InvalidInput(fields={name: ["No day."]}) from error
    if day is not None and not 2000 <= day.year <= 2100:  # noqa: PLR2004 - far from today would leave the calendar
        raise InvalidInput(fields={name: ["From 2000 to 2100."]})
    return day


def _groups(request: HttpRequest) -> list[str]:
    return [name for name in request.GET.getlist("group_by") if name in DIMENSIONS] or DEFAULT_GROUPS


def _chosen_brand(request: HttpRequest, brands: list[tuple[str, str]]) -> str:
    asked = request.GET.get("brand", "")
    return asked if asked in dict(brands) else (brands[0][0] if brands else "")


def _cells(report: CostReport, keys: Any) -> list[str]:
    shown = {"user": lambda user: user[1], "month": lambda month: f"{month:%B %Y}"}
    return [str(shown.get(name, str)(keys[name])) for name in report.group_by]


def _chart(days: CostReport) -> str | None:
    if not days.rows:
        return None
    spent = {row.keys["day"]: row.amount_usd for row in days.rows}
    values = [float(spent.get(day, 0)) for day in days.period.dates]
    bars = {"label": "USD", "data": values, "backgroundColor": "var(--color-primary-600)", "maxBarThickness": 16}
    labels = [f"{day:%d %b}" for day in days.period.dates]
    return json.dumps({"labels": labels, "datasets": [{**bars, "displayYAxis": True, "suffixYAxis": "USD"}]})
