"""A funnel's answer as a picture."""

from collections.abc import Mapping
from typing import Any

from analytics.charts.funnel import FunnelChart, Step, funnel_chart
from analytics.charts.intervals import Interval, IntervalChart, interval_chart
from analytics.charts.palette import Theme
from analytics.models import Funnel

ANY_EVENT = "Any event"
REST, NEVER, NONE = "all others", "never got there", "without a value"


def step_names(funnel: Funnel) -> list[str]:
    return [step.get("label") or step["event"] or ANY_EVENT for step in funnel.steps]


def picture(funnel: Funnel, answer: Mapping[str, Any], *, theme: Theme, width: int) -> str:
    """SVG: its steps; with a breakdown the conversion of each value."""
    draw = steps_picture if answer["breakdown"] is None else breakdown_picture
    return draw(funnel, answer, theme=theme, width=width)


def steps_picture(funnel: Funnel, answer: Mapping[str, Any], *, theme: Theme, width: int) -> str:
    steps = [
        _step(name, step, worst=answer["critical_step"] == number)
        for number, (name, step) in enumerate(zip(step_names(funnel), answer["steps"], strict=True))
    ]
    return funnel_chart(FunnelChart(funnel.name, steps), theme=theme, width=width)


def breakdown_picture(funnel: Funnel, answer: Mapping[str, Any], *, theme: Theme, width: int) -> str:
    rows = [_interval(part) for part in answer["breakdown"]]
    return interval_chart(IntervalChart(f"{funnel.name}: conversion", rows), theme=theme, width=width)


def value_name(part: Mapping[str, Any]) -> str:
    """Of a part of the breakdown."""
    if part["is_rest"]:
        return REST
    if part.get("never_reached"):
        return NEVER
    return NONE if part["value"] is None else str(part["value"])


def _step(name: str, step: Mapping[str, Any], *, worst: bool) -> Step:
    rate = step["from_first"]
    return Step(name, step["people"], rate["value"], rate["low"], rate["high"], step["open"], worst)


def _interval(part: Mapping[str, Any]) -> Interval:
    rate = part["report"]["settled_conversion"]
    return Interval(value_name(part), rate["of"], rate["value"], rate["low"], rate["high"])
