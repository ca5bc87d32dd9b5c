"""Amounts of buckets, one upon the other: what each part had in it."""

from collections.abc import Sequence
from dataclasses import dataclass

from analytics.charts.drawing import Drawing
from analytics.charts.frame import Frame, Key, scale_of
from analytics.charts.numbers import short
from analytics.charts.palette import SERIES, Theme

NOTHING = "Nothing in this period."
_GAP = 0.2
_WIDEST = 48.0


@dataclass(frozen=True)
class Part:
    """An amount, of zero or more, for each bucket."""

    name: str
    values: Sequence[float]


@dataclass(frozen=True)
class BarChart:
    """`labels`: one for each bucket. `parts`: at most as many as there are colours; the first lies lowest."""

    title: str
    labels: Sequence[str]
    parts: Sequence[Part]
    unit: str = ""


def bar_chart(chart: BarChart, *, theme: Theme = Theme.AUTO, width: float = 720, height: float = 280) -> str:
    drawing = Drawing(width, height, chart.title, _about(chart), theme)
    drawing.text((16, 24), chart.title, size=14, bold=True, room=width - 32)
    heights = [sum(part.values[k] for part in chart.parts) for k in range(len(chart.labels))]
    if not any(heights):
        drawing.text((width / 2, height / 2), NOTHING, colour="soft", anchor="middle", room=width - 32)
        return drawing.svg()
    keys = [Key(part.name, SERIES[k]) for k, part in enumerate(chart.parts)] if len(chart.parts) > 1 else []
    frame = Frame(drawing, chart.labels, scale_of(heights), chart.unit, keys)
    frame.draw_axes()
    for bucket in range(len(chart.labels)):
        _draw_bucket(frame, chart, bucket)
    frame.draw_legend()
    return drawing.svg()


def _draw_bucket(frame: Frame, chart: BarChart, bucket: int) -> None:
    room = (frame.right - frame.left) / len(chart.labels)
    wide = min(_WIDEST, room * (1 - _GAP))
    left, below = frame.x(bucket) - wide / 2, 0.0
    for part, colour in zip(chart.parts, SERIES, strict=False):
        value = part.values[bucket]
        if value > 0:
            top = frame.y(below + value)
            about = f"{chart.labels[bucket]}, {part.name}: {short(value, chart.unit)}"
            frame.drawing.box((left, top), wide, frame.y(below) - top, colour, about=about, round_=1)
        below += value


def _about(chart: BarChart) -> str:
    """For those who hear the picture."""
    told = [_part_about(part, chart) for part in chart.parts if any(part.values)]
    return " ".join(told) or NOTHING


def _part_about(part: Part, chart: BarChart) -> str:
    most = max(range(len(part.values)), key=part.values.__getitem__)
    return (
        f"{part.name}: {short(sum(part.values), chart.unit)} in all, "
        f"most at {chart.labels[most]} ({short(part.values[most], chart.unit)})."
    )
