"""A series made ready for the models: gaps filled, or refused with the reason."""

import math
from collections.abc import Sequence

import numpy as np

from analytics.metrics.predict.refusals import CannotPredict, Why, need
from analytics.metrics.stream import Floats

MOST_GAPS_SHARE = 0.2
# Squares of larger numbers may be none.
_MOST = 1e100
_ROUNDING = 1e-9


def least_history(season: int) -> int:
    """Buckets a model must have seen before its first forecast counts: two seasons, and a dozen in any case."""
    return max(2 * season + 2, 12)


def prepared(values: Sequence[float | None] | Floats, season: int) -> Floats:
    """Values of complete buckets, oldest first, None where there is none: without leading gaps, the others filled.

    A gap gets what the same bucket of the nearest season had. `season`: buckets until it begins again (7 of days, 12 of
    months; 1: none). Raises CannotPredict.
    """
    array = np.array([math.nan if value is None else value for value in values], dtype=float)
    if np.isinf(array).any() or np.nanmax(np.abs(array), initial=0.0) > _MOST:
        raise CannotPredict(Why.NOT_FINITE)
    known = np.flatnonzero(~np.isnan(array))
    need(len(known), least_history(season), Why.TOO_SHORT)
    array = array[known[0] :]
    there = ~np.isnan(array)
    if there.sum() < (1 - MOST_GAPS_SHARE) * len(array):
        needed = math.ceil((1 - MOST_GAPS_SHARE) * len(array))
        raise CannotPredict(Why.TOO_MANY_GAPS, given=int(there.sum()), needed=needed)
    if np.ptp(array[there]) <= _ROUNDING * np.abs(array[there]).max():
        raise CannotPredict(Why.ZERO_VARIANCE)
    return _filled(array, there, season)


def _filled(array: Floats, there: np.ndarray, season: int) -> Floats:
    full = array.copy()
    for k in np.flatnonzero(~there):
        same = np.flatnonzero(there[k % season :: season]) * season + k % season
        others = same if len(same) else np.flatnonzero(there)
        full[k] = array[others[np.argmin(np.abs(others - k))]]
    return full
