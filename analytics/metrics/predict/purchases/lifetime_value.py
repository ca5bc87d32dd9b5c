"""What each person is worth over a horizon: how often they will buy, times what a purchase of theirs is worth."""

from dataclasses import dataclass

import numpy as np

from analytics.metrics.predict.purchases.buying import Buying
from analytics.metrics.predict.purchases.gamma_gamma import GammaGamma
from analytics.metrics.predict.purchases.histories import Histories
from analytics.metrics.stream import Floats

_ROUNDS = 200
# People at once: the memory of the draws stays below 100 MB.
_AT_ONCE = 5_000
# For discounting a horizon is cut into so many parts.
_PARTS = 12


@dataclass(frozen=True, eq=False)
class Values:
    """One element for each person, in the currency of the histories; `low` to `high` holds the nominal share of them.

    The interval is of what a person will have paid, chance included: for most people who buy rarely it begins at 0. The
    values of many people may be added up, their intervals not: a Christmas the model does not know hits all of them at
    once (CDNOW's sum lies 15 % above, far outside of what chance alone would let it).
    """

    value: Floats
    low: Floats
    high: Floats


def lifetime_values(
    buying: Buying,
    paying: GammaGamma,
    known: Histories,
    horizon: float,
    *,
    discount: float = 0.0,
    nominal: float = 0.8,
    seed: int = 0,
) -> Values:
    """`horizon` in the unit of the histories; `discount` per that unit, .002 a week is about 10 % a year.

    Intervals come from seeded draws of the model, so that they are the same whenever asked.
    """
    rng = np.random.default_rng(seed)
    worth = paying.predict(known)
    value = worth * _discounted(buying, known, horizon, discount)
    # As much as the whole horizon is discounted on average.
    rate = np.divide(value, worth * buying.predict(known, horizon), out=np.ones(len(known)), where=value > 0)
    paid = (_paid(buying, paying, known.taken(part), horizon, rng) for part in _chunks(len(known)))
    ends = [np.quantile(each, [(1 - nominal) / 2, (1 + nominal) / 2], axis=0) for each in paid]
    low, high = np.concatenate(ends, axis=1) if ends else np.zeros((2, 0))
    return Values(value, np.minimum(low * rate, value), np.maximum(high * rate, value))


def _discounted(buying: Buying, known: Histories, horizon: float, discount: float) -> Floats:
    if not discount:
        return buying.predict(known, horizon)
    until = np.linspace(0, horizon, _PARTS + 1)
    bought = np.stack([np.zeros(len(known)), *(buying.predict(known, float(end)) for end in until[1:])])
    return (1 + discount) ** -((until[1:] + until[:-1]) / 2) @ np.diff(bought, axis=0)


def _paid(buying: Buying, paying: GammaGamma, known: Histories, horizon: float, rng: np.random.Generator) -> Floats:
    return buying.draws(known, horizon, rng, _ROUNDS) * paying.draws(known, rng, _ROUNDS)


def _chunks(n: int) -> list[np.ndarray]:
    return [np.arange(start, min(n, start + _AT_ONCE)) for start in range(0, n, _AT_ONCE)]
