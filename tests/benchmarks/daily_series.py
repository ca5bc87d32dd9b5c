"""Daily metrics as businesses have them, seeded: counts and money with a weekday habit, growth that wanders, a yearly
wave, noise that remembers and has heavy tails, and the odd day nobody planted."""

import numpy as np

from analytics.metrics.stream import Floats

_WEEK = np.array([0.0, 0.02, 0.0, -0.03, 0.05, 0.1, -0.1])


def daily(rng: np.random.Generator, n: int) -> Floats:
    """n values of one metric, none below 0: proportional, as most are, or in sums; whole numbers where it counts."""
    log = _shape(rng, n)
    size = 10 ** rng.uniform(1.5, 4.5)
    values = size * np.exp(log) if rng.random() < 0.7 else size * np.maximum(0.05, 1 + log)
    return rng.poisson(values).astype(float) if rng.random() < 0.5 else np.round(values, 2)


def _shape(rng: np.random.Generator, n: int) -> Floats:
    at = np.arange(n)
    week = rng.normal(0, rng.uniform(0.05, 0.3), 7) + _WEEK
    growth = rng.normal(0, 0.4) * at / 365 + np.cumsum(rng.normal(0, rng.choice([0.0, 0.004, 0.012]), n))
    year = rng.uniform(0, 0.15) * np.sin(2 * np.pi * (at / 365 + rng.random()))
    return week[at % 7] + growth + year + _noise(rng, n)


def _noise(rng: np.random.Generator, n: int) -> Floats:
    from scipy import signal

    memory = rng.uniform(0, 0.6)
    shocks = rng.standard_t(rng.choice([4, 8, 30]), n) * rng.uniform(0.04, 0.14)
    return np.asarray(signal.lfilter([1.0], [1.0, -memory], shocks))
