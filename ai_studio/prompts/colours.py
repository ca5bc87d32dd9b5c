"""The lexicon's words for a brand's colours."""

from collections.abc import Sequence
from functools import cache

from ai_studio.providers.local import colour
from ai_studio.providers.local.lexicon.colours import COLOURS

MOST = 2  # a thing has a main colour and an accent


def words_for(palette: Sequence[str]) -> tuple[str, ...]:
    """The nearest word by OKLab distance to each of the first colours, #rrggbb; each word once."""
    return tuple(dict.fromkeys(_nearest(value) for value in palette[:MOST]))


def _nearest(value: str) -> str:
    wanted = colour.oklab(value)
    return min(_lab(), key=lambda word: sum((a - b) ** 2 for a, b in zip(_lab()[word], wanted, strict=True)))


@cache
def _lab() -> dict[str, tuple[float, float, float]]:
    return {word: colour.oklab(value) for word, value in COLOURS.items()}
