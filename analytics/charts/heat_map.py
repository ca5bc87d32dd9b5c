"""Cohorts by period, or metrics by metrics: a colour for each value, hatched where it is not known yet."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from analytics.charts.drawing import Drawing, Point, wide
from analytics.charts.numbers import PERCENT, short
from analytics.charts.palette import Theme

NOTHING = "Nothing to show in this period."
_ROW, _ABOVE, _EDGE, _GAP = 26, 64, 16, 2
_NARROWEST = 14.0
# From here on the cell is dark enough, in both themes, for the letters of the other one.
_FULL = 0.75


class Scale(StrEnum):
    SHARE = "share"  # 0 to 1, as per cent
    SIGNED = "signed"  # -1 to 1: two colours
    AMOUNT = "amount"  # 0 to the largest


@dataclass(frozen=True)
class Row:
    """A value for each column: None is not known yet. `size`: how many people, where it is about people.

    `pale`: columns whose value gets no colour, for it may be chance.
    """

    name: str
    values: Sequence[float | None]
    size: int | None = None
    pale: Sequence[int] = ()


@dataclass(frozen=True)
class HeatMap:
    """`unknown` says what a hatched cell means. A row may end before the columns do: the rest stays empty."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Row]
    scale: Scale = Scale.SHARE
    unit: str = ""
    unknown: str = "not known yet"


@dataclass(frozen=True)
class _Grid:
    """Where the cells are, the value of full colour, and whether every number has room in its cell."""

    drawing: Drawing
    chart: HeatMap
    left: float
    cell: float
    most: float
    numbers: bool


def heat_map(chart: HeatMap, *, theme: Theme = Theme.AUTO, width: float = 720) -> str:
    """As high as it has rows; wider than asked where columns would vanish."""
    names = min(width * 0.4, max((wide(_name(row), 12) for row in chart.rows), default=0.0) + 12)
    cell = max(_NARROWEST, (width - 2 * _EDGE - names) / max(1, len(chart.columns)))
    width = max(width, 2 * _EDGE + names + cell * len(chart.columns))
    drawing = Drawing(width, _ABOVE + _ROW * len(chart.rows) + 36, chart.title, _about(chart), theme)
    drawing.text((_EDGE, 24), chart.title, size=14, bold=True, room=width - 2 * _EDGE)
    if not chart.rows or not chart.columns:
        drawing.text((width / 2, 66), NOTHING, colour="soft", anchor="middle", room=width - 2 * _EDGE)
        return drawing.svg()
    grid = _Grid(drawing, chart, _EDGE + names, cell, _most(chart), numbers=_widest(chart) <= cell - _GAP)
    _draw_columns(grid)
    for k, row in enumerate(chart.rows):
        _draw_row(grid, row, _ABOVE + k * _ROW)
    _draw_key(grid)
    return drawing.svg()


def _draw_columns(grid: _Grid) -> None:
    """Evenly spaced names that do not touch each other."""
    widest = max(wide(column, 11) for column in grid.chart.columns) + 6
    for k in range(0, len(grid.chart.columns), max(1, math.ceil(widest / grid.cell))):
        at = (grid.left + (k + 0.5) * grid.cell, _ABOVE - 8)
        grid.drawing.text(at, grid.chart.columns[k], size=11, colour="soft", anchor="middle")


def _draw_row(grid: _Grid, row: Row, y: float) -> None:
    grid.drawing.text((grid.left - 8, y + 17), _name(row), anchor="end", room=grid.left - _EDGE - 8)
    for column, value in zip(range(len(grid.chart.columns)), row.values, strict=False):
        about = f"{row.name}, {grid.chart.columns[column]}: {_said(value, grid.chart)}"
        at = (grid.left + column * grid.cell, y)
        _draw_cell(grid, at, value, about, pale=column in row.pale)


def _draw_cell(grid: _Grid, at: Point, value: float | None, about: str, *, pale: bool) -> None:
    width, height = grid.cell - _GAP, _ROW - _GAP
    if value is None:
        grid.drawing.hatched(at, width, height, about=about)
        return
    depth = 0.0 if pale else min(1.0, abs(value) / grid.most)
    colour = "grid" if pale else "three" if value < 0 else "one"
    grid.drawing.box(at, width, height, colour, opacity=0.4 if pale else 0.06 + 0.94 * depth, about=about)
    if grid.numbers:
        colour = "paper" if depth > _FULL else "ink"
        middle = (at[0] + width / 2, at[1] + 16)
        grid.drawing.text(middle, _number(value, grid.chart), size=11, colour=colour, anchor="middle")


def _draw_key(grid: _Grid) -> None:
    y = grid.drawing.height - 26
    unit = PERCENT if grid.chart.scale is Scale.SHARE else grid.chart.unit
    end = grid.drawing.width - _EDGE - wide(unit, 11) - 12
    left = grid.left if grid.left + 20 + wide(grid.chart.unknown, 11) <= end else _EDGE
    grid.drawing.hatched((left, y), 14, 14)
    grid.drawing.text((left + 20, y + 11), grid.chart.unknown, size=11, colour="soft", room=end - left - 20)
    if unit:
        grid.drawing.text((grid.drawing.width - _EDGE, y + 11), unit, size=11, colour="soft", anchor="end")


def _most(chart: HeatMap) -> float:
    if chart.scale is not Scale.AMOUNT:
        return 1.0
    return max((abs(value) for row in chart.rows for value in row.values if value is not None), default=0.0) or 1.0


def _widest(chart: HeatMap) -> float:
    return max((wide(_number(v, chart), 11) for row in chart.rows for v in row.values if v is not None), default=0.0)


def _number(value: float, chart: HeatMap) -> str:
    if chart.scale is Scale.SIGNED:
        return f"{value:.2f}"
    return f"{value * 100:.1f}".removesuffix(".0") if chart.scale is Scale.SHARE else short(value)


def _name(row: Row) -> str:
    return row.name if row.size is None else f"{row.name} ({row.size:,})"


def _said(value: float | None, chart: HeatMap) -> str:
    if value is None:
        return chart.unknown
    return short(value, PERCENT if chart.scale is Scale.SHARE else chart.unit)


def _about(chart: HeatMap) -> str:
    """For those who hear the picture: row by row."""
    told = [f"{_name(row)}: {', '.join(_said(value, chart) for value in row.values)}." for row in chart.rows]
    return " ".join(told) or NOTHING
