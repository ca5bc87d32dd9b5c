"""The queues over time, as the theme's charts read them."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from ai_studio.services.queue_history import Point, Span

COLOURS = {"": "var(--color-primary-600)", "at-failed": "#dc2626", "at-amber": "#d97706", "at-grey": "#6b7280"}
_TICKS = ((1, timedelta(minutes=10)), (3, timedelta(minutes=30)), (24, timedelta(hours=4)), (168, timedelta(days=1)))
_AGE_UNITS = (("s", 1, 180), ("min", 60, 3 * 3600), ("h", 3600, float("inf")))
# A line needs two neighbours: what stands alone between gaps is a dot.
_DOT = {"pointStyle": "circle", "pointRadius": 2.5}


# Its name, the class of its colour, and a value for each step; None is a gap.
Line = tuple[str, str, Sequence[float | None]]


@dataclass(frozen=True)
class Axis:
    """A label for each step, of which every so many-th is shown: `ticks` in all."""

    labels: Sequence[str]
    ticks: int


@dataclass(frozen=True)
class Chart:
    """`keys` are (label, class of its colour), `data` what the theme's line chart draws."""

    title: str
    unit: str
    keys: Sequence[tuple[str, str]]
    data: str


def span(*, at: datetime, hours: int) -> Span:
    """The last hours, from a round time of the clock on the wall, so that the axis has round times too."""
    tick = _tick(hours)
    first = _before(timezone.localtime(at - timedelta(hours=hours)), tick)
    return Span(first, at)


def _tick(hours: int) -> timedelta:
    """What lies between two times on the axis."""
    return next(tick for longest, tick in _TICKS if hours <= longest)


def _before(at: datetime, tick: timedelta) -> datetime:
    midnight = at.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + (at - midnight) // tick * tick


def charts(points: Sequence[Point], shown: Span, hours: int) -> list[Chart]:
    """None while nobody has looked yet."""
    if all(point.waiting is None for point in points):
        return []
    axis = _axis(shown, hours)
    minutes = shown.step / timedelta(minutes=1)
    unit, seconds = _age_unit(points)
    depth = [("Waiting", "at-amber", "waiting"), ("Active", "", "active"), ("Delayed", "at-grey", "delayed")]
    ended = [("Completed", "", "completed"), ("Failed", "at-failed", "failed")]
    return [
        _chart("Depth", "jobs", axis, [(name, css, _values(points, key)) for name, css, key in depth]),
        _chart("Oldest waiting job", unit, axis, [("Age", "at-amber", [_age(point, seconds) for point in points])]),
        _chart(
            "Ended", "jobs a minute", axis, [(name, css, _values(points, key, minutes)) for name, css, key in ended]
        ),
    ]


def _axis(shown: Span, hours: int) -> Axis:
    """Up to the first tick that is not past: the theme spreads its ticks evenly over the labels."""
    tick = _tick(hours)
    ticks = -((shown.since - shown.until) // tick)
    steps = [shown.since + n * shown.step for n in range(ticks * (tick // shown.step))]
    clock = "%d %b" if tick >= timedelta(days=1) else "%H:%M"
    return Axis([at.strftime(clock) for at in steps], ticks)


def _chart(title: str, unit: str, axis: Axis, lines: Sequence[Line]) -> Chart:
    datasets = [_dataset(name, COLOURS[css], values, axis.ticks) for name, css, values in lines]
    data = json.dumps({"labels": axis.labels, "datasets": datasets})
    return Chart(title, unit, [(name, css) for name, css, _ in lines], data)


def _dataset(label: str, colour: str, values: Sequence[float | None], ticks: int) -> dict[str, Any]:
    alone = _DOT if _stands_alone(values) else {}
    axis = {"displayYAxis": True, "maxTicksXLimit": ticks}
    return {"label": label, "data": values, "borderColor": colour, "backgroundColor": colour, **axis, **alone}


def _stands_alone(values: Sequence[float | None]) -> bool:
    beside = zip([None, *values], values, [*values[1:], None], strict=False)
    return any(value is not None and before is None and after is None for before, value, after in beside)


def _values(points: Sequence[Point], key: str, divisor: float = 1) -> list[float | None]:
    return [None if (value := getattr(point, key)) is None else round(value / divisor, 2) for point in points]


def _age(point: Point, seconds: float) -> float | None:
    """Nothing is waiting: nobody waits."""
    return None if point.waiting is None else round((point.oldest_seconds or 0) / seconds, 1)


def _age_unit(points: Sequence[Point]) -> tuple[str, float]:
    longest = max(point.oldest_seconds or 0 for point in points)
    return next((unit, seconds) for unit, seconds, below in _AGE_UNITS if longest < below)
