"""Who goes through a funnel, where people leave, and how long they take."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any

from analytics.api.serializers.funnel_answers import ReportQuery
from analytics.charts.bars import BarChart, Part, bar_chart
from analytics.charts.lines import Line, LineChart, line_chart
from analytics.charts.numbers import PERCENT
from analytics.dashboards import menu
from analytics.dashboards.drawn import Drawn, drawn
from analytics.dashboards.page import Page
from analytics.dashboards.pickers import Choice, Picker, Text, chosen_funnel, funnel_picker
from analytics.dashboards.visit import Visit
from analytics.models import Funnel
from analytics.services import funnels
from analytics.services.funnel_charts import breakdown_picture, step_names, steps_picture, value_name

BREAKDOWN = "breakdown"
INTERVAL = "interval"
INTERVALS = (("day", "Day"), ("week", "Week"), ("month", "Month"))
_UNITS = ((86_400, "d"), (3_600, "h"), (60, "min"), (1, "s"))
# A bar's beginning is told in the largest unit of which it has so many.
_WHOLE = 2


def _pickers(visit: Visit) -> Sequence[Picker]:
    interval = visit.chosen(INTERVAL, [value for value, _ in INTERVALS])
    return [
        *funnel_picker(visit),
        Text(BREAKDOWN, "Break down by", visit.request.GET.get(BREAKDOWN, ""), ()),
        Choice(INTERVAL, "Trend by", interval, INTERVALS),
    ]


def _answer(visit: Visit) -> dict[str, Any]:
    funnel = chosen_funnel(visit)
    if funnel is None:
        return {"none_kept": True}
    asked = funnels.Asked(visit.brand.pk, funnel.definition, visit.days, at=visit.at)
    found = funnels.report(asked.told(**visit.read(ReportQuery, BREAKDOWN)))
    names = step_names(funnel)
    return {
        "funnel": funnel,
        "report": found,
        "steps": [
            (name, step, number == found["critical_step"])
            for number, (name, step) in enumerate(zip(names, found["steps"], strict=True))
        ],
        "critical": None if found["critical_step"] is None else names[found["critical_step"]],
        "chart": drawn(partial(steps_picture, funnel, found)),
        "parts": [(value_name(part), part["report"]) for part in found["breakdown"] or ()],
        "parts_chart": drawn(partial(breakdown_picture, funnel, found)) if found["breakdown"] else None,
        "times": _times(funnels.times(asked, from_step=0, to_step=None, bins=None)),
        "trend": _trend(visit, funnel, asked),
    }


def _times(found: Mapping[str, Any]) -> Drawn | None:
    bins = found["bins"]
    if not bins:
        return None
    labels = [_duration(each["from_seconds"]) for each in bins]
    chart = BarChart("Time to convert", labels, [Part("People", [float(each["people"]) for each in bins])])
    return drawn(partial(bar_chart, chart, height=240), desk=500)


def _trend(visit: Visit, funnel: Funnel, asked: funnels.Asked) -> Drawn:
    interval = visit.chosen(INTERVAL, [value for value, _ in INTERVALS])
    periods = funnels.trend(asked, interval=interval, from_step=0, to_step=None)["periods"]
    rates = [period["settled_conversion"] for period in periods]
    chart = LineChart(
        "Conversion by entry",
        [_short(period["label"]) for period in periods],
        [Line(funnel.name, [rate["value"] for rate in rates])],
        PERCENT,
        [None if rate["low"] is None else (rate["low"], rate["high"]) for rate in rates],
        band="95 % interval",
    )
    return drawn(partial(line_chart, chart, height=240), desk=500)


def _short(label: str) -> str:
    """2026-03-29 → 29 Mar; a month stays as it is."""
    return f"{date.fromisoformat(label):%-d %b}" if label.count("-") > 1 else label


def _duration(seconds: int) -> str:
    size, unit = next((pair for pair in _UNITS if seconds >= _WHOLE * pair[0]), (1, "s"))
    return f"{seconds / size:.3g} {unit}"


FUNNEL = Page(menu.FUNNEL, _answer, _pickers)
