"""A metric over time, beside others or the former period, with what was expected and what departed from it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from analytics.charts.drawing import Drawing, Point
from analytics.charts.frame import BAND, Frame, Key, scale_of
from analytics.charts.numbers import short
from analytics.charts.palette import SERIES, Theme

NOTHING = "No values in this period."


@dataclass(frozen=True)
class Line:
    """A value for each bucket, None for a gap. From `incomplete` on buckets have not ended. `former`: drawn behind."""

    name: str
    values: Sequence[float | None]
    incomplete: int | None = None
    former: bool = False


@dataclass(frozen=True)
class Mark:
    """An anomaly: a filled dot when it is high, a ring when it is medium."""

    bucket: int
    value: float
    high: bool
    about: str = ""


@dataclass(frozen=True)
class LineChart:
    """`labels`: one for each bucket. `expected`: the interval of each bucket, which `band` names.

    `unit` % shows shares as per cent.
    """

    title: str
    labels: Sequence[str]
    lines: Sequence[Line]
    unit: str = ""
    expected: Sequence[tuple[float, float] | None] = ()
    marks: Sequence[Mark] = ()
    band: str = "Expected"


def line_chart(chart: LineChart, *, theme: Theme = Theme.AUTO, width: float = 720, height: float = 300) -> str:
    drawing = Drawing(width, height, chart.title, _about(chart), theme)
    drawing.text((16, 24), chart.title, size=14, bold=True, room=width - 32)
    shown = _values(chart)
    if not shown:
        drawing.text((width / 2, height / 2), NOTHING, colour="soft", anchor="middle")
        return drawing.svg()
    colours = ["axis" if line.former else SERIES[k % len(SERIES)] for k, line in enumerate(chart.lines)]
    frame = Frame(drawing, chart.labels, scale_of(shown), chart.unit, _keys(chart, colours))
    frame.draw_axes()
    _draw_expected(frame, chart.expected)
    for line, colour in sorted(zip(chart.lines, colours, strict=True), key=lambda pair: not pair[0].former):
        _draw(frame, line, colour)
    for mark in chart.marks:
        at = (frame.x(mark.bucket), frame.y(mark.value))
        drawing.dot(at, 5, "high" if mark.high else "medium", hollow=not mark.high, about=mark.about)
    frame.draw_legend()
    return drawing.svg()


def _keys(chart: LineChart, colours: Sequence[str]) -> list[Key]:
    keys = [Key(line.name, colour, dashed=line.former) for line, colour in zip(chart.lines, colours, strict=True)]
    return [*keys, Key(chart.band, "one", band=True)] if any(chart.expected) else keys


def _draw(frame: Frame, line: Line, colour: str) -> None:
    ended = len(line.values) if line.incomplete is None else line.incomplete
    for stretch in stretches([value is not None for value in line.values]):
        points = [(frame.x(k), frame.y(value)) for k in stretch if (value := line.values[k]) is not None]
        known = max(0, ended - stretch[0])
        _draw_stretch(frame, points[:known], colour, dashed=line.former)
        # From the last value that is known to those that still grow.
        _draw_stretch(frame, points[max(0, known - 1) :] if known < len(points) else [], colour, dashed=True)
        if known < len(points):
            frame.drawing.dot(points[-1], 3, colour, hollow=True)


def _draw_stretch(frame: Frame, points: Sequence[Point], colour: str, *, dashed: bool) -> None:
    if len(points) == 1 and not dashed:
        frame.drawing.dot(points[0], 2.5, colour)
    elif len(points) > 1:
        frame.drawing.line(points, colour, width=2, dashed=dashed)


def _draw_expected(frame: Frame, expected: Sequence[tuple[float, float] | None]) -> None:
    for stretch in stretches([each is not None for each in expected]):
        band = [(frame.x(k), each) for k in stretch if (each := expected[k])]
        above = [(x, frame.y(high)) for x, (_, high) in band]
        below = [(x, frame.y(low)) for x, (low, _) in reversed(band)]
        frame.drawing.area([*above, *below], "one", opacity=BAND)


def stretches(there: Sequence[bool]) -> Iterator[list[int]]:
    """The runs of neighbours that are there."""
    for present, run in groupby(range(len(there)), key=there.__getitem__):
        if present:
            yield list(run)


def _values(chart: LineChart) -> list[float]:
    own = [value for line in chart.lines for value in line.values if value is not None]
    return own + [edge for each in chart.expected if each for edge in each] if own else []


def _about(chart: LineChart) -> str:
    """For those who hear the picture."""
    told = [_line_about(line, chart) for line in chart.lines]
    anomalies = "1 anomaly" if len(chart.marks) == 1 else f"{len(chart.marks)} anomalies"
    marks = f"{anomalies}: " + ", ".join(chart.labels[mark.bucket] for mark in chart.marks) + "."
    return " ".join([*told, *([marks] if chart.marks else [])]) or NOTHING


def _line_about(line: Line, chart: LineChart) -> str:
    known = [(value, chart.labels[k]) for k, value in enumerate(line.values) if value is not None]
    if not known:
        return f"{line.name}: no values."
    (low, low_at), (high, high_at) = min(known), max(known)
    last, at = known[-1]
    told = [f"{short(value, chart.unit)} ({label})" for value, label in ((low, low_at), (high, high_at), (last, at))]
    return f"{line.name}: from {told[0]} to {told[1]}, at last {told[2]}."
