"""Answers as tables: a row for each number that they tell."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from analytics.exports.columns import Column, Kind
from analytics.services.cohort_tables import CohortTable
from analytics.services.exports import Export

if TYPE_CHECKING:
    from analytics.metrics.series import Point, Series
    from analytics.services.metric_values import Values

_FUNNEL_RATES = ("from_first", "from_previous", "settled_from_first", "settled_from_previous")
_FUNNEL = (
    Column("part"),
    Column("breakdown"),
    Column("step", Kind.INT),
    Column("event"),
    *(Column(name, Kind.INT) for name in ("people", "open", "dropped")),
    *(Column(f"{rate}{end}", Kind.FLOAT) for rate in _FUNNEL_RATES for end in ("", "_low", "_high")),
    Column("median_seconds", Kind.FLOAT),
)
_RETENTION = (
    Column("part"),
    Column("breakdown"),
    Column("cohort"),
    Column("column", Kind.INT),
    Column("people", Kind.INT),
    Column("retained", Kind.INT),
    *(Column(name, Kind.FLOAT) for name in ("rate", "low", "high")),
    Column("matures_at", Kind.MOMENT),
)
_COHORTS: dict[str, Kind] = {
    "start_date": Kind.DATE,
    "people": Kind.INT,
    "complete": Kind.BOOL,
    "period_days": Kind.INT,
    "matures_date": Kind.DATE,
    "seen": Kind.INT,
    **dict.fromkeys(("retention", "retention_low", "retention_high"), Kind.FLOAT),
    **dict.fromkeys(("revenue", "ltv", "ltv_low", "ltv_high", "cost_usd", "cost", "margin"), Kind.MONEY),
    "retention_trend": Kind.TEXT,
    "ltv_trend": Kind.TEXT,
}
_SERIES = (
    Column("series"),
    Column("breakdown"),
    Column("label"),
    Column("start", Kind.MOMENT),
    Column("value", Kind.FLOAT),
    Column("gap"),
    Column("complete", Kind.BOOL),
)


def funnel(report: Mapping[str, Any], steps: Sequence[Mapping[str, Any]]) -> Export:
    """A row for each step; with a breakdown also for each step of each value. Steps are counted from 0. `part`: of
    whom the row is: everyone (all), a value, those without one (none), never_reached, or the rest."""
    parts = [
        ("all", None, report),
        *((_part(part), part["value"], part["report"]) for part in report["breakdown"] or ()),
    ]
    rows = [
        (part, value, *_step(number, steps[number]["event"], step))
        for part, value, found in parts
        for number, step in enumerate(found["steps"])
    ]
    return Export("funnel", _FUNNEL, [rows])


def retention(result: Mapping[str, Any]) -> Export:
    """A row for each cell, columns counted from 0; `average` is a cohort of that name. `part` as in a funnel's."""
    parts = [("all", None, result), *((_part(part), part["value"], part) for part in result["breakdown"] or ())]
    rows = [
        (part, value, label, number, *_cell(cell))
        for part, value, found in parts
        for label, cells in _cohorts(found)
        for number, cell in enumerate(cells)
    ]
    return Export("retention", _RETENTION, [rows])


def cohorts(table: CohortTable) -> Export:
    columns = [Column(name, kind) for name, kind in _COHORTS.items()]
    rows = [tuple(getattr(cell, name) for name in _COHORTS) for cohort in table.cohorts for cell in cohort.cells]
    return Export("cohorts", columns, [rows])


def metric(values: "Values") -> Export:
    """A row for each bucket: of the series, of the former period, and of each value of the breakdown."""
    rows = [*_series("asked", None, values.series)]
    if values.former is not None:
        rows += _series("former", None, values.former.series)
    for part in values.parts:
        rows += _series("asked", part.value, part.series)
    return Export("metric", _SERIES, [rows])


def _part(part: Mapping[str, Any]) -> str:
    """Without it those who have no value would look like everyone."""
    if part["is_rest"] or part.get("never_reached"):
        return "rest" if part["is_rest"] else "never_reached"
    return "none" if part["value"] is None else "value"


def _cohorts(found: Mapping[str, Any]) -> list[tuple[str, Sequence[Mapping[str, Any]]]]:
    return [*((each["label"], each["cells"]) for each in found["cohorts"]), ("average", found["averages"])]


def _cell(cell: Mapping[str, Any]) -> tuple[Any, ...]:
    matures_at = cell["matures_at"] and datetime.fromisoformat(cell["matures_at"])
    return (*(cell[name] for name in ("people", "retained", "rate", "low", "high")), matures_at)


def _step(number: int, event: str | None, step: Mapping[str, Any]) -> tuple[Any, ...]:
    rates = [step[rate][each] for rate in _FUNNEL_RATES for each in ("value", "low", "high")]
    median = step["seconds"] and step["seconds"]["median"]
    return (number, event, step["people"], step["open"], step["dropped"], *rates, median)


def _series(name: str, value: str | None, series: "Series") -> Iterator[tuple[Any, ...]]:
    points: Iterator[tuple[str, datetime, Point]] = zip(
        series.cut.labels, series.cut.starts(), series.points, strict=True
    )
    for label, start, point in points:
        yield (name, value, label, start, point.value, point.gap and str(point.gap), point.complete)
