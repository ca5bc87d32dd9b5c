"""BG/NBD: people buy at random until, after some purchase, they stop for good.

Fader, Hardie and Lee 2005, '"Counting your customers" the easy way: an alternative to the Pareto/NBD model', Marketing
Science 24: 275-284. A person's rate of purchases is gamma(r, alpha), the chance to stop after each is beta(a, b).
"""

from dataclasses import dataclass
from typing import Self

import numpy as np

from analytics.metrics.predict.likelihood import most_likely
from analytics.metrics.predict.purchases.grouped import Grouped, grouped
from analytics.metrics.predict.purchases.histories import Histories
from analytics.metrics.predict.stored import Stored
from analytics.metrics.stream import Floats

# Near a = 1 the expectation is a limit, which is taken from this far away.
_LIMIT = 1e-5


@dataclass(frozen=True)
class BgNbd(Stored):
    """Rates are per the unit of time of the histories. `log_likelihood` is of all `people` fitted."""

    r: float
    alpha: float
    a: float
    b: float
    log_likelihood: float
    people: int

    NAME = "BG/NBD"
    PAPER = "Fader, Hardie, Lee 2005, Marketing Science 24: 275-284"

    def predict(self, known: Histories, horizon: float) -> Floats:
        """Purchases each person is expected to make within `horizon`."""
        from scipy import special

        a = self.a if abs(self.a - 1) > _LIMIT else 1 + _LIMIT
        c = a + self.b + known.frequency - 1
        c = np.where(np.abs(c) > _LIMIT, c, _LIMIT)
        z = horizon / (self.alpha + known.age + horizon)
        # The paper's 2F1 after Euler's transformation: it neither over- nor underflows for heavy buyers.
        tail = (1 - z) ** (a - 1) * special.hyp2f1(a + self.b - 1 - self.r, a - 1, c, z)
        return np.maximum(0.0, c / (a - 1) * (1 - tail)) * self.alive(known)

    def alive(self, known: Histories) -> Floats:
        """The chance that each has not stopped.

        It is 1 for everyone who bought once, however long ago: in this model people stop only after a later purchase.
        One minus it is therefore no risk of churn; `silent` is.
        """
        again = known.frequency > 0
        odds = self.a / np.maximum(self.b + known.frequency - 1, 1e-12)
        power = (self.r + known.frequency) * np.log((self.alpha + known.age) / (self.alpha + known.recency))
        return np.where(again, 1 / (1 + odds * np.exp(np.minimum(power, 700))), 1.0)

    def silent(self, known: Histories, horizon: float) -> Floats:
        """The chance that each buys nothing within `horizon`: churn, as what is seen of it."""
        exponent = (self.r + known.frequency) * np.log1p(horizon / (self.alpha + known.age))
        return 1 - self.alive(known) * -np.expm1(-exponent)

    def draws(self, known: Histories, horizon: float, rng: np.random.Generator, rounds: int) -> Floats:
        """Purchases of each person within `horizon` as they may turn out: rounds by people."""
        shape = (rounds, len(known))
        rate = rng.gamma(self.r + known.frequency, 1 / (self.alpha + known.age), shape)
        stop = rng.beta(self.a, self.b + known.frequency, shape)
        going = rng.random(shape) < self.alive(known)
        # With the chance to stop after each, how many purchases a person has left is geometric.
        left = rng.geometric(np.clip(stop, 1e-9, 1))
        return np.where(going, np.minimum(rng.poisson(rate * horizon), left), 0).astype(float)

    @classmethod
    def fit(cls, known: Histories, *, warm: Self | None = None) -> Self:
        """Raises CannotPredict: too few people, or their purchases do not determine the model."""
        groups = grouped(known.checked())
        rate = max(float(known.frequency.sum() / max(known.age.sum(), 1e-9)), 1e-6)
        starts = [[0.5, 0.5 / rate, 0.8, 2.5], [1.0, 1 / rate, 1.0, 1.0], [0.2, 0.2 / rate, 0.3, 3.0]]
        if warm is not None:
            starts.insert(0, [warm.r, warm.alpha, warm.a, warm.b])
        found = most_likely(lambda parameters: _cost(parameters, groups), starts)
        total = -_cost(found, groups) * len(known)
        r, alpha, a, b = found.tolist()
        return cls(r, alpha, a, b, total, len(known))


def _cost(parameters: Floats, of: Grouped) -> float:
    from scipy.special import gammaln

    r, alpha, a, b = parameters
    x = of.frequency
    shared = gammaln(r + x) - gammaln(r) + r * np.log(alpha)
    stays = gammaln(a + b) + gammaln(b + x) - gammaln(b) - gammaln(a + b + x)
    goes_on = -(r + x) * np.log(alpha + of.age)
    stopped = np.log(a) - np.log(b + np.maximum(x, 1) - 1) - (r + x) * np.log(alpha + of.recency)
    either = np.where(x > 0, np.logaddexp(goes_on, stopped), goes_on)
    return -float(of.share @ (shared + stays + either))
