"""What one bucket of a metric had of each breakdown value, beside the mean of the buckets before it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from analytics.metrics.anomalies.root_cause import Part, RootCause, of_rate, of_sum
from analytics.metrics.measures import Aggregate, Operation
from analytics.metrics.periods import Buckets
from analytics.metrics.stream import Floats, Samples
from analytics.services.definitions import Definition, Simple
from analytics.services.metric_data import MetricData

# Of events that have none of the breakdown's values.
NONE = ""
# Of each value: the mean of a bucket before, and the bucket itself.
_Amounts = Mapping[str, tuple[float, float]]
_NOTHING = (0.0, 0.0)


@dataclass(frozen=True)
class _Side:
    """What is added up of the samples at `place`, above or below the line of a rate."""

    place: int
    weights: Callable[[Samples], Floats]


def root_cause(data: MetricData, cut: Buckets, bucket: int, history: int) -> RootCause | None:
    """Of the change from the mean of the `history` buckets before it to the bucket.

    None of what does not add up over the values: people, who may be of several, percentiles, other formulas.
    """
    sides = _sides(data.definition)
    if sides is None or not history:
        return None
    top, bottom = (
        None if side is None else _amounts(data.samples[side.place], side, cut, bucket, history) for side in sides
    )
    if top is None:
        return None
    names = sorted({*top, *(bottom or {})})
    if bottom is None:
        return of_sum([Part(name, *top[name]) for name in names])
    return of_rate([Part(name, *top.get(name, _NOTHING), *bottom.get(name, _NOTHING)) for name in names])


def adds_up(definition: Definition) -> bool:
    """Whether it can be split by values at all."""
    return _sides(definition) is not None


def _sides(definition: Definition) -> tuple[_Side, _Side | None] | None:
    """What is above and below the line; only that where it is no rate."""
    if isinstance(definition, Simple):
        above = _added(definition, 0)
        if definition.measure.aggregate is Aggregate.AVERAGE:
            return _Side(0, _sums(definition.measure.divisor)), _Side(0, _numbers)
        return None if above is None else (above, None)
    if definition.operation is not Operation.DIVIDED_BY:
        return None
    above, below = _added(definition.first, 0), _added(definition.second, 1)
    return None if above is None or below is None else (above, below)


def _added(simple: Simple, place: int) -> _Side | None:
    if simple.measure.aggregate is Aggregate.COUNT:
        return _Side(place, _events)
    return _Side(place, _sums(simple.measure.divisor)) if simple.measure.aggregate is Aggregate.SUM else None


def _events(samples: Samples) -> Floats:
    return np.ones(len(samples.at))


def _numbers(samples: Samples) -> Floats:
    return (~np.isnan(samples.amount)).astype(float)


def _sums(divisor: int) -> Callable[[Samples], Floats]:
    return lambda samples: np.nan_to_num(samples.amount) / divisor


def _amounts(samples: Samples, side: _Side, cut: Buckets, bucket: int, history: int) -> _Amounts:
    numbers, weights = cut.numbers(samples.at), side.weights(samples)
    value = np.full(len(samples.at), -1) if samples.value is None else samples.value
    names = [*samples.values, NONE]
    # -1 counts from the end: those without a value come last.
    value = np.where(value < 0, len(names) - 1, value)
    before = (numbers >= bucket - history) & (numbers < bucket)
    now = numbers == bucket
    sums = [np.bincount(value[which], weights[which], minlength=len(names)) for which in (before, now)]
    there = np.bincount(value, minlength=len(names)) > 0
    found = zip(names, (sums[0] / history).tolist(), sums[1].tolist(), there.tolist(), strict=True)
    return {name: (mean, amount) for name, mean, amount, some in found if some}
