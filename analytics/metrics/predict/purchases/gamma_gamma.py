"""Gamma–Gamma: what a purchase of each person is worth, between what they paid and what people pay on average.

Fader, Hardie and Lee 2005, "RFM and CLV: using iso-value curves for customer base analysis", Journal of Marketing
Research 42: 415-430. A purchase is gamma(p, nu) with a nu for each person, which is gamma(q, v) among them.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np

from analytics.metrics.predict.likelihood import most_likely
from analytics.metrics.predict.purchases.histories import LEAST_REPEAT_BUYERS, Histories
from analytics.metrics.predict.refusals import CannotPredict, Why, need
from analytics.metrics.predict.stored import Stored
from analytics.metrics.stream import Floats


@dataclass(frozen=True)
class GammaGamma(Stored):
    """`v` and all money in the currency of the histories.

    `people`: who bought again and paid more than they got back. `left_out`: who bought again and did not. `dependence`:
    the correlation of how often and how much among them, which the model takes to be 0.
    """

    p: float
    q: float
    v: float
    log_likelihood: float
    people: int
    left_out: int
    dependence: float

    NAME = "Gamma-Gamma"
    PAPER = "Fader, Hardie, Lee 2005, Journal of Marketing Research 42: 415-430"

    def predict(self, known: Histories) -> Floats:
        """What one further purchase of each is expected to be worth; who paid nothing is taken as all are."""
        x = np.where(known.spend > 0, known.frequency, 0.0)
        return self.p * (self.v + x * np.maximum(known.spend, 0)) / (self.p * x + self.q - 1)

    def draws(self, known: Histories, rng: np.random.Generator, rounds: int) -> Floats:
        """Each person's own mean purchase as it may turn out: rounds by people."""
        x = np.where(known.spend > 0, known.frequency, 0.0)
        shape, scale = self.p * x + self.q, 1 / (self.v + x * np.maximum(known.spend, 0))
        return self.p / np.maximum(rng.gamma(shape, scale, (rounds, len(known))), 1e-12)

    @classmethod
    def fit(cls, known: Histories, *, warm: Self | None = None) -> Self:
        """Raises CannotPredict: too few people who paid, or all paid the same."""
        again = known.frequency > 0
        if not np.isfinite(known.spend).all():
            raise CannotPredict(Why.NOT_FINITE)
        paying = again & (known.spend > 0)
        need(int(paying.sum()), LEAST_REPEAT_BUYERS, Why.TOO_FEW_PAYING)
        x, spend = known.frequency[paying], known.spend[paying]
        mean = float(spend.mean())
        if float(np.ptp(spend)) <= 1e-9 * mean:
            raise CannotPredict(Why.ZERO_VARIANCE)
        starts = [[6.0, 4.0, 0.5], [1.5, 2.5, 1.0], [20.0, 3.0, 0.1]]
        if warm is not None:
            starts.insert(0, [warm.p, warm.q, warm.v / mean])
        # In means: the search does not care for the currency. Below q = 1 people have no mean purchase.
        p, q, v = most_likely(lambda parameters: _cost(parameters, x, spend / mean), _shifted(starts))
        cost = _cost(np.array([p, q, v]), x, spend / mean) + np.log(mean)
        left_out = int(again.sum()) - len(x)
        return cls(float(p), float(q + 1), float(v * mean), -float(cost) * len(x), len(x), left_out, _related(x, spend))


def _shifted(starts: list[list[float]]) -> list[list[float]]:
    return [[p, max(q - 1, 1e-3), v] for p, q, v in starts]


def _cost(parameters: Floats, x: Floats, z: Floats) -> float:
    """`parameters`: p, q - 1, v."""
    from scipy.special import gammaln

    p, q, v = parameters[0], parameters[1] + 1, parameters[2]
    each = gammaln(p * x + q) - gammaln(p * x) - gammaln(q) + q * np.log(v)
    each = each + (p * x - 1) * np.log(z) + p * x * np.log(x) - (p * x + q) * np.log(v + x * z)
    return -float(each.mean())


def _related(x: Floats, spend: Floats) -> float:
    if not np.ptp(x) or not np.ptp(spend):
        return 0.0
    return float(np.corrcoef(x, spend)[0, 1])
