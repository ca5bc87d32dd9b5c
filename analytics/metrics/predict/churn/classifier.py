"""Who will leave: logistic regression and gradient boosting, averaged, and calibrated on people they did not see.

Calibration by Platt 1999, "Probabilistic outputs for support vector machines", on log odds out of fold: a stated 30 %
shall be 30 %. Averaging: the straight model holds where the data are thin, the trees where they bend.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
from scipy import special

from analytics.metrics.predict.churn.boosting import Boosting
from analytics.metrics.predict.churn.logistic import Logistic
from analytics.metrics.predict.refusals import CannotPredict, Why, need
from analytics.metrics.predict.stored import Stored
from analytics.metrics.stream import Floats

LEAST_OF_ONE_KIND = 30
# More people make it slower and no better.
_MOST_PEOPLE = 20_000
_FOLDS = 3
# Of log odds: no one is certain to leave or to stay.
_MOST_ODDS = 8.0


@dataclass(frozen=True)
class Classifier(Stored):
    """`slope` and `shift`: of the calibration. `people`: learnt from; `share`: of them who left."""

    logistic: Logistic
    boosting: Boosting
    slope: float
    shift: float
    people: int
    share: float

    NAME = "Logistic regression + gradient boosting, calibrated"
    PAPER = "Friedman 2001, Annals of Statistics 29: 1189-1232; Platt 1999"

    def predict(self, rows: Floats) -> Floats:
        """The chance that each leaves, from rows of features: between 0 and 1, both excluded."""
        odds = self.shift + self.slope * _averaged(self.logistic, self.boosting, rows)
        return np.asarray(special.expit(np.clip(odds, -_MOST_ODDS, _MOST_ODDS)))

    @classmethod
    def fit(cls, rows: Floats, left: np.ndarray, *, seed: int = 0) -> Self:
        """`rows`: people by features, all finite; `left`: whether each did. Raises CannotPredict."""
        rows, left = _sampled(np.asarray(rows, dtype=float), np.asarray(left, dtype=bool), seed)
        if not np.isfinite(rows).all():
            raise CannotPredict(Why.NOT_FINITE)
        need(int(min(left.sum(), (~left).sum())), LEAST_OF_ONE_KIND, Why.TOO_FEW_OF_ONE_KIND)
        slope, shift = _calibration(_out_of_fold(rows, left, seed), left)
        logistic, boosting = Logistic.fit(rows, left), Boosting.fit(rows, left, seed=seed)
        return cls(logistic, boosting, slope, shift, len(rows), float(left.mean()))


def _averaged(logistic: Logistic, boosting: Boosting, rows: Floats) -> Floats:
    return (logistic.log_odds(rows) + boosting.log_odds(rows)) / 2


def _sampled(rows: Floats, left: np.ndarray, seed: int) -> tuple[Floats, np.ndarray]:
    if len(rows) <= _MOST_PEOPLE:
        return rows, left
    which = np.random.default_rng(seed).choice(len(rows), _MOST_PEOPLE, replace=False)
    return rows[which], left[which]


def _out_of_fold(rows: Floats, left: np.ndarray, seed: int) -> Floats:
    from sklearn.model_selection import StratifiedKFold

    odds = np.zeros(len(rows))
    for known, other in StratifiedKFold(_FOLDS, shuffle=True, random_state=seed).split(rows, left):
        logistic = Logistic.fit(rows[known], left[known])
        boosting = Boosting.fit(rows[known], left[known], seed=seed)
        odds[other] = _averaged(logistic, boosting, rows[other])
    return odds


def _calibration(odds: Floats, left: np.ndarray) -> tuple[float, float]:
    """A slope that is negative would say that the models are upside down: then only the share of all is told."""
    from sklearn.linear_model import LogisticRegression

    found = LogisticRegression().fit(odds[:, None], left)
    slope = float(found.coef_[0, 0])
    share = float(left.mean())
    return (slope, float(found.intercept_[0])) if slope > 0 else (0.0, float(np.log(share / (1 - share))))
