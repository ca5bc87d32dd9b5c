"""Intervals of rates. Nothing here is NaN: what cannot be said is None."""

from dataclasses import dataclass
from math import sqrt

from scipy.special import ndtri

CONFIDENCE = 0.95


@dataclass(frozen=True)
class Rate:
    """`value` = count / of; None, like its interval, when `of` is 0."""

    count: int
    of: int
    value: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Difference:
    """First rate less second."""

    value: float
    low: float
    high: float


def rate(count: int, of: int, confidence: float = CONFIDENCE) -> Rate:
    """A rate with its Wilson interval."""
    if of == 0:
        return Rate(count, of, None, None, None)
    low, high = wilson(count, of, confidence)
    return Rate(count, of, count / of, low, high)


def wilson(count: int, of: int, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """Score interval of a proportion, 0 ≤ count ≤ of, of > 0 (Wilson 1927, JASA 22:209–212; without continuity
    correction). Unlike p ± z·se it stays inside 0 … 1 and holds for small counts."""
    z = _z(confidence)
    middle = count + z * z / 2
    half = z * sqrt(count * (of - count) / of + z * z / 4)
    # Exact where rounding would not be.
    below = 0.0 if count == 0 else min((middle - half) / (of + z * z), count / of)
    above = 1.0 if count == of else max((middle + half) / (of + z * z), count / of)
    return below, above


def newcombe(count: int, of: int, other: int, other_of: int, confidence: float = CONFIDENCE) -> Difference:
    """Interval of the difference of two independent proportions from their Wilson intervals (Newcombe 1998, Statistics
    in Medicine 17:873–890, method 10)."""
    first, second = count / of, other / other_of
    low, high = wilson(count, of, confidence)
    other_low, other_high = wilson(other, other_of, confidence)
    value = first - second
    return Difference(
        value=value,
        low=value - sqrt((first - low) ** 2 + (other_high - second) ** 2),
        high=value + sqrt((high - first) ** 2 + (second - other_low) ** 2),
    )


def _z(confidence: float) -> float:
    return float(ndtri(0.5 + confidence / 2))
