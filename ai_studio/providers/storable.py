"""What providers say, as it can be kept: PostgreSQL takes no NUL, no half character and no number without a value."""

import math
from collections.abc import Mapping
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

LONGEST_PAUSE_SECONDS = timedelta(days=1).total_seconds()
_MILLIONTH = Decimal("0.000001")
_MILLION = Decimal(1_000_000)


def text(words: str, *, at_most: int) -> str:
    """Without what cannot be stored, and cut."""
    return words[:at_most].replace("\0", "").encode(errors="replace").decode()


def identifier(name: str, *, at_most: int) -> str:
    """As it is. ValueError where it would have to be changed: then it names something else, or nothing."""
    if not name or text(name, at_most=at_most) != name:
        raise ValueError(f"Not 1 to {at_most} characters that can be stored: {name[:at_most]!r}.")
    return name


def value(said: Any) -> Any:
    """A JSON value; numbers that are none become null."""
    if isinstance(said, str):
        return text(said, at_most=len(said))
    if isinstance(said, Mapping):
        return {value(str(name)): value(inner) for name, inner in said.items()}
    if isinstance(said, list | tuple):
        return [value(inner) for inner in said]
    return None if isinstance(said, float) and not math.isfinite(said) else said


def pause(seconds: float, *, at_least: float = 0.0) -> float:
    """Seconds that can be waited."""
    return at_least if math.isnan(seconds) else min(max(seconds, at_least), LONGEST_PAUSE_SECONDS)


def usd(amount: Decimal) -> Decimal:
    """To a millionth, once and here, so that every sum of it agrees. ValueError for what is no price."""
    if not amount.is_finite() or not 0 <= amount < _MILLION:
        raise ValueError(f"No charge: {amount} USD.")
    return amount.quantize(_MILLIONTH, rounding=ROUND_HALF_UP)


def usage(units: Mapping[str, Decimal]) -> Mapping[str, Decimal]:
    """Amounts by unit. ValueError for what is no amount."""
    for unit, amount in units.items():
        if not amount.is_finite() or amount < 0:
            raise ValueError(f"No amount of {unit}: {amount}.")
    return dict(units)
