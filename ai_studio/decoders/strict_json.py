"""JSON that is not deep, not huge, and has no numbers without a value."""

import json
from typing import Any, NoReturn

from ai_studio.decoders.bounds import Bad

MAX_DEPTH = 64
MAX_VALUES = 4_000_000  # counted by brackets, commas and quotes
_MARKS = (b"{", b"[", b",", b'"')


def parse(text: bytes) -> Any:
    """Raises Bad."""
    if sum(text.count(mark) for mark in _MARKS) > MAX_VALUES:
        raise Bad("The JSON has too many values.")
    try:
        value = json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise Bad("The JSON cannot be read.") from error
    _check_depth(value)
    return value


def _refuse(word: str) -> NoReturn:
    raise ValueError(word)


def _check_depth(value: Any) -> None:
    level = [value]
    for _ in range(MAX_DEPTH):
        level = [inner for outer in level for inner in _inside(outer)]
        if not level:
            return
    raise Bad(f"The JSON is nested more than {MAX_DEPTH} deep.")


def _inside(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []
