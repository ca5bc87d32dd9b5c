"""The models of a series side by side, with the median of the three that are no baseline."""

from dataclasses import dataclass
from typing import Self

import numpy as np

from analytics.metrics.predict.forecasts.baselines import SeasonalMedian
from analytics.metrics.predict.forecasts.forecaster import Forecaster
from analytics.metrics.predict.forecasts.holt_winters import HoltWinters
from analytics.metrics.predict.forecasts.stl_theta import StlTheta
from analytics.metrics.predict.forecasts.theta import Theta
from analytics.metrics.predict.refusals import CannotPredict, Why
from analytics.metrics.predict.stored import Stored
from analytics.metrics.stream import Floats

ENSEMBLE = "Median of Theta, Holt-Winters and STL + Theta"


@dataclass(frozen=True)
class Models(Stored):
    theta: Theta
    holt_winters: HoltWinters
    stl_theta: StlTheta
    baseline: SeasonalMedian

    def predict(self, horizon: int) -> dict[str, Floats]:
        """The forecast of each by its name, and of the median. Raises CannotPredict where one is not finite."""
        able: list[Forecaster] = [self.theta, self.holt_winters, self.stl_theta]
        made = {model.NAME: model.predict(horizon) for model in able}
        made = {
            **made,
            self.baseline.NAME: self.baseline.predict(horizon),
            ENSEMBLE: np.median([*made.values()], axis=0),
        }
        if not all(np.isfinite(each).all() for each in made.values()):
            raise CannotPredict(Why.NOT_FINITE)
        return made

    @classmethod
    def fit(cls, values: Floats, season: int, *, warm: Self | None = None) -> Self:
        return cls(
            Theta.fit(values, season, warm=warm.theta if warm else None),
            HoltWinters.fit(values, season, warm=warm.holt_winters if warm else None),
            StlTheta.fit(values, season, warm=warm.stl_theta if warm else None),
            SeasonalMedian.fit(values, season),
        )
