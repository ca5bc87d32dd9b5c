"""Pareto/NBD: people buy at random until, at some moment nobody sees, they stop for good.

Schmittlein, Morrison and Colombo 1987, "Counting your customers: who are they and what will they do next?", Management
Science 33: 1-24; the likelihood as in Fader and Hardie 2005, "A note on deriving the Pareto/NBD model". A person's rate
of purchases is gamma(r, alpha), that of stopping gamma(s, beta). Unlike in BG/NBD, who bought once may have stopped.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np

from analytics.metrics.predict.likelihood import most_likely
from analytics.metrics.predict.purchases.grouped import Grouped, grouped
from analytics.metrics.predict.purchases.histories import Histories
from analytics.metrics.predict.stored import Stored
from analytics.metrics.stream import Floats

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(24)
# Beyond e to the minus this the integrand is nothing; within it the 24 nodes are exact to 11 digits.
_DECAY = 40.0
_LIMIT = 1e-5


@dataclass(frozen=True)
class ParetoNbd(Stored):
    """Rates are per the unit of time of the histories. `log_likelihood` is of all `people` fitted."""

    r: float
    alpha: float
    s: float
    beta: float
    log_likelihood: float
    people: int

    NAME = "Pareto/NBD"
    PAPER = "Schmittlein, Morrison, Colombo 1987, Management Science 33: 1-24"

    def predict(self, known: Histories, horizon: float) -> Floats:
        """Purchases each person is expected to make within `horizon`."""
        s = self.s if abs(self.s - 1) > _LIMIT else 1 + _LIMIT
        lasting = -np.expm1(-(s - 1) * np.log1p(horizon / (self.beta + known.age))) * (self.beta + known.age) / (s - 1)
        return (self.r + known.frequency) / (self.alpha + known.age) * lasting * self.alive(known)

    def alive(self, known: Histories) -> Floats:
        """The chance that each has not stopped."""
        lives, stopped = self._both(known.frequency, known.recency, known.age)
        return 1 / (1 + np.exp(np.minimum(stopped - lives, 700)))

    def silent(self, known: Histories, horizon: float) -> Floats:
        """The chance that each buys nothing within `horizon`: churn, as what is seen of it."""
        now, _ = self._both(known.frequency, known.age, known.age)
        later, stopping = self._both(known.frequency, known.age, known.age + horizon)
        return 1 - self.alive(known) * np.clip(-np.expm1(np.logaddexp(later, stopping) - now), 0, 1)

    def draws(self, known: Histories, horizon: float, rng: np.random.Generator, rounds: int) -> Floats:
        """Purchases of each person within `horizon` as they may turn out: rounds by people."""
        shape = (rounds, len(known))
        rate = rng.gamma(self.r + known.frequency, 1 / (self.alpha + known.age), shape)
        stopping = np.maximum(rng.gamma(self.s, 1 / (self.beta + known.age), shape), 1e-12)
        lasting = np.minimum(rng.exponential(1 / stopping), horizon)
        return np.where(rng.random(shape) < self.alive(known), rng.poisson(rate * lasting), 0).astype(float)

    def _both(self, x: Floats, recency: Floats, age: Floats) -> tuple[Floats, Floats]:
        return _parts(np.array([self.r, self.alpha, self.s, self.beta]), x, recency, age)

    @classmethod
    def fit(cls, known: Histories, *, warm: Self | None = None) -> Self:
        """Raises CannotPredict: too few people, or their purchases do not determine the model."""
        groups = grouped(known.checked())
        rate = max(float(known.frequency.sum() / max(known.age.sum(), 1e-9)), 1e-6)
        lasting = max(float(known.age.mean()), 1e-6)
        starts = [
            [0.5, 0.5 / rate, 0.5, lasting / 2],
            [1.0, 1 / rate, 1.0, lasting],
            [0.3, 0.3 / rate, 2.0, lasting * 5],
        ]
        if warm is not None:
            starts.insert(0, [warm.r, warm.alpha, warm.s, warm.beta])
        found = most_likely(lambda parameters: _cost(parameters, groups), starts)
        total = -_cost(found, groups) * len(known)
        r, alpha, s, beta = found.tolist()
        return cls(r, alpha, s, beta, total, len(known))


def _cost(parameters: Floats, of: Grouped) -> float:
    from scipy.special import gammaln

    r, alpha, s, beta = parameters
    shared = gammaln(r + of.frequency) - gammaln(r) + r * np.log(alpha) + s * np.log(beta)
    return -float(of.share @ (shared + np.logaddexp(*_parts(parameters, of.frequency, of.recency, of.age))))


def _parts(parameters: Floats, x: Floats, recency: Floats, age: Floats) -> tuple[Floats, Floats]:
    """Logarithms of the two parts of the likelihood: still there at `age`, and stopped between `recency` and it.

    The second is s times the integral of (alpha + y)^-(r + x) (beta + y)^-(s + 1): the paper's difference of 2F1s,
    which loses its digits for heavy buyers. Over u = log(alpha + y) it decays evenly, which Gauss and Legendre like.
    """
    r, alpha, s, beta = parameters
    lives = -(r + x) * np.log(alpha + age) - s * np.log(beta + age)
    start = np.log(alpha + recency)
    width = np.minimum(np.log(alpha + age) - start, _DECAY / (r + x + s))
    u = start + width * (_NODES[:, None] + 1) / 2
    y = np.maximum(np.exp(u) - alpha, 0)
    logs = -(r + x - 1) * u - (s + 1) * np.log(beta + y)
    highest = logs.max(axis=0)
    total = _WEIGHTS @ np.exp(logs - highest) * width / 2
    with np.errstate(divide="ignore"):
        return lives, np.log(s) + highest + np.log(total)
