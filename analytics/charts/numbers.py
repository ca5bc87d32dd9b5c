"""Numbers as an axis or a cell shows them, and round numbers for an axis."""

import math
from collections.abc import Sequence

_THOUSANDS = ((1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "k"))
_MOST_PLAIN = 10_000
_ROUND = (1, 2, 2.5, 5, 10)
PERCENT = "%"
# What differs by less cannot be divided any more, nor seen.
_LEAST = 1e-300


def short(value: float, unit: str = "") -> str:
    """1234567 as 1.23M; a share of .253 as 25.3 % where the unit is %."""
    if unit == PERCENT:
        return f"{_digits(value * 100)} %"
    size, letter = next((pair for pair in _THOUSANDS if abs(value) >= max(pair[0], _MOST_PLAIN)), (1.0, ""))
    return f"{_digits(value / size)}{letter}" + (f" {unit}" if unit else "")


def ticks(low: float, high: float, about: int = 5) -> Sequence[float]:
    """Round numbers from at or below `low` to at or above `high`, evenly spaced."""
    if not high - low > _LEAST:
        high = low + (abs(low) if abs(low) > _LEAST else 1.0)
    raw = (high - low) / about
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(power * each for each in _ROUND if power * each >= raw * (1 - 1e-9))
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [k * step for k in range(first, last + 1)]


def _digits(value: float) -> str:
    """Three of them, no zeros at the end, thousands with a comma."""
    if abs(value) >= 100:  # noqa: PLR2004 - three digits
        return f"{value:,.0f}"
    text = f"{value:.3g}"
    return f"{value:.1e}" if "e" in text and value else text
