"""Intervals of rates."""

import math

from scipy import special


def wilson(successes: int, total: int, confidence: float = 0.95) -> tuple[float, float]:
    z = special.ndtri(0.5 + confidence / 2)
    p = successes / total
    middle = (p + z * z / (2 * total)) / (1 + z * z / total)
    half = z / (1 + z * z / total) * math.sqrt(p * (1 - p) / total + z * z / (4 * total * total))
    return (max(0.0, middle - half), min(1.0, middle + half))
