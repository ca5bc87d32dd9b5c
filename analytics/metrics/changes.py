"""Whether a metric rose: against the former period, and over a range. Tested, for "last against first" is mostly noise.

Values are regressed on the step or the slope together with their season. Neighbouring values resemble each other, so
that there are fewer independent ones than values: n (1 - rho) / (1 + rho) for an AR(1) memory of rho (Bartlett 1935),
whose estimate from few values is too low by (1 + 3 rho) / n (Kendall 1954, "Note on bias in the estimation of
autocorrelation").
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from scipy import stats

from analytics.metrics.correlations.whitening import regressors, varies
from analytics.metrics.stream import Floats, Int64s
from analytics.metrics.trends import LEAST_CHANGE, LEVEL, Direction

# On fewer values, in all, the test is not worth its name: 9 to 14 % false alarms at 5 %.
LEAST_VALUES = 28
_MOST_MEMORY = 0.95


class NoTest(StrEnum):
    TOO_FEW_VALUES = "too_few_values"
    ZERO_VARIANCE = "zero_variance"


@dataclass(frozen=True)
class Effect:
    """How much a value changes: of the mean of a bucket from step to step, or over the range; 95 % interval."""

    size: float
    low: float
    high: float
    p: float


@dataclass(frozen=True)
class Change:
    """`relative` is of what it was before: None where that was 0. Without a test there is no direction, and why."""

    absolute: float
    relative: float | None
    direction: Direction | None
    effect: Effect | None
    no_test: NoTest | None = None


def compared(
    now: float, before: float, values: Sequence[float | None], former: Sequence[float | None], seasons: Sequence[Int64s]
) -> Change:
    """Two periods as wholes, tested by their buckets without their season: a further weekend is no rise.

    `seasons`: for each its phases of the former buckets, then of the others.
    """
    step = np.repeat([0.0, 1.0], [len(former), len(values)])
    return _change(now - before, before, _mean(former), _tested([*former, *values], step, seasons))


def trend(values: Sequence[float | None], seasons: Sequence[Int64s]) -> Change:
    """Over the whole range, by the slope: from its beginning to its end."""
    found = _tested(values, np.linspace(-0.5, 0.5, len(values)), seasons)
    size = found.size if isinstance(found, Effect) else 0.0
    before = _mean(values) - size / 2
    return _change(size, before, before, found)


def _mean(values: Sequence[float | None]) -> float:
    known = [value for value in values if value is not None]
    return math.fsum(known) / len(known) if known else 0.0


def _change(absolute: float, before: float, level: float, found: Effect | NoTest) -> Change:
    """`level`: of a bucket before, of which the effect must be a part worth a word."""
    relative = absolute / abs(before) if before else None
    if isinstance(found, NoTest):
        return Change(absolute, relative, None, None, found)
    certain = found.p < LEVEL and abs(found.size) >= LEAST_CHANGE * abs(level)
    rising = Direction.UP if found.size > 0 else Direction.DOWN
    return Change(absolute, relative, rising if certain else Direction.STABLE, found)


def _tested(values: Sequence[float | None], by: Floats, seasons: Sequence[Int64s]) -> Effect | NoTest:
    array = np.array([math.nan if value is None else value for value in values], dtype=float)
    known = ~np.isnan(array)
    design = np.column_stack([by, np.delete(regressors(len(array), seasons), 1, axis=1)])[known]
    taken = int(np.linalg.matrix_rank(design)) if known.any() else 0
    if known.sum() < max(LEAST_VALUES, taken + LEAST_VALUES // 2):
        return NoTest.TOO_FEW_VALUES
    inverse = np.linalg.pinv(design)
    size = float(inverse[0] @ array[known])
    left = array[known] - design @ (inverse @ array[known])
    if not varies(left, array):
        return NoTest.ZERO_VARIANCE
    return _effect(size, left, float(inverse[0] @ inverse[0]), taken)


def _effect(size: float, left: Floats, leverage: float, taken: int) -> Effect:
    n, share = len(left), _independent_share(left)
    error = math.sqrt(float(left @ left) / (n - taken) * leverage / share)
    freedom = max(2.0, n * share - taken)
    reach = float(stats.t.isf(LEVEL / 2, freedom)) * error
    p = 2 * float(stats.t.sf(abs(size) / error, freedom))
    return Effect(size, size - reach, size + reach, p)


def _independent_share(left: Floats) -> float:
    found = float(left[1:] @ left[:-1]) / float(left @ left)
    memory = min(_MOST_MEMORY, max(0.0, found + (1 + 3 * found) / len(left)))
    return (1 - memory) / (1 + memory)
