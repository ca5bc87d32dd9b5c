"""Logistic regression on standardised features (Cox 1958; ridge penalty: le Cessie and van Houwelingen 1992)."""

from dataclasses import dataclass
from typing import Self

import numpy as np

from analytics.metrics.predict.stored import Stored
from analytics.metrics.stream import Floats

# Beyond what was seen by so many deviations, a feature counts no more: no extrapolation to certainty.
_REACH = 4.0


@dataclass(frozen=True)
class Logistic(Stored):
    """`weights`: of the features in deviations from their means: comparable with each other."""

    means: tuple[float, ...]
    deviations: tuple[float, ...]
    weights: tuple[float, ...]
    intercept: float

    def log_odds(self, rows: Floats) -> Floats:
        scaled = (rows - np.array(self.means)) / np.array(self.deviations)
        return self.intercept + np.clip(scaled, -_REACH, _REACH) @ np.array(self.weights)

    @classmethod
    def fit(cls, rows: Floats, left: np.ndarray) -> Self:
        from sklearn.linear_model import LogisticRegression

        means, deviations = rows.mean(axis=0), rows.std(axis=0)
        # A feature that is the same for all tells nothing, and gets no weight.
        deviations = np.where(deviations > 1e-9 * np.maximum(np.abs(means), 1), deviations, 1.0)
        scaled = np.clip((rows - means) / deviations, -_REACH, _REACH)
        found = LogisticRegression(max_iter=500).fit(scaled, left)
        weights, intercept = tuple(found.coef_[0].tolist()), float(found.intercept_[0])
        return cls(tuple(means.tolist()), tuple(deviations.tolist()), weights, intercept)
