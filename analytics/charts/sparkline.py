"""A few days at a glance: the line, and the former period behind it."""

from collections.abc import Sequence
from dataclasses import dataclass

from analytics.charts.drawing import Drawing, Point
from analytics.charts.lines import stretches
from analytics.charts.numbers import short
from analytics.charts.palette import Theme

NOTHING = "No values."
_EDGE, _ABOVE, _BELOW, _SIZE = 4, 8, 22, 11
_BENEATH = 0.12


@dataclass(frozen=True)
class Sparkline:
    """A value for each label, None for a gap; `former` as long, or empty. `unit` % shows shares as per cent.

    From `incomplete` on days have not ended.
    """

    title: str
    labels: Sequence[str]
    values: Sequence[float | None]
    former: Sequence[float | None] = ()
    unit: str = ""
    incomplete: int | None = None


def sparkline(chart: Sparkline, *, theme: Theme = Theme.AUTO, width: float = 320, height: float = 96) -> str:
    drawing = Drawing(width, height, chart.title, _about(chart), theme)
    both = [value for value in (*chart.values, *chart.former) if value is not None]
    if not both:
        drawing.text((_EDGE, height / 2), NOTHING, size=_SIZE, colour="soft")
        return drawing.svg()
    most, least = max(0.0, *both), min(0.0, *both)
    bottom = height - _BELOW
    ended = len(chart.values) if chart.incomplete is None else chart.incomplete
    before, now = (_points(values, (least, most), width, bottom) for values in (chart.former, chart.values))
    _draw(drawing, before, "axis", bottom=bottom, dashed=True)
    _draw(drawing, now[:ended], "one", bottom=bottom)
    if 0 < ended < len(now):
        _draw(drawing, now[ended - 1 :], "one", bottom=bottom, dashed=True)
    drawing.line([(_EDGE, bottom), (width - _EDGE, bottom)], "grid")
    drawing.text((_EDGE, height - 6), chart.labels[0], size=_SIZE, colour="soft")
    drawing.text((width - _EDGE, height - 6), chart.labels[-1], size=_SIZE, colour="soft", anchor="end")
    return drawing.svg()


def _draw(
    drawing: Drawing, points: Sequence[Point | None], colour: str, *, bottom: float, dashed: bool = False
) -> None:
    for stretch in stretches([point is not None for point in points]):
        run = [point for k in stretch if (point := points[k])]
        if len(run) == 1 and not dashed:
            drawing.dot(run[0], 2, colour)
        elif len(run) > 1:
            if not dashed:
                drawing.area([(run[0][0], bottom), *run, (run[-1][0], bottom)], colour, opacity=_BENEATH)
            drawing.line(run, colour, width=1 if dashed else 1.75, dashed=dashed)


def _points(
    values: Sequence[float | None], scale: tuple[float, float], width: float, bottom: float
) -> list[Point | None]:
    low, high = scale
    per_step = (width - 2 * _EDGE) / max(1, len(values) - 1)
    reach = (high - low) or 1.0
    return [
        None if value is None else (_EDGE + k * per_step, bottom - (value - low) / reach * (bottom - _ABOVE))
        for k, value in enumerate(values)
    ]


def _about(chart: Sparkline) -> str:
    """For those who hear the picture."""
    known = [(value, label) for value, label in zip(chart.values, chart.labels, strict=False) if value is not None]
    if not known:
        return NOTHING
    (low, low_at), (high, high_at) = min(known), max(known)
    return f"From {short(low, chart.unit)} ({low_at}) to {short(high, chart.unit)} ({high_at})."
