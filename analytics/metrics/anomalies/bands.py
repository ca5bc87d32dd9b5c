"""Where a value is expected by the values before it: by mean and deviation, robust, or by quartiles."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from analytics.metrics.stream import Floats

LEAST_HISTORY = 14
# Four weeks: short enough to follow a metric that grows.
USUAL_WINDOW = 28
# A median absolute deviation times this is the σ of normal values (Iglewicz and Hoaglin 1993, "How to detect and
# handle outliers").
_OF_MEDIAN_DEVIATION = 1.4826
# What differs by less never varied.
_ROUNDING = 1e-9


class Method(StrEnum):
    ZSCORE = "zscore"  # mean and standard deviation
    MAD = "mad"  # median and median absolute deviation: former anomalies hide no new ones
    IQR = "iqr"  # beyond the quartiles, as the fences of a box plot (Tukey 1977)


@dataclass(frozen=True)
class Detector:
    """Beyond `medium` spreads is an anomaly, beyond `high` a grave one.

    `window`: how many buckets before each are its history; a window of less than LEAST_HISTORY needs no more than that.
    `least`: the metric cannot be lower, and so is nothing that is expected.
    """

    method: Method = Method.MAD
    medium: float = 2.0
    high: float = 3.0
    window: int = USUAL_WINDOW
    least: float | None = None


# Tukey's inner and outer fences.
FENCES = Detector(Method.IQR, medium=1.5, high=3.0)


@dataclass(frozen=True)
class Band:
    """`low` to `high` is expected. `lower` to `upper` is the history's middle, from which spreads are counted.

    `spread` is 0 where the history never varied.
    """

    expected: float
    low: float
    high: float
    lower: float
    upper: float
    spread: float

    def beyond(self, value: float) -> float:
        """How many spreads below (negative) or above the middle; infinite where the history never varied."""
        distance = min(0.0, value - self.lower) or max(0.0, value - self.upper)
        if abs(distance) <= _ROUNDING * abs(self.expected):
            return 0.0
        return distance / self.spread if self.spread else math.copysign(math.inf, distance)


def bands(values: Sequence[float | None], detector: Detector) -> list[Band | None]:
    """For each value where those before it expect it; None where they are too few."""
    array = np.array([math.nan if value is None else value for value in values], dtype=float)
    return [_band(array[max(0, k - detector.window) : k], detector) for k in range(len(array))]


def _band(window: Floats, detector: Detector) -> Band | None:
    history = window[~np.isnan(window)]
    if len(history) < min(detector.window, LEAST_HISTORY):
        return None
    with np.errstate(over="ignore", invalid="ignore"):
        expected, lower, upper, spread = _SHAPES[detector.method](history)
        # More than half of the values may be the same: no deviation in the middle, though there is some.
        spread = spread or float(np.sqrt(np.mean((history - expected) ** 2)))
    if spread <= _ROUNDING * float(np.max(np.abs(history))):
        spread = 0.0
    low, high = lower - detector.medium * spread, upper + detector.medium * spread
    if not math.isfinite(low) or not math.isfinite(high):
        return None  # numbers so large that their squares are none
    if detector.least is not None:
        low = max(low, detector.least)
    return Band(expected, low, high, lower, upper, spread)


# Expected value, lower and upper end of the middle, spread.
_Shape = tuple[float, float, float, float]


def _by_mean(history: Floats) -> _Shape:
    mean = float(np.mean(history))
    return mean, mean, mean, float(np.std(history, ddof=1)) if len(history) > 1 else 0.0


def _by_median(history: Floats) -> _Shape:
    median = float(np.median(history))
    return median, median, median, float(np.median(np.abs(history - median))) * _OF_MEDIAN_DEVIATION


def _by_quartiles(history: Floats) -> _Shape:
    lower, median, upper = (float(each) for each in np.percentile(history, [25, 50, 75]))
    return median, lower, upper, upper - lower


_SHAPES: Mapping[Method, Callable[[Floats], _Shape]] = {
    Method.ZSCORE: _by_mean,
    Method.MAD: _by_median,
    Method.IQR: _by_quartiles,
}
