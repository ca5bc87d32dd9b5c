"""What came, who was there, what was made and spent, who converted."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from analytics.charts.numbers import PERCENT, short
from analytics.charts.palette import Theme
from analytics.charts.sparkline import Sparkline, sparkline
from analytics.dashboards import menu
from analytics.dashboards.page import Page
from analytics.dashboards.pickers import Picker, chosen_funnel, funnel_picker
from analytics.dashboards.visit import Visit
from analytics.services import overview
from analytics.services.overview import Figure
from brands import html

USD = "USD"
FUNNELS = "analytics.view_funnel"


@dataclass(frozen=True)
class Card:
    """`change`: as +12 %; `direction`: up, down, stable, or nothing where no test was made."""

    title: str
    figure: str
    former: str
    change: str
    direction: str
    note: str
    chart: SafeString
    address: str = ""


def _answer(visit: Visit) -> dict[str, Any]:
    return {
        "cards": [card for make in (_events, _people, _generations, _spending, _conversion) if (card := make(visit))]
    }


def _pickers(visit: Visit) -> Sequence[Picker]:
    return funnel_picker(visit) if visit.may(FUNNELS) else ()


def _events(visit: Visit) -> Card:
    found = overview.of_metric(actor=visit.actor, measure="count", days=visit.days, at=visit.at)
    return _card(visit, "Events", found)


def _people(visit: Visit) -> Card:
    found = overview.of_metric(actor=visit.actor, measure="people", days=visit.days, at=visit.at)
    return _card(visit, "Active people", found, note="each counted once")


def _generations(visit: Visit) -> Card | None:
    if not visit.may("ai_studio.view_generation"):
        return None
    found = overview.of_generations(actor=visit.actor, days=visit.days, at=visit.at)
    address = f"{reverse('admin:ai_studio_generation_changelist')}?brand={visit.brand.pk}"
    return _card(visit, "Generations", found, address=address)


def _spending(visit: Visit) -> Card | None:
    if not visit.may("ai_studio.view_costrecord"):
        return None
    found = overview.of_spending(actor=visit.actor, days=visit.days, at=visit.at)
    return _card(visit, "Spent", found, unit=USD)


def _conversion(visit: Visit) -> Card | None:
    chosen = chosen_funnel(visit) if visit.may(FUNNELS) else None
    if chosen is None:
        return None
    found = overview.of_funnel(funnel=chosen, days=visit.days, at=visit.at)
    low, high = found.rate["low"], found.rate["high"]
    sure = f"{short(low, PERCENT)} to {short(high, PERCENT)}" if low is not None else "nobody's window has run out"
    still = f"; {found.open:,} are still in their window" if found.open else ""
    return _card(visit, f"Conversion: {chosen.name}", found.figure, unit=PERCENT, note=f"{sure}{still}")


def _card(visit: Visit, title: str, found: Figure, *, unit: str = "", note: str = "", address: str = "") -> Card:
    labels = [f"{day:%-d %b}" for day in visit.days.dates]
    chart = Sparkline(title, labels, found.values, found.former, unit, visit.ended)
    return Card(
        title=title,
        figure=_said(found.total, unit),
        former=_said(found.former_total, unit),
        change="" if found.change is None else f"{found.change:+.1%}".replace("%", " %"),
        direction=found.direction or "",
        note=note,
        chart=mark_safe(sparkline(chart, theme=Theme.PAGE)),  # noqa: S308 - the chart escapes every text
        address=address,
    )


def _said(total: float | None, unit: str) -> str:
    if total is None:
        return html.NOTHING
    if unit == USD:
        return html.usd(round(Decimal(total), 2))
    return short(total, unit) if unit else f"{total:,.0f}"


OVERVIEW = Page(menu.OVERVIEW, _answer, _pickers)
