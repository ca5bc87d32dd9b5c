"""Time cut into hours, days, weeks and months, as the clocks and the calendar of a place have them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from itertools import count, islice
from zoneinfo import ZoneInfo

import numpy as np

from analytics.metrics.stream import Int64s

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_HOUR = timedelta(hours=1)


class Period(StrEnum):
    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


class WeekStart(StrEnum):
    MONDAY = "monday"
    SUNDAY = "sunday"


@dataclass(frozen=True, eq=False)
class Buckets:
    """Neighbouring periods. Period k lasts from `edges[k]` until before `edges[k + 1]` (microseconds since 1970 UTC).

    `labels`: one for each: its first day as 2026-03-29, its month as 2026-03, its hour as 2026-03-29T01:00+01:00.
    """

    period: Period
    timezone: str
    edges: Int64s
    labels: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.labels)

    def numbers(self, at: Int64s) -> Int64s:
        """The number of the period of each moment; -1: it is in none of them."""
        found = np.searchsorted(self.edges, at, side="right").astype(np.int64) - 1
        found[found == len(self)] = -1
        return found

    def starts(self) -> list[datetime]:
        """When each period starts, by the place's own clock."""
        return [moment(int(edge), self.timezone) for edge in self.edges[:-1]]


def buckets(
    start: datetime,
    end: datetime,
    period: Period,
    timezone: str,
    week_start: WeekStart = WeekStart.MONDAY,
    *,
    further: int = 0,
) -> Buckets:
    """The periods that have a part in `start` <= moment < `end` (aware, start < end), and `further` ones behind them.

    A day may last 23 or 25 hours. A day that clocks skipped is not there, an hour that they repeated is there twice.
    """
    if not start < end:
        raise ValueError("A range ends after it starts.")
    zone = ZoneInfo(timezone)
    walk = _edges(start, period, zone, week_start)
    edges = [next(walk)]
    while edges[-1] < end:
        edges.append(next(walk))
    edges += islice(walk, further)
    labels = tuple(_label(edge.astimezone(zone), period) for edge in edges[:-1])
    return Buckets(period, timezone, np.array([microseconds(edge) for edge in edges], np.int64), labels)


def dates(at: Int64s, timezone: str) -> Int64s:
    """The date of each moment by the place's calendar, as its proleptic ordinal (`date.fromordinal`)."""
    if not len(at):
        return np.zeros(0, np.int64)
    last = moment(int(at.max())) + _MICROSECOND
    days = buckets(moment(int(at.min())), last, Period.DAY, timezone)
    ordinals = np.array([date.fromisoformat(label).toordinal() for label in days.labels], np.int64)
    return ordinals[days.numbers(at)]


def microseconds(at: datetime) -> int:
    """Since 1970 UTC, exactly."""
    return (at - _EPOCH) // _MICROSECOND


def moment(at: int, timezone: str = "UTC") -> datetime:
    """The aware moment of so many microseconds since 1970 UTC."""
    return (_EPOCH + at * _MICROSECOND).astimezone(ZoneInfo(timezone))


def _edges(start: datetime, period: Period, zone: ZoneInfo, week_start: WeekStart) -> Iterator[datetime]:
    """Where the period of `start` begins, and each later one, without end, in UTC."""
    if period is Period.HOUR:
        yield from _hours(start, zone)
        return
    former = None
    for day in _first_days(start.astimezone(zone).date(), period, week_start):
        # Where midnight was skipped, this is the moment of the jump; where it was repeated, the first of both.
        edge = datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)
        if edge != former:
            yield edge
        former = edge


def _hours(start: datetime, zone: ZoneInfo) -> Iterator[datetime]:
    edge = start.astimezone(UTC)
    edge -= _into_hour(edge, zone)
    while True:
        yield edge
        edge += _HOUR - _into_hour(edge, zone)


def _into_hour(edge: datetime, zone: ZoneInfo) -> timedelta:
    local = edge.astimezone(zone)
    return timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)


def _first_days(day: date, period: Period, week_start: WeekStart) -> Iterator[date]:
    if period is Period.MONTH:
        months = day.year * 12 + day.month - 1
        yield from (date(number // 12, number % 12 + 1, 1) for number in count(months))
    elif period is Period.WEEK:
        first = day - timedelta(days=day.weekday() if week_start is WeekStart.MONDAY else day.isoweekday() % 7)
        yield from (first + timedelta(weeks=number) for number in count())
    else:
        yield from (day + timedelta(days=number) for number in count())


def _label(local: datetime, period: Period) -> str:
    if period is Period.HOUR:
        return local.isoformat(timespec="minutes")
    return local.strftime("%Y-%m" if period is Period.MONTH else "%Y-%m-%d")
