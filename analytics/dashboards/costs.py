"""What the providers cost, day by day."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from functools import partial
from typing import Any

from ai_studio.services.cost_report import CostReport, cost_report
from analytics.charts.bars import BarChart, Part, bar_chart
from analytics.charts.palette import SERIES
from analytics.dashboards import menu
from analytics.dashboards.drawn import drawn
from analytics.dashboards.page import Page
from analytics.dashboards.visit import Visit

OTHERS = "All others"


def _answer(visit: Visit) -> dict[str, Any]:
    days = visit.days
    each, whole = (
        cost_report(actor=visit.actor, at=visit.at, group_by=group_by, from_date=days.from_date, to_date=days.to_date)
        for group_by in (("day", "provider"), ("provider",))
    )
    largest = sorted(whole.rows, key=lambda row: -row.amount_usd)
    chart = BarChart("Spent by provider", [f"{day:%-d %b}" for day in days.dates], _parts(each), "USD")
    return {
        "report": whole,
        "rows": [(row.keys["provider"], row.generations, row.amount_usd, _mean(row)) for row in largest],
        "chart": drawn(partial(bar_chart, chart)) if whole.rows else None,
    }


def _mean(row: Any) -> Any:
    return row.amount_usd / row.generations if row.generations else None


def _parts(found: CostReport) -> list[Part]:
    """The costliest, as many as there are colours; the last is all others together where there are more."""
    spent: dict[str, dict[date, float]] = defaultdict(lambda: defaultdict(float))
    for row in found.rows:
        spent[row.keys["provider"]][row.keys["day"]] += float(row.amount_usd)
    largest = sorted(spent, key=lambda name: -sum(spent[name].values()))
    own = largest if len(largest) <= len(SERIES) else largest[: len(SERIES) - 1]
    rest = [spent[name] for name in largest if name not in own]
    parts = [_part(found, name, spent[name]) for name in own]
    if rest:
        parts.append(_part(found, OTHERS, {day: sum(each.get(day, 0) for each in rest) for day in found.period.dates}))
    return parts


def _part(found: CostReport, name: str, spent: Mapping[date, float]) -> Part:
    return Part(name or "unknown", [max(0.0, spent.get(day, 0.0)) for day in found.period.dates])


COSTS = Page(menu.COSTS, _answer, of_events=False)
