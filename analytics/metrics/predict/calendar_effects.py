"""Days that are not like others: what holidays, launches and sales of one name do to a metric.

Each occurrence is compared with the same weekday of the weeks around it; their median is the effect, drawn towards none
where there were few (James and Stein 1961, in its plainest form: n of n + 1). Of a day of a name that was never seen
nothing is claimed: there the detector's interval is wider.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from analytics.metrics.predict.online.scale import Scale
from analytics.metrics.predict.refusals import CannotPredict, Why, need
from analytics.metrics.predict.stored import Stored
from analytics.metrics.stream import Floats

_AROUND = 4
_LEAST_AROUND = 3
# The interval of a day of a name that never occurred, in usual ones.
_UNKNOWN = 3.0

# The name of each bucket's day; None: a day like others.
Days = Sequence[str | None]


@dataclass(frozen=True)
class CalendarEffects(Stored):
    """`effects`: of each of `names`, as differences on `scale`. `times`: how often each was seen."""

    scale: Scale
    names: tuple[str, ...]
    effects: tuple[float, ...]
    times: tuple[int, ...]

    NAME = "Calendar effects"
    PAPER = "James, Stein 1961, 4th Berkeley Symposium 1: 361-379"

    def of(self, day: str | None) -> float:
        """To be added on the scale."""
        return self.effects[self.names.index(day)] if day in self.names else 0.0

    def widen(self, day: str | None) -> float:
        """The factor by which a detector's interval is wider on that day."""
        if day is None:
            return 1.0
        return math.sqrt(1 + 1 / self.times[self.names.index(day)]) if day in self.names else _UNKNOWN

    def freed(self, values: Floats, days: Days) -> Floats:
        """The values as they would have been on days like others: what models of series learn from."""
        return self._moved(values, [-self.of(day) for day in days])

    def predict(self, forecast: Floats, days: Days) -> Floats:
        """The forecast of days like others, with the effects of the days it is for."""
        return self._moved(forecast, [self.of(day) for day in days])

    def _moved(self, values: Floats, by: Sequence[float]) -> Floats:
        pairs = zip(values.tolist(), by, strict=True)
        return np.array([self.scale.back(self.scale.onto(v) + move) if move else v for v, move in pairs])

    @classmethod
    def fit(cls, values: Sequence[float | None] | Floats, days: Days, *, season: int) -> Self:
        """One value and one name for each bucket, oldest first. Names without an ordinary day of the same phase around
        them are not known afterwards. Raises CannotPredict: no values, or not two seasons of them."""
        array = np.array([math.nan if value is None else value for value in values], dtype=float)
        if len(array) != len(days):
            raise CannotPredict(Why.INCONSISTENT)
        if np.isinf(array).any():
            raise CannotPredict(Why.NOT_FINITE)
        known = array[~np.isnan(array)]
        need(len(known), 2 * season + 1, Why.TOO_SHORT)
        scale = Scale.fit(known, season)
        scaled = np.array([math.nan if math.isnan(value) else scale.onto(value) for value in array.tolist()])
        found = _found(scaled, days, season)
        names = tuple(sorted(found))
        effects = tuple(float(np.median(found[name])) * len(found[name]) / (len(found[name]) + 1) for name in names)
        return cls(scale, names, effects, tuple(len(found[name]) for name in names))


def _found(scaled: Floats, days: Days, season: int) -> dict[str, list[float]]:
    """For each name how far each of its days was from ordinary ones of the same phase around it."""
    ordinary = np.where([day is None for day in days], scaled, math.nan)
    found: dict[str, list[float]] = {}
    for at, day in enumerate(days):
        around = ordinary[max(at % season, at - _AROUND * season) : at + _AROUND * season + 1 : season]
        there = around[~np.isnan(around)]
        if day is not None and len(there) >= _LEAST_AROUND and not math.isnan(scaled[at]):
            found.setdefault(day, []).append(float(scaled[at] - np.median(there)))
    return found
