"""Shifted beta-geometric: how many of those under contract renew, and renew again.

Fader and Hardie 2007, "How to project customer retention", Journal of Interactive Marketing 21: 76-90. Each person's
chance to leave at a renewal is beta(alpha, beta) among people and stays theirs: those who leave easily leave first, so
that retention rises though nobody changes. A constant rate, the usual extrapolation, foretells too many losses.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
from scipy import special

from analytics.metrics.predict.likelihood import most_likely
from analytics.metrics.predict.refusals import CannotPredict, Why, need
from analytics.metrics.predict.stored import Stored
from analytics.metrics.stream import Floats, Int64s

LEAST_PERIODS = 3
LEAST_LOSSES = 10
# The variance of the logarithm of a parameter: beyond, not even its magnitude is known.
_MOST_DOUBT = 4.0


@dataclass(frozen=True)
class ShiftedBetaGeometric(Stored):
    """`covariance`: of the logarithms of alpha and beta (observed information), for intervals."""

    alpha: float
    beta: float
    log_likelihood: float
    periods: int
    covariance: tuple[tuple[float, ...], ...]

    NAME = "Shifted beta-geometric"
    PAPER = "Fader, Hardie 2007, Journal of Interactive Marketing 21: 76-90"

    def predict(self, periods: int) -> Floats:
        """The share still there after 0, 1, …, `periods` renewals."""
        return np.exp(_log_survival(self.alpha, self.beta, np.arange(periods + 1)))

    def retention(self, periods: int) -> Floats:
        """Of those still there, the share that renews once more: at renewal 1, …, `periods`."""
        at = np.arange(1, periods + 1)
        return np.asarray((self.beta + at - 1) / (self.alpha + self.beta + at - 1))

    def interval(self, periods: int, nominal: float = 0.95) -> tuple[Floats, Floats]:
        """Of `predict(periods)`, for what the fit does not know of alpha and beta; on the scale log(-log)."""
        at, step = np.arange(1, periods + 1), 1e-4
        middle = _complementary(self.alpha, self.beta, at)
        slopes = np.stack(
            [
                (_complementary(self.alpha * np.exp(step), self.beta, at) - middle) / step,
                (_complementary(self.alpha, self.beta * np.exp(step), at) - middle) / step,
            ]
        )
        error = np.sqrt(np.maximum(np.einsum("it,ij,jt->t", slopes, np.array(self.covariance), slopes), 0))
        half = float(special.ndtri(0.5 + nominal / 2)) * error
        low, high = (np.exp(-np.exp(np.clip(middle + way * half, -700, 700))) for way in (1, -1))
        return np.concatenate([[1.0], low]), np.concatenate([[1.0], high])

    @classmethod
    def fit(cls, at_risk: Int64s, lost: Int64s, *, warm: Self | None = None) -> Self:
        """At renewal 1, 2, …: how many came to it, and how many of them left then.

        Several cohorts add up; people too young for a renewal are not at risk at it. Raises CannotPredict: too few
        renewals, losses or renewals that were made, or loss that does not fall with age.
        """
        risked, left = np.asarray(at_risk, dtype=np.float64), np.asarray(lost, dtype=np.float64)
        _check(risked, left)
        people = float(risked.max())

        def cost(parameters: Floats) -> float:
            return _cost(parameters, risked, left) / people

        starts = [[1.0, 2.0], [0.3, 0.6], [3.0, 30.0]]
        if warm is not None:
            starts.insert(0, [warm.alpha, warm.beta])
        found = most_likely(cost, starts)
        alpha, beta = found.tolist()
        return cls(alpha, beta, -cost(found) * people, len(risked), _covariance(alpha, beta, risked, left))


def _check(at_risk: Floats, lost: Floats) -> None:
    need(len(at_risk), LEAST_PERIODS, Why.TOO_FEW_PERIODS)
    if not (np.isfinite(at_risk).all() and np.isfinite(lost).all()):
        raise CannotPredict(Why.NOT_FINITE)
    if (lost < 0).any() or (lost > at_risk).any() or at_risk.shape != lost.shape:
        raise CannotPredict(Why.INCONSISTENT)
    need(int(min(lost.sum(), (at_risk - lost).sum())), LEAST_LOSSES, Why.TOO_FEW_LOSSES)


def _cost(parameters: Floats, at_risk: Floats, lost: Floats) -> float:
    alpha, beta = parameters
    at = np.arange(1, len(at_risk) + 1)
    leave, stay = np.log(alpha), np.log(beta + at - 1)
    return -float((lost * leave + (at_risk - lost) * stay - at_risk * np.log(alpha + beta + at - 1)).sum())


def _covariance(alpha: float, beta: float, at_risk: Floats, lost: Floats) -> tuple[tuple[float, ...], ...]:
    """The inverse of the information on alpha and beta, by their logarithms."""
    at, total = np.arange(1, len(at_risk) + 1), at_risk.sum()
    stays = (at_risk - lost) / (beta + at - 1) ** 2
    both = at_risk / (alpha + beta + at - 1) ** 2
    information = np.array(
        [
            [lost.sum() / alpha**2 - both.sum(), -both.sum()],
            [-both.sum(), stays.sum() - both.sum()],
        ]
    ) * np.outer([alpha, beta], [alpha, beta])
    if not total or np.linalg.eigvalsh(information).min() <= 0:
        raise CannotPredict(Why.NO_CONVERGENCE)
    inverse = np.linalg.inv(information)
    # Where loss does not fall with age they wander off together.
    if inverse.diagonal().max() > _MOST_DOUBT:
        raise CannotPredict(Why.NO_CONVERGENCE)
    return tuple(tuple(row) for row in inverse.tolist())


def _log_survival(alpha: float, beta: float, at: Int64s) -> Floats:
    return np.asarray(special.betaln(alpha, beta + at) - special.betaln(alpha, beta))


def _complementary(alpha: float, beta: float, at: Int64s) -> Floats:
    return np.log(np.maximum(-_log_survival(alpha, beta, at), 1e-300))
