"""Words, money and badges in the staff admin's own pages."""

from decimal import Decimal
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from ai_studio.choices import ACTIVE, Status
from brands import html

STATUS_COLOURS = {
    Status.PENDING: "info",
    Status.PROCESSING: "primary",
    Status.COMPLETED: "success",
    Status.FAILED: "danger",
    Status.CANCELLED: "warning",
}

register = template.Library()


@register.filter
def usd(amount: Decimal | None) -> str:
    return html.usd(amount)


@register.filter
def words(name: str) -> str:
    """duration_seconds → Duration seconds; NOT_SENT → Not sent."""
    return str(name).replace("_", " ").capitalize()


@register.filter
def share(rate: float | None) -> str:
    return html.NOTHING if rate is None else f"{rate:.0%}"


@register.filter
def seconds(value: float) -> str:
    """90 → 1 min 30 s; the two largest units."""
    whole = round(value)
    units = [("d", whole // 86_400), ("h", whole // 3600 % 24), ("min", whole // 60 % 60), ("s", whole % 60)]
    shown = [f"{number} {unit}" for unit, number in units if number]
    return " ".join(shown[:2]) or "0 s"


@register.filter
def any_active(changelist: Any) -> bool:
    return any(row.status in ACTIVE for row in changelist.result_list)


@register.simple_tag
def status(value: str) -> SafeString:
    context = {"text": value.capitalize(), "type": STATUS_COLOURS.get(Status(value))}
    return render_to_string("unfold/helpers/label.html", context)
