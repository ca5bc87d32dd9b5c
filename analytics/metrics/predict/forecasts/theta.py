"""Theta: the level by exponential smoothing, plus half of the trend.

Assimakopoulos and Nikolopoulos 2000, "The theta model: a decomposition approach to forecasting", International Journal
of Forecasting 16: 521-530, in the form of Hyndman and Billah 2003 (IJF 19: 287-290). Best of the M3 competition.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np

from analytics.metrics.predict.forecasts import scale
from analytics.metrics.predict.forecasts.smoothing import smoothed
from analytics.metrics.predict.stored import Stored
from analytics.metrics.stream import Floats

# Of the test whether there is a season at all: 90 %, as in the M competitions.
_Z = 1.645


@dataclass(frozen=True)
class Theta(Stored):
    """`seasonal`: what the next buckets add; logarithms where `logs`. `slope`: of the trend, for each bucket."""

    level: float
    slope: float
    alpha: float
    values: int
    seasonal: tuple[float, ...]
    logs: bool
    most: float

    NAME = "Theta"
    PAPER = "Assimakopoulos, Nikolopoulos 2000, International Journal of Forecasting 16: 521-530"

    def predict(self, horizon: int) -> Floats:
        drift = np.arange(horizon) + (1 - (1 - self.alpha) ** self.values) / self.alpha
        forecast = self.level + self.slope / 2 * drift + np.resize(self.seasonal, horizon)
        return scale.back(forecast, logs=self.logs, most=self.most)

    @classmethod
    def fit(cls, values: Floats, season: int, *, warm: Self | None = None, sums: bool = False) -> Self:
        """Values that are 0 or less are read as sums, as all are with `sums`: as proportions they would break it."""
        logs = not sums and scale.proportional(values, season)
        series = scale.onto(values, logs=logs)
        seasonal = _seasonal(series, season)
        adjusted = series - np.resize(seasonal, len(series))
        alpha, level = smoothed(adjusted, warm.alpha if warm else None)
        slope = float(np.polyfit(np.arange(len(adjusted)), adjusted, 1)[0])
        following = np.roll(seasonal, -(len(series) % len(seasonal)))
        return cls(level, slope, alpha, len(series), tuple(following.tolist()), logs, float(series.max()))


def _seasonal(series: Floats, season: int) -> Floats:
    """Of each phase, from the first bucket on: its mean distance from the moving average over a season, 0 in all."""
    if season == 1 or len(series) < 2 * season + 1 or not _is_seasonal(series, season):
        return np.zeros(1)
    weights = np.full(season + 1 - season % 2, 1 / season)
    weights[[0, -1]] *= 1 if season % 2 else 0.5
    average = np.convolve(series, weights, mode="valid")
    start = len(weights) // 2
    apart = series[start : start + len(average)] - average
    phase = (np.arange(len(apart)) + start) % season
    found = np.array([_middle(apart[phase == k]) for k in range(season)])
    return found - found.mean()


def _middle(values: Floats) -> float:
    """The mean without the lowest and highest tenth: one odd holiday is no weekday."""
    cut = len(values) // 10
    return float(np.sort(values)[cut : len(values) - cut].mean()) if len(values) else 0.0


def _is_seasonal(series: Floats, season: int) -> bool:
    """Bartlett's test of the autocorrelation at the season, of what is left of a straight trend."""
    n = len(series)
    at = np.arange(n)
    left = series - np.polyval(np.polyfit(at, series, 1), at)
    power = float(left @ left)
    if not power:
        return False
    memory = np.array([left[k:] @ left[: n - k] / power for k in range(1, season + 1)])
    return bool(abs(memory[-1]) > _Z * np.sqrt((1 + 2 * (memory[:-1] ** 2).sum()) / n))
