"""Intervals from the errors a model made in its back-test: no assumption about their shape.

Split conformal prediction (Vovk, Gammerman, Shafer 2005; Lei et al. 2018, JASA 113: 1094-1111): the quantile is taken
at (n + 1) of n scores. Errors of all distances are scores on one scale, the error that is usual at their distance,
which does not fall with it. Neighbouring distances of one fold err alike; `fit` is told how much.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np

from analytics.metrics.predict.stored import Stored
from analytics.metrics.stream import Floats

# Of a fold's errors, this power of their number counts as independent: of buckets, and of sums up to them, which share
# all that went before. Measured, as the coverage is (`make bench-predict`).
OF_BUCKETS, OF_SUMS = 0.15, 0.0


@dataclass(frozen=True)
class Conformal(Stored):
    """`usual`: the usual size of the error at distance 1, 2, …; `scores`: errors in that unit, ascending.

    `independent`: as how many scores they count.
    """

    usual: tuple[float, ...]
    scores: tuple[float, ...]
    independent: float

    def quantile(self, share: float) -> Floats:
        """Of actual less forecast, at each distance; errs to the outside, as few scores must."""
        # From the middle as far as the share, and by (n + 1) / n further.
        beyond = (share - 0.5) * (self.independent + 1) / self.independent
        return float(np.quantile(self.scores, min(1.0, max(0.0, 0.5 + beyond)))) * np.array(self.usual)

    def chance_above(self, error: float, distance: int) -> float:
        """That actual less forecast will be more than that, at that distance: never 0 or 1, for scores are few."""
        above = float((np.array(self.scores) * self.usual[distance - 1] > error).mean())
        return (above * self.independent + 0.5) / (self.independent + 1)

    @classmethod
    def fit(cls, errors: Floats, independent: float = OF_BUCKETS) -> Self:
        """`errors`: actual less forecast, folds by distance."""
        from scipy import optimize

        folds, horizon = errors.shape
        size = np.abs(errors).mean(axis=0)
        usual = np.asarray(optimize.isotonic_regression(size).x, dtype=float)
        usual = np.maximum(usual, 1e-9 * max(float(size.max()), 1e-300))
        scores = np.sort((errors / usual).ravel())
        return cls(tuple(usual.tolist()), tuple(scores.tolist()), float(folds * horizon**independent))
