"""Did it go up or down? Only when a test says so and the change is large enough to matter."""

from dataclasses import dataclass
from enum import StrEnum
from math import isfinite, sqrt

import numpy as np
from scipy import special, stats

LEVEL = 0.05
LEAST_CHANGE = 0.05
# Below so many expected in any cell of the table the normal approximation is bad (Cochran 1954).
_FEW = 5


class Direction(StrEnum):
    UP = "up"
    DOWN = "down"
    STABLE = "stable"


@dataclass(frozen=True)
class Trend:
    """`change`: relative, .1 is ten per cent more than before; None: it was 0 before. `p_value`: two-sided."""

    direction: Direction
    change: float | None
    p_value: float


@dataclass(frozen=True)
class Sample:
    """`variance`: with n - 1; 0 where there is one only."""

    count: int
    mean: float
    variance: float


def of_rates(count: int, of: int, former: int, former_of: int) -> Trend | None:
    """Rates of different people; None: one of them has nobody."""
    if not (of and former_of):
        return None
    return _trend(count / of, former / former_of, two_proportions(count, of, former, former_of))


def of_means(now: Sample, former: Sample) -> Trend | None:
    """Means of different people; None: they are too few, or too equal among themselves, to be compared."""
    p_value = welch(now, former)
    return None if p_value is None else _trend(now.mean, former.mean, p_value)


def two_proportions(count: int, of: int, other: int, other_of: int) -> float:
    """p of the pooled z test that both rates are the same; of Fisher's exact test where numbers are small."""
    both, all_of = count + other, of + other_of
    if both in {0, all_of}:
        return 1.0
    if min(of, other_of) * min(both, all_of - both) < _FEW * all_of:
        return float(stats.fisher_exact(np.array([[count, of - count], [other, other_of - other]])).pvalue)
    error = sqrt(both * (all_of - both) / all_of * (1 / of + 1 / other_of) / all_of)
    return float(2 * special.ndtr(-abs(count / of - other / other_of) / error))


def welch(one: Sample, other: Sample) -> float | None:
    """p of Welch's t test (1947) that both means are the same."""
    if min(one.count, other.count) <= 1 or not one.variance + other.variance > 0:
        return None
    found = stats.ttest_ind_from_stats(
        one.mean, sqrt(one.variance), one.count, other.mean, sqrt(other.variance), other.count, equal_var=False
    )
    return float(found.pvalue) if isfinite(found.pvalue) else None


def _trend(now: float, former: float, p_value: float) -> Trend:
    change = now / former - 1 if former else None
    large = now != former if change is None else abs(change) >= LEAST_CHANGE
    if p_value >= LEVEL or not large:
        return Trend(Direction.STABLE, change, p_value)
    return Trend(Direction.UP if now > former else Direction.DOWN, change, p_value)
