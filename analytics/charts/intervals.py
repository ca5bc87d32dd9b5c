"""Rates of several groups, each with its interval: whether they differ is seen by whether their intervals do."""

from collections.abc import Sequence
from dataclasses import dataclass

from analytics.charts.drawing import Drawing
from analytics.charts.numbers import PERCENT, short, ticks
from analytics.charts.palette import Theme

NOTHING = "Nobody in this period."
_ROW, _ABOVE, _EDGE = 30, 48, 16


@dataclass(frozen=True)
class Interval:
    """A rate from 0 to 1 with its interval, None of nobody; `people`: of how many."""

    name: str
    people: int
    rate: float | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class IntervalChart:
    title: str
    rows: Sequence[Interval]


def interval_chart(chart: IntervalChart, *, theme: Theme = Theme.AUTO, width: float = 720) -> str:
    """As high as it has rows."""
    known = [row for row in chart.rows if row.rate is not None]
    drawing = Drawing(width, _ABOVE + _ROW * max(1, len(chart.rows)) + 28, chart.title, _about(chart), theme)
    drawing.text((_EDGE, 24), chart.title, size=14, bold=True, room=width - 2 * _EDGE)
    if not known:
        drawing.text((width / 2, _ABOVE + 18), NOTHING, colour="soft", anchor="middle", room=width - 2 * _EDGE)
        return drawing.svg()
    scale = ticks(0, max(row.high or row.rate or 0 for row in known), about=4)
    left, right = _EDGE + width * 0.36, width - _EDGE - 24
    per_unit = (right - left) / scale[-1]
    bottom = _ABOVE + _ROW * len(chart.rows)
    for value in scale:
        x = left + value * per_unit
        drawing.line([(x, _ABOVE - 6), (x, bottom)], "grid")
        drawing.text((x, bottom + 18), short(value, PERCENT), size=11, colour="soft", anchor="middle")
    for k, row in enumerate(chart.rows):
        _draw(drawing, row, _ABOVE + _ROW * k + 12, left, per_unit)
    return drawing.svg()


def _draw(drawing: Drawing, row: Interval, y: float, left: float, per_unit: float) -> None:
    drawing.text((left - 12, y + 4), f"{row.name} ({row.people:,})", anchor="end", room=left - _EDGE - 12)
    if row.rate is None or row.low is None or row.high is None:
        drawing.text((left, y + 4), "nobody", colour="soft")
        return
    drawing.line([(left + row.low * per_unit, y), (left + row.high * per_unit, y)], "one", width=2)
    drawing.dot((left + row.rate * per_unit, y), 5, "one", about=_said(row))


def _said(row: Interval) -> str:
    if row.rate is None or row.low is None or row.high is None:
        return f"{row.name}: nobody"
    rate, low, high = (short(each, PERCENT) for each in (row.rate, row.low, row.high))
    return f"{row.name}: {rate} of {row.people:,} ({low} to {high})"


def _about(chart: IntervalChart) -> str:
    return " ".join(f"{_said(row)}." for row in chart.rows) or NOTHING
