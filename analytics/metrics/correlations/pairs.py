"""Which metrics move together, beyond what trend, season and memory make of any two series.

Pearson's r of the whitened series (`whitening`), with Fisher's interval and test on an effective number of points, and
q-values over all pairs asked (Benjamini and Hochberg 1995). A handful of outstanding buckets makes Pearson's test too
sure of itself: there it must hold for the normal scores of the ranks too (van der Waerden 1952). With leads and lags
the best of them is chosen, which Bonferroni's correction pays for: p-value and interval hold for all of them at once.
"""

import math
from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations

import numpy as np
from scipy import special, stats

from analytics.metrics.correlations.prepared import LEAST_FREE_POINTS, Prepared, prepared, taken_by
from analytics.metrics.correlations.results import LEVEL, Correlation, Correlations, Measured, Refused
from analytics.metrics.stream import Floats, Int64s

MOST_LEAD = 7
# Lags over which autocorrelation that is left shrinks the number of points.
_MEMORY = 7
# Excess kurtosis of r, under chance, from which on Fisher's test alone is not trusted.
_HEAVY_TAILS = 0.2
_MOST_R = 1 - 1e-9


def correlations(metrics: Sequence[Measured], *, seasons: Sequence[Int64s] = (), most_lead: int = 0) -> Correlations:
    """Every pair of metrics, whose values stand for the same equally spaced buckets.

    `seasons`: for each season its phase of each bucket (weekdays: 0 to 6). `most_lead` up to MOST_LEAD.
    """
    ready = [prepared(metric, seasons) for metric in metrics]
    both = list(combinations([each for each in ready if isinstance(each, Prepared)], 2))
    found = [_strongest(first, second, most_lead, taken_by(seasons)) for first, second in both]
    return Correlations(
        pairs=sorted(_with_q([pair for pair in found if pair]), key=_by_evidence),
        refused=[each for each in ready if isinstance(each, Refused)],
        apart=[(a.name, b.name) for (a, b), pair in zip(both, found, strict=True) if not pair],
    )


def _strongest(first: Prepared, second: Prepared, most_lead: int, taken: int) -> Correlation | None:
    leads = range(-most_lead, most_lead + 1)
    tried = [each for lead in leads if (each := _at(first, second, lead, taken, len(leads)))]
    # Of equals the smallest shift.
    return min(tried, key=lambda each: (each.p, abs(each.lead)), default=None)


def _at(first: Prepared, second: Prepared, lead: int, taken: int, tried: int) -> Correlation | None:
    """None where too few buckets have a value of both."""
    a, b = _common(first.innovations, second.innovations, lead)
    if len(a) - taken < LEAST_FREE_POINTS // 2:
        return None
    r, effective = _pearson(a, b), _effective(a, b, taken)
    error = 1 / math.sqrt(effective - 3)
    p = _p(r, error)
    if _outstanding(a, b):
        by_rank = _pearson(*_common(first.scores, second.scores, lead))
        p = max(p, _p(by_rank, error)) if r * by_rank > 0 else 1.0
    p = min(1.0, p * tried)
    reach = -float(special.ndtri(LEVEL / tried / 2)) * error
    low, high = math.tanh(math.atanh(r) - reach), math.tanh(math.atanh(r) + reach)
    plain = _pearson(*_common(first.values, second.values, lead))
    return Correlation(first.name, second.name, lead, r, low, high, plain, len(a), effective, p, p)


def _p(r: float, error: float) -> float:
    return 2 * float(special.ndtr(-abs(math.atanh(r)) / error))


def _outstanding(a: Floats, b: Floats) -> bool:
    """Whether a few buckets outweigh the rest: the kurtosis that chance gives r grows with that of both."""
    return _excess(a) * _excess(b) > _HEAVY_TAILS * len(a)


def _excess(a: Floats) -> float:
    """Kurtosis above the normal one, of elements about their mean; at least 0."""
    power = float(a @ a)
    return max(0.0, len(a) * float(np.sum(a**4)) / power**2 - 3) if power else 0.0


def _common(first: Floats, second: Floats, lead: int) -> tuple[Floats, Floats]:
    """Elements of the first with those of the second `lead` later, where both are known, each about its mean."""
    n = len(first)
    a, b = first[max(0, -lead) : n - max(0, lead)], second[max(0, lead) : n - max(0, -lead)]
    both = ~np.isnan(a + b)
    return a[both] - a[both].mean(), b[both] - b[both].mean()


def _pearson(a: Floats, b: Floats) -> float:
    """0 where one of them does not vary."""
    scale = math.sqrt(float(a @ a) * float(b @ b))
    return min(_MOST_R, max(-_MOST_R, float(a @ b) / scale)) if scale else 0.0


def _effective(a: Floats, b: Floats, taken: int) -> float:
    """Points that count: less those that trend and season took, and less for autocorrelation that both still have.

    Bartlett 1935, "Some aspects of the time-correlation problem", JRSS 98: 536-543. Never more than there are.
    """
    n = len(a)
    shared = sum((1 - k / n) * _auto(a, k) * _auto(b, k) for k in range(1, _MEMORY + 1))
    return max(4.0, (n - taken) / max(1.0, 1 + 2 * shared))


def _auto(a: Floats, k: int) -> float:
    power = float(a @ a)
    return float(a[k:] @ a[:-k]) / power if power else 0.0


def _with_q(pairs: Sequence[Correlation]) -> list[Correlation]:
    if not pairs:
        return []
    q_values = stats.false_discovery_control([pair.p for pair in pairs])
    return [replace(pair, q=float(q)) for pair, q in zip(pairs, q_values, strict=True)]


def _by_evidence(pair: Correlation) -> tuple[float, float, str, str]:
    return pair.q, -abs(pair.r), pair.first, pair.second
