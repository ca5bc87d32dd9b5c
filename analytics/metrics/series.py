"""A metric over time: one value for each bucket, with the reason where there is none."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

import numpy as np

from analytics.metrics.measures import Aggregate, Measure
from analytics.metrics.periods import Buckets
from analytics.metrics.stream import Floats, Int64s, Samples


class Gap(StrEnum):
    """Why a bucket has no value."""

    NO_EVENTS = "no_events"  # with such a number: nothing to take a mean of
    NOT_YET = "not_yet"  # it lies in the future
    DIVISION_BY_ZERO = "division_by_zero"
    TOO_LARGE = "too_large"


@dataclass(frozen=True)
class Point:
    """`value` is finite, or None for the reason `gap`. `complete`: its bucket had ended."""

    value: float | None
    gap: Gap | None = None
    complete: bool = True


@dataclass(frozen=True, eq=False)
class Series:
    cut: Buckets
    points: Sequence[Point]

    def complete(self) -> list[float | None]:
        """The values of buckets that have ended: what can be compared."""
        return [point.value for point in self.points if point.complete]


def series(samples: Samples, cut: Buckets, measure: Measure, *, as_of: int) -> Series:
    """`as_of`, in microseconds since 1970 UTC: events up to then are all there. Counts and sums of nothing are 0."""
    return _series(measured(samples, cut.numbers(samples.at), len(cut), measure), cut, as_of)


def series_of_sums(at: Int64s, sums: Floats, cut: Buckets, *, as_of: int) -> Series:
    """Of counts or sums that were added up for smaller buckets, which start `at`; people cannot be added up."""
    numbers = cut.numbers(at)
    inside = numbers >= 0
    return _series(np.bincount(numbers[inside], sums[inside], minlength=len(cut)).astype(float), cut, as_of)


def series_by_value(samples: Samples, cut: Buckets, measure: Measure, *, as_of: int) -> dict[str, Series]:
    """One for each breakdown value; events without one are in none."""
    numbers, split = cut.numbers(samples.at), samples.value
    if split is None:
        raise ValueError("These samples have no breakdown.")
    size = len(cut)
    # All at once: each value's buckets are a stretch of their own.
    places = np.where((numbers >= 0) & (split >= 0), split * size + numbers, -1)
    values = measured(samples, places, len(samples.values) * size, measure).reshape(-1, size)
    return {name: _series(row, cut, as_of) for name, row in zip(samples.values, values, strict=True)}


def overall(samples: Samples, cut: Buckets, measure: Measure) -> Point:
    """The whole range as one bucket: people are counted once, a mean is that of all its numbers."""
    inside = np.where(cut.numbers(samples.at) >= 0, 0, -1)
    return _point(float(measured(samples, inside, 1, measure)[0]))


def measured(samples: Samples, bucket: Int64s, size: int, measure: Measure) -> Floats:
    """The measure of each bucket 0 to size - 1 (-1 is left out); NaN where there is nothing to take it of."""
    inside = bucket >= 0
    if measure.aggregate is Aggregate.COUNT:
        return np.bincount(bucket[inside], minlength=size).astype(float)
    if measure.aggregate is Aggregate.PEOPLE:
        return _people(bucket[inside], samples.person[inside], size)
    inside &= ~np.isnan(samples.amount)
    bucket, amount = bucket[inside], samples.amount[inside]
    if measure.aggregate is Aggregate.PERCENTILE:
        return _percentiles(bucket, amount, size, measure.percent) / measure.divisor
    sums = np.bincount(bucket, amount, minlength=size)
    if measure.aggregate is Aggregate.SUM:
        return sums / measure.divisor
    count = np.bincount(bucket, minlength=size) * measure.divisor
    return np.divide(sums, count, out=np.full(size, np.nan), where=count > 0)


def _people(bucket: Int64s, person: Int64s, size: int) -> Floats:
    order = np.lexsort((person, bucket))
    bucket, person = bucket[order], person[order]
    first = np.ones(len(bucket), dtype=bool)
    first[1:] = (bucket[1:] != bucket[:-1]) | (person[1:] != person[:-1])
    return np.bincount(bucket[first], minlength=size).astype(float)


def _percentiles(bucket: Int64s, amount: Floats, size: int, percent: float) -> Floats:
    order = np.argsort(bucket, kind="stable")
    bounds = np.searchsorted(bucket[order], np.arange(size + 1))
    stretches = (amount[order[first:last]] for first, last in pairwise(bounds))
    return np.array([np.percentile(each, percent) if each.size else np.nan for each in stretches])


def _series(values: Floats, cut: Buckets, as_of: int) -> Series:
    began, ended = cut.edges[:-1] < as_of, cut.edges[1:] <= as_of
    found = zip(values.tolist(), began.tolist(), ended.tolist(), strict=True)
    return Series(cut, [_point(value, complete=last) if first else _FUTURE for value, first, last in found])


_FUTURE = Point(None, Gap.NOT_YET, complete=False)


def _point(value: float, *, complete: bool = True) -> Point:
    if np.isnan(value):
        return Point(None, Gap.NO_EVENTS, complete)
    return Point(value, None, complete) if np.isfinite(value) else Point(None, Gap.TOO_LARGE, complete)
