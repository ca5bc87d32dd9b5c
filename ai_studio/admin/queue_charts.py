"""The queues over time, as the theme's charts read them."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from ai_studio.services.queue_history import Point, Span

COLOURS = {"": "var(--color-primary-600)", "at-failed": "#dc2626", "at-amber": "#d97706", "at-grey": "#6b7280"}
_AGE_UNITS = (("s", 1, 180), ("min", 60, 3 * 3600), ("h", 3600, float("inf")))
# A line needs two neighbours: what stands alone between gaps is a dot.
_DOT = {"pointStyle": "circle", "pointRadius": 2.5}


@dataclass(frozen=True)
class Chart:
    """`keys` are (label, class of its colour), `data` what the theme's line chart draws."""

    title: str
    unit: str
    keys: Sequence[tuple[str, str]]
    data: str


def span(*, at: datetime, hours: int) -> Span:
    """The last hours, from where a step begins, so that steps do not move with each look."""
    step = Span(at - timedelta(hours=hours), at).step.total_seconds()
    first = (at - timedelta(hours=hours)).timestamp() // step * step
    return Span(datetime.fromtimestamp(first, at.tzinfo), at)


def charts(points: Sequence[Point], shown: Span) -> list[Chart]:
    """None while nobody has looked yet."""
    if all(point.waiting is None for point in points):
        return []
    labels = [timezone.localtime(point.at).strftime(_clock(shown)) for point in points]
    minutes = shown.step / timedelta(minutes=1)
    unit, seconds = _age_unit(points)
    depth = [("Waiting", "at-amber", "waiting"), ("Active", "", "active"), ("Delayed", "at-grey", "delayed")]
    ended = [("Completed", "", "completed"), ("Failed", "at-failed", "failed")]
    return [
        _chart("Depth", "jobs", labels, [(name, css, _values(points, key)) for name, css, key in depth]),
        _chart("Oldest waiting job", unit, labels, [("Age", "at-amber", [_age(point, seconds) for point in points])]),
        _chart("Ended", "jobs a minute", labels, [(n, css, _values(points, key, minutes)) for n, css, key in ended]),
    ]


def _chart(title: str, unit: str, labels: list[str], lines: list[tuple[str, str, list[float | None]]]) -> Chart:
    datasets = [_line(name, COLOURS[css], values) for name, css, values in lines]
    data = json.dumps({"labels": labels, "datasets": datasets})
    return Chart(title, unit, [(name, css) for name, css, _ in lines], data)


def _line(label: str, colour: str, values: list[float | None]) -> dict[str, Any]:
    alone = _DOT if _stands_alone(values) else {}
    axis = {"displayYAxis": True, "maxTicksXLimit": 7}
    return {"label": label, "data": values, "borderColor": colour, "backgroundColor": colour, **axis, **alone}


def _stands_alone(values: list[float | None]) -> bool:
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


def _clock(shown: Span) -> str:
    return "%H:%M" if shown.until - shown.since <= timedelta(hours=25) else "%d %b %H:%M"
