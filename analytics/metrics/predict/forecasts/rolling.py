"""A back-test by rolling origin: forecasts made at earlier moments, with what was known then, beside what came.

Tashman 2000, "Out-of-sample tests of forecasting accuracy: an analysis and review", IJF 16: 437-450.
"""

from collections.abc import Callable, Sequence

import numpy as np

from analytics.metrics.predict.forecasts.values import least_history
from analytics.metrics.predict.refusals import Why, need
from analytics.metrics.stream import Floats

MOST_FOLDS = 12
LEAST_FOLDS = 5

# Forecasts by name, of so many buckets after the values.
Forecasts = Callable[[Floats, int], dict[str, Floats]]


def needed_history(season: int, horizon: int) -> int:
    """Buckets from which on there is a back-test worth the name: its folds span twice the horizon."""
    return least_history(season) + horizon + max(LEAST_FOLDS - 1, horizon)


def origins(n: int, season: int, horizon: int) -> list[int]:
    """How many values are known at each fold, ascending. Raises CannotPredict where the history is too short.

    Neighbouring folds are no whole season apart, where there is room, so that the horizon begins on different weekdays.
    """
    need(n, needed_history(season, horizon), Why.TOO_SHORT)
    room = n - horizon - least_history(season)
    step = max(1, min(horizon, room // (MOST_FOLDS - 1)))
    if season > 1 and step % season == 0:
        step -= 1
    folds = min(MOST_FOLDS, room // step + 1)
    return [n - horizon - step * back for back in reversed(range(folds))]


def errors(values: Floats, at: Sequence[int], horizon: int, forecasts: Forecasts) -> dict[str, Floats]:
    """Of each model: actual less forecast, folds by horizon."""
    made = [(forecasts(values[:origin], horizon), values[origin : origin + horizon]) for origin in at]
    return {name: np.stack([actual - each[name] for each, actual in made]) for name in made[0][0]}
