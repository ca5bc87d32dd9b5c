"""A metric made ready to be compared: whitened, or refused with the reason."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

from analytics.metrics.correlations.results import Measured, Refused, Why
from analytics.metrics.correlations.whitening import freed, regressors, varies, whitened
from analytics.metrics.stream import Floats, Int64s

# Points that must be left after trend and season have taken theirs.
LEAST_FREE_POINTS = 20
MOST_GAPS_SHARE = 0.2
# A metric that stands still for most of the time tells too little: two rare events near each other look like a lead.
LEAST_CHANGES_SHARE = 0.15


@dataclass(frozen=True, eq=False)
class Prepared:
    """`innovations`: of the values, what trend, season and memory leave; `scores`: the normal scores of their ranks."""

    name: str
    values: Floats
    innovations: Floats
    scores: Floats


def prepared(metric: Measured, seasons: Sequence[Int64s]) -> Prepared | Refused:
    values = _scaled(metric.values)
    known, needed = int((~np.isnan(values)).sum()), least_points(seasons)
    if known < needed:
        return Refused(metric.name, Why.TOO_FEW_POINTS, known, needed)
    if known < (1 - MOST_GAPS_SHARE) * len(values):
        return Refused(metric.name, Why.TOO_MANY_GAPS, known, math.ceil((1 - MOST_GAPS_SHARE) * len(values)))
    left = freed(values, regressors(len(values), seasons))
    if not varies(left, values):
        return Refused(metric.name, Why.ZERO_VARIANCE, known, needed)
    changes, needed = _changes(values), max(LEAST_FREE_POINTS, math.ceil(LEAST_CHANGES_SHARE * len(values)))
    if changes < needed:
        return Refused(metric.name, Why.TOO_FEW_CHANGES, changes, needed)
    innovations = whitened(left)
    return Prepared(metric.name, values, innovations, _normal_scores(innovations))


def _scaled(values: Sequence[float | None]) -> Floats:
    """None as NaN, and so small that squares do not overflow: correlations know no scale."""
    array = np.array([math.nan if value is None else value for value in values], dtype=float)
    largest = np.max(np.abs(array), initial=0, where=~np.isnan(array))
    return array / largest if largest else array


def _changes(values: Floats) -> int:
    return int(np.count_nonzero(np.diff(values[~np.isnan(values)])))


def _normal_scores(series: Floats) -> Floats:
    ranks = stats.rankdata(series, nan_policy="omit")
    return np.asarray(stats.norm.ppf(ranks / (np.count_nonzero(~np.isnan(series)) + 1)), dtype=float)


def least_points(seasons: Sequence[Int64s]) -> int:
    return LEAST_FREE_POINTS + 1 + taken_by(seasons)


def taken_by(seasons: Sequence[Int64s]) -> int:
    """What trend and seasons take besides the mean."""
    return 1 + sum(len(np.unique(phases)) - 1 for phases in seasons)
