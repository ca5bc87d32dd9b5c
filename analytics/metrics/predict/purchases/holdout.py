"""How well a model of buying foretold a time that has since passed, beside going on as before."""

from dataclasses import dataclass

import numpy as np

from analytics.metrics.predict.purchases.buying import Buying
from analytics.metrics.predict.purchases.histories import Histories
from analytics.metrics.predict.stored import Stored
from analytics.metrics.stream import Floats


@dataclass(frozen=True)
class Holdout(Stored):
    """Of purchases in a held-out time, of people known before it.

    `bias`: predicted over actual total, less 1; `error`: mean absolute, a person; `correlation`: of predicted and
    actual, 0 where one of them does not vary. The naive ones are of the run rate: all go on as often as before.
    """

    people: int
    predicted: float
    actual: float
    bias: float
    naive_bias: float
    error: float
    naive_error: float
    correlation: float

    @property
    def beats_baseline(self) -> bool:
        return self.error < self.naive_error


def run_rate(known: Histories, horizon: float) -> Floats:
    """Purchases within `horizon` if everyone goes on as often as so far."""
    return known.frequency / np.maximum(known.age, 1e-9) * horizon


def holdout(model: Buying, before: Histories, after: Histories, horizon: float) -> Holdout:
    """`before`: what the model was fitted on; `after`: histories of the same people, and others, `horizon` later."""
    actual = _later(before, after)
    predicted, naive = model.predict(before, horizon), run_rate(before, horizon)
    total = max(float(actual.sum()), 1.0)
    return Holdout(
        people=len(before),
        predicted=float(predicted.sum()),
        actual=float(actual.sum()),
        bias=float(predicted.sum()) / total - 1,
        naive_bias=float(naive.sum()) / total - 1,
        error=float(np.abs(predicted - actual).mean()),
        naive_error=float(np.abs(naive - actual).mean()),
        correlation=_correlation(predicted, actual),
    )


def _later(before: Histories, after: Histories) -> Floats:
    where = np.searchsorted(after.person, before.person)
    return np.maximum(after.frequency[where] - before.frequency, 0.0)


def _correlation(one: Floats, other: Floats) -> float:
    if not np.ptp(one) or not np.ptp(other):
        return 0.0
    return float(np.corrcoef(one, other)[0, 1])
