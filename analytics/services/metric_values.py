"""What a metric comes to: over time, in all, by the values of a property, and against the period before."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import numpy as np

from ai_studio.services.periods import period
from analytics.metrics.changes import Change, compared, trend
from analytics.metrics.former import former_start, part
from analytics.metrics.periods import Buckets, Period, WeekStart, buckets, microseconds, moment
from analytics.metrics.seasons import seasons
from analytics.metrics.series import Point, Series
from analytics.services.definitions import Definition
from analytics.services.metric_data import MetricData, fetched
from analytics.stores.base import Range, Store

MOST_BUCKETS = 4_000
MOST_VALUES = 20


@dataclass(frozen=True)
class Asked:
    """Days of the brand, both included. What is not given: until today, 30 days in all; everyone."""

    from_date: date | None = None
    to_date: date | None = None
    period: Period = Period.DAY
    week_start: WeekStart = WeekStart.MONDAY
    breakdown: str | None = None
    compare: bool = False
    segment_id: UUID | None = None


@dataclass(frozen=True, eq=False)
class Part:
    """`value`: of the breakdown."""

    value: str
    series: Series
    total: Point


@dataclass(frozen=True, eq=False)
class Former:
    """The period before. `change` compares what is complete of the asked one with as much of this."""

    series: Series
    total: Point
    change: Change | None


@dataclass(frozen=True, eq=False)
class Values:
    """`parts`: the largest first, up to MOST_VALUES; `left_out`: how many more values there are."""

    series: Series
    total: Point
    trend: Change
    as_of: datetime
    former: Former | None = None
    parts: Sequence[Part] = ()
    left_out: int = 0


def values(
    *, store: Store, brand_id: UUID, timezone: str, definition: Definition, asked: Asked, at: datetime
) -> Values:
    """`at`: now. Raises InvalidInput naming `from` where the range is inverted or has too many buckets."""
    cut = cut_of(asked, timezone, at)
    start = former_start(cut) if asked.compare else cut.starts()[0]
    within = Range(start, moment(int(cut.edges[-1])))
    data = fetched(store, brand_id, definition, within, as_of=microseconds(at), breakdown=asked.breakdown)
    found = data.series(cut)
    largest = data.largest() if asked.breakdown else []
    return Values(
        series=found,
        total=data.total(cut),
        trend=trend(found.complete(), [phases[: len(found.complete())] for phases in seasons(cut)]),
        as_of=at,
        former=_former(data, found, start, asked) if asked.compare else None,
        parts=[_part(data, cut, value) for value in largest[:MOST_VALUES]],
        left_out=max(0, len(largest) - MOST_VALUES),
    )


def cut_of(asked: Asked, timezone: str, at: datetime) -> Buckets:
    """Raises InvalidInput naming `from`."""
    most_days = MOST_BUCKETS // (24 if asked.period is Period.HOUR else 1)
    days = period(timezone=timezone, at=at, from_date=asked.from_date, to_date=asked.to_date, at_most=most_days)
    midnights = days.midnights()
    return buckets(midnights[0], midnights[-1], asked.period, timezone, asked.week_start)


def _former(data: MetricData, found: Series, start: datetime, asked: Asked) -> Former:
    cut = found.cut
    both = buckets(start, moment(int(cut.edges[-1])), cut.period, cut.timezone, asked.week_start)
    size = len(found.points)
    before = part(both, 0, len(both) - size)
    ended = len(found.complete())
    now, as_much = part(found.cut, 0, ended), part(before, 0, min(ended, len(before)))
    former = data.series(before)
    return Former(former, data.total(before), _change(data, found.complete(), now, as_much, former))


def _change(
    data: MetricData, known: Sequence[float | None], now: Buckets, before: Buckets, former: Series
) -> Change | None:
    """None where nothing is complete yet, or one of them has no value in all."""
    if not len(now) or not len(before):
        return None
    total, other = data.total(now).value, data.total(before).value
    if total is None or other is None:
        return None
    phases = [np.concatenate(each) for each in zip(seasons(before), seasons(now), strict=True)]
    return compared(total, other, known, [point.value for point in former.points[: len(before)]], phases)


def _part(data: MetricData, cut: Buckets, value: str) -> Part:
    own = data.of_value(value)
    return Part(value, own.series(cut), own.total(cut))
