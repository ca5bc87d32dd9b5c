"""Churn of people who buy when they like: nothing bought within the next so many days.

Learnt at an earlier moment, tested at a later one on what then came: a split in time, for people split at random would
let the model learn next month's campaign from the neighbours.
"""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from analytics.metrics.predict.churn.classifier import LEAST_OF_ONE_KIND, Classifier
from analytics.metrics.predict.churn.features import features
from analytics.metrics.predict.churn.judging import Bin, Judged, judged
from analytics.metrics.predict.purchases.histories import DAY, Histories, histories
from analytics.metrics.predict.refusals import Why, need
from analytics.metrics.predict.stored import Stored
from analytics.metrics.stream import Floats, Int64s, Occurrences


@dataclass(frozen=True)
class BuyersChurn(Stored):
    """`test`: of a model learnt one horizon earlier, on what is now known; `classifier`: learnt from that too."""

    horizon_days: int
    classifier: Classifier
    test: Judged

    def predict(self, known: Histories) -> Floats:
        """The chance that each buys nothing within the horizon, from histories in weeks (their default)."""
        return self.classifier.predict(features(known).rows)

    @classmethod
    def from_dict(cls, kept: dict[str, Any]) -> Self:
        test = {**kept["test"], "bins": tuple(Bin.from_dict(each) for each in kept["test"]["bins"])}
        return cls(kept["horizon_days"], Classifier.from_dict(kept["classifier"]), Judged(**test))

    @classmethod
    def fit(cls, purchases: Occurrences, *, as_of: int, horizon_days: int, seed: int = 0) -> Self:
        """From purchases until `as_of` (microseconds since 1970 UTC), which must reach back two horizons and more.

        Raises CannotPredict: too few people who left or stayed, in the time learnt from or in that tested on.
        """
        earlier, later = (as_of - back * horizon_days * DAY for back in (2, 1))
        learnt, left = _seen(purchases, earlier, later)
        first = Classifier.fit(features(learnt).rows, left, seed=seed)
        tested, truth = _seen(purchases, later, as_of)
        need(int(min(truth.sum(), (~truth).sum())), LEAST_OF_ONE_KIND, Why.TOO_FEW_OF_ONE_KIND)
        rows = features(tested).rows
        found = judged(first.predict(rows), truth, baseline=tested.age - tested.recency, learnt_share=first.share)
        return cls(horizon_days, Classifier.fit(rows, truth, seed=seed), found)


def _seen(purchases: Occurrences, at: int, until: int) -> tuple[Histories, np.ndarray]:
    """What was known of buyers at one moment, and who of them had bought nothing by the later one."""
    known = histories(purchases, as_of=at)
    return known, ~np.isin(known.person, _buyers(purchases, at, until))


def _buyers(purchases: Occurrences, after: int, until: int) -> Int64s:
    paid = purchases.revenue_micros >= 0 if len(purchases.revenue_micros) else np.ones(len(purchases.at), bool)
    return np.unique(purchases.person[(purchases.at > after) & (purchases.at <= until) & paid])
