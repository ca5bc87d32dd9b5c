"""Series as businesses have them, unrelated or with a planted link, and what is found of them: seeded."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import signal, stats

from analytics.metrics.correlations.pairs import correlations
from analytics.metrics.correlations.results import LEVEL, Correlations, Measured

Floats = npt.NDArray[np.float64]
MEMORY = 0.5
_WARM_UP = 100


@dataclass(frozen=True)
class Found:
    """Shares of pairs that were called related at 5 %; `insights`: falsely established ones in a round of metrics."""

    false_positives: float
    naive_false_positives: float
    insights: float
    naive_insights: float


def business_series(rng: np.random.Generator, shocks: Floats) -> Floats:
    """Trend, weekdays and an AR(1) made of the shocks, each about as large as the others."""
    n = len(shocks) - _WARM_UP
    days = np.arange(n)
    memory = signal.lfilter([1.0], [1.0, -MEMORY], shocks)[_WARM_UP:] * np.sqrt(1 - MEMORY**2)
    trend = rng.normal(0, 4) * days / n
    return 100 + 10 * (trend + rng.normal(0, 1, 7)[days % 7] + memory)


def shocks(rng: np.random.Generator, n: int) -> Floats:
    return rng.standard_normal(n + _WARM_UP)


def asked(series: list[Floats], *, most_lead: int = 0) -> Correlations:
    weekdays = np.arange(len(series[0])) % 7
    metrics = [Measured(f"metric {k}", values.tolist()) for k, values in enumerate(series)]
    return correlations(metrics, seasons=[weekdays], most_lead=most_lead)


def unrelated(rng: np.random.Generator, *, n: int, metrics: int, rounds: int, most_lead: int = 0) -> Found:
    """All pairs of so many unrelated metrics, again and again."""
    ours, naive, insights = [], [], []
    for _ in range(rounds):
        series = [business_series(rng, shocks(rng, n)) for _ in range(metrics)]
        pairs = asked(series, most_lead=most_lead).pairs
        ours += [pair.p < LEVEL for pair in pairs]
        insights.append(sum(pair.established for pair in pairs))
        naive += [stats.pearsonr(a, b).pvalue < LEVEL for k, a in enumerate(series) for b in series[:k]]
    share = float(np.mean(naive))
    return Found(float(np.mean(ours)), share, float(np.mean(insights)), share * len(naive) / rounds)


def power(rng: np.random.Generator, *, n: int, r: float, rounds: int, lead: int = 0, most_lead: int = 0) -> float:
    """How often a planted link between the shocks of two metrics is found, with the right lead and direction."""
    found = 0
    for _ in range(rounds):
        first = shocks(rng, n)
        second = r * np.roll(first, lead) + np.sqrt(1 - r**2) * shocks(rng, n)
        pair = asked([business_series(rng, first), business_series(rng, second)], most_lead=most_lead).pairs[0]
        found += pair.p < LEVEL and pair.lead == lead and pair.r * r > 0
    return found / rounds
