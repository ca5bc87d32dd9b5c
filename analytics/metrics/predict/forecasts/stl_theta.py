"""STL and Theta: the season that slowly changes by STL, the rest by Theta, put together again.

Cleveland, Cleveland, McRae and Terpenning 1990, "STL: a seasonal-trend decomposition procedure based on loess", Journal
of Official Statistics 6: 3-73. The decomposition is statsmodels'.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np

from analytics.metrics.predict.forecasts import scale
from analytics.metrics.predict.forecasts.theta import Theta
from analytics.metrics.predict.stored import Stored
from analytics.metrics.stream import Floats

_MOST_VALUES = 1100
# Seasons over which one phase is smoothed: odd. Days are noisy: 35 weeks foretell them better than 7 or 13 do.
_SMOOTH = 35


@dataclass(frozen=True)
class StlTheta(Stored):
    """`seasonal`: what the next buckets add to the forecast of `rest`; logarithms where `logs`."""

    rest: Theta
    seasonal: tuple[float, ...]
    logs: bool
    most: float

    NAME = "STL + Theta"
    PAPER = "Cleveland, Cleveland, McRae, Terpenning 1990, Journal of Official Statistics 6: 3-73"

    def predict(self, horizon: int) -> Floats:
        forecast = self.rest.predict(horizon) + np.resize(self.seasonal, horizon)
        return scale.back(forecast, logs=self.logs, most=self.most)

    @classmethod
    def fit(cls, values: Floats, season: int, *, warm: Self | None = None) -> Self:
        """Plain Theta where there is no season, or less than two of them."""
        values = values[-_MOST_VALUES:]
        logs = scale.proportional(values, season)
        series = scale.onto(values, logs=logs)
        seasonal = _seasonal(series, season)
        rest = Theta.fit(series - seasonal, 1, warm=warm.rest if warm else None, sums=True)
        length = max(1, season)
        return cls(rest, tuple(seasonal[-length:].tolist()), logs, float(series.max()))


def _seasonal(series: Floats, season: int) -> Floats:
    if season == 1 or len(series) < 2 * season + 2:
        return np.zeros(len(series))
    from statsmodels.tsa.seasonal import STL

    jump = max(1, season // 10)
    found = STL(series, period=season, seasonal=_SMOOTH, trend_jump=jump, low_pass_jump=jump).fit()
    return np.asarray(found.seasonal, dtype=float)
