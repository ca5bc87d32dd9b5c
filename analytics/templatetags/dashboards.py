"""Numbers in the dashboards, and the way to those that somebody may see."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from analytics.charts.numbers import PERCENT, short
from analytics.choices import Severity
from analytics.dashboards.menu import MENU, Entry
from analytics.models import AnalyticsCohort
from brands import html

register = template.Library()

SEVERITY_COLOURS = {Severity.HIGH: "danger", Severity.MEDIUM: "warning"}
CENT = Decimal("0.01")
LEAST_CHANCE = 0.0001
_BETWEEN = '{} <span class="an-between">{}</span>'


@register.filter
def whole(value: float) -> str:
    return f"{value:,.0f}"


@register.filter
def percent(share: float | None) -> str:
    """0.253 → 25.3 %."""
    return html.NOTHING if share is None else short(share, PERCENT)


@register.filter
def rounded_usd(amount: Decimal | None) -> str:
    return html.usd(None if amount is None else amount.quantize(Decimal("0.0001")))


@register.filter
def chance(q: float) -> str:
    return f"< {LEAST_CHANCE}" if q < LEAST_CHANCE else f"{q:.2g}"


@register.filter
def as_rate(cell: Mapping[str, Any]) -> dict[str, Any]:
    """A cell of retention as the funnel's rates are."""
    return {"value": cell["rate"], "low": cell["low"], "high": cell["high"]}


@register.simple_tag
def cohort_cell(cell: AnalyticsCohort, measure: str, currency: str) -> str | SafeString:
    value = getattr(cell, measure)
    if value is None:
        is_old_enough = cell.revenue is not None
        said = "not known" if is_old_enough else f"from {cell.matures_date:%-d %b %Y}"
        return format_html('<span class="at-quiet">{}</span>', said)
    if measure == "retention":
        estimated = ", estimated" if cell.seen is None else ""
        between = f"{percent(cell.retention_low)} to {percent(cell.retention_high)}{estimated}"
        return format_html(_BETWEEN, percent(value), between)
    if measure == "ltv" and cell.ltv_low is not None and cell.ltv_high is not None:
        between = f"{cell.ltv_low.quantize(CENT):,} to {cell.ltv_high.quantize(CENT):,}"
        return format_html(_BETWEEN, f"{value.quantize(CENT):,} {currency}", between)
    return f"{value.quantize(CENT):,} {currency}"


@register.simple_tag(takes_context=True)
def dashboards(context: Mapping[str, Any]) -> list[tuple[Entry, str]]:
    request = context["request"]
    return [(entry, entry.address(request)) for entry in MENU if entry.is_allowed(request)]


@register.filter
def severity_colour(severity: str) -> str:
    return SEVERITY_COLOURS[Severity(severity)]
