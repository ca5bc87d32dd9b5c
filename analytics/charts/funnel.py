"""A funnel: how many reach each step, how sure that share is, and who is still on the way."""

from collections.abc import Sequence
from dataclasses import dataclass

from analytics.charts.drawing import Drawing, wide
from analytics.charts.numbers import PERCENT, short
from analytics.charts.palette import Theme

NOBODY = "Nobody entered this funnel in this period."
_ROW, _ABOVE, _BAR, _EDGE = 62, 48, 22, 16


@dataclass(frozen=True)
class Step:
    """`share` of those at the first step, with its interval; None of nobody. `open`: still inside the window, not lost.

    `open` are people of the former step who may still come: they are drawn behind those who came.
    """

    name: str
    people: int
    share: float | None = None
    low: float | None = None
    high: float | None = None
    open: int = 0
    worst: bool = False


@dataclass(frozen=True)
class FunnelChart:
    title: str
    steps: Sequence[Step]


def funnel_chart(chart: FunnelChart, *, theme: Theme = Theme.AUTO, width: float = 720) -> str:
    """As high as it has steps."""
    first = chart.steps[0].people if chart.steps else 0
    height = _ABOVE + _ROW * len(chart.steps) + 8 if first else 140
    drawing = Drawing(width, height, chart.title, _about(chart, first), theme)
    drawing.text((_EDGE, 24), chart.title, size=14, bold=True, room=width - 2 * _EDGE)
    if not first:
        drawing.text((width / 2, height / 2), NOBODY, colour="soft", anchor="middle", room=width - 2 * _EDGE)
        return drawing.svg()
    for k, step in enumerate(chart.steps):
        _draw(drawing, step, number=k + 1, top=_ABOVE + k * _ROW, per_person=(width - 2 * _EDGE) / first)
    return drawing.svg()


def _draw(drawing: Drawing, step: Step, *, number: int, top: float, per_person: float) -> None:
    whole = drawing.width - 2 * _EDGE
    drawing.text((_EDGE, top + 12), f"{number}. {step.name}", room=whole * 0.5)
    said = _said(step)
    # Where it is narrow the interval is left to the whiskers.
    shown = said if wide(said, 12) <= whole * 0.5 else _people(step)
    drawing.text((drawing.width - _EDGE, top + 12), shown, colour="soft", anchor="end", room=whole * 0.5)
    bar = top + 20
    drawing.box((_EDGE, bar), whole, _BAR, "grid", opacity=0.5)
    length = step.people * per_person
    drawing.box((_EDGE, bar), length, _BAR, "high" if step.worst else "one", about=said)
    if step.open:
        about = f"{step.open:,} may still come"
        drawing.hatched((_EDGE + length, bar), min(step.open * per_person, whole - length), _BAR, about=about)
    _draw_interval(drawing, step, bar + _BAR / 2, whole)


def _draw_interval(drawing: Drawing, step: Step, y: float, whole: float) -> None:
    if step.low is None or step.high is None or step.share in {None, 1.0}:
        return
    low, high = _EDGE + step.low * whole, _EDGE + step.high * whole
    drawing.line([(low, y), (high, y)], "ink", width=1.5)
    for x in (low, high):
        drawing.line([(x, y - 5), (x, y + 5)], "ink", width=1.5)


def _said(step: Step) -> str:
    if step.low is None or step.high is None:
        return _people(step)
    return f"{_people(step)} ({short(step.low, PERCENT)} to {short(step.high, PERCENT)})"


def _people(step: Step) -> str:
    return f"{step.people:,}" if step.share is None else f"{step.people:,} · {short(step.share, PERCENT)}"


def _about(chart: FunnelChart, first: int) -> str:
    if not first:
        return NOBODY
    told = [
        f"{step.name}: {_said(step)}" + (f", {step.open:,} may still come" if step.open else "") for step in chart.steps
    ]
    worst = "".join(f" Most are lost before {step.name}." for step in chart.steps if step.worst)
    return "; ".join(told) + "." + worst
