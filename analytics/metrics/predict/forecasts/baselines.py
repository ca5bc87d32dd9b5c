"""What a model must beat to be worth its words."""

from dataclasses import dataclass
from typing import Self

import numpy as np

from analytics.metrics.predict.stored import Stored
from analytics.metrics.stream import Floats

_SEASONS = 8


@dataclass(frozen=True)
class SeasonalMedian(Stored):
    """As the median of the same bucket of the last eight seasons: for days, the weekday's median of eight weeks."""

    next: tuple[float, ...]

    NAME = "Median of 8 seasons"
    PAPER = "none: the baseline"

    def predict(self, horizon: int) -> Floats:
        return np.resize(np.array(self.next), horizon)

    @classmethod
    def fit(cls, values: Floats, season: int, *, warm: Self | None = None) -> Self:
        del warm
        last = values[-season * min(_SEASONS, len(values) // season) :].reshape(-1, season)
        return cls(tuple(float(each) for each in np.median(last, axis=0)))


def seasonal_naive(values: Floats, season: int, horizon: int) -> Floats:
    """As the last season was."""
    return np.resize(values[-season:], horizon)


def naive_error(values: Floats, season: int) -> float:
    """Mean absolute error of the seasonal naive forecast within the values: MASE's unit (Hyndman, Koehler 2006)."""
    return float(np.abs(values[season:] - values[:-season]).mean())
