"""What makes a piece of JSON unfit to be kept: PostgreSQL cannot hold it, or no answer could show it."""

import json
import math
from typing import Any

from analytics.ingest.bodies import MAX_DEPTH, TOO_DEEP
from analytics.ingest.incoming import Rejected

_MAX_BITS = 1023  # of whole numbers: what a double holds
_SHOWN = 4_000


def fault_in(value: Any, depth: int = 0) -> tuple[str, str] | None:
    """The first fault, as (code, sentence): NUL, half of a surrogate pair, no finite number, too deep."""
    if depth > MAX_DEPTH:
        return _DEEP
    if isinstance(value, str):
        return None if value.isascii() and "\x00" not in value else _in_text(value)
    if isinstance(value, dict):
        parts = (part for pair in value.items() for part in pair)
    elif isinstance(value, list):
        parts = iter(value)
    else:
        return _in_number(value)
    return next(filter(None, (fault_in(part, depth + 1) for part in parts)), None)


def rejected(payload: Any, code: str, reason: str) -> Rejected:
    """With `payload` itself where it is short and can be kept, else with the beginning of its text."""
    text = _text(payload)
    keepable = len(text) <= _SHOWN and fault_in(payload) is None
    return Rejected(code, reason, payload if keepable else text[:_SHOWN])


def _in_text(text: str) -> tuple[str, str] | None:
    if text == TOO_DEEP:
        return _DEEP
    if "\x00" in text:
        return "nul", "Holds a NUL character."
    try:
        text.encode()
    except UnicodeEncodeError:
        return "surrogate", "Holds half of a surrogate pair."
    return None


def _in_number(value: Any) -> tuple[str, str] | None:
    if isinstance(value, float) and not math.isfinite(value):
        return "not_finite", "Holds a number that is not finite."
    if isinstance(value, int) and value.bit_length() > _MAX_BITS:
        return "not_finite", "Holds a number that is too large."
    return None


def _text(payload: Any) -> str:
    """JSON in ASCII: NUL and surrogates are escaped in it."""
    try:
        return json.dumps(payload)
    except RecursionError:
        return "nested too deeply to be shown"


_DEEP = ("too_deep", f"Is nested more than {MAX_DEPTH} deep.")
