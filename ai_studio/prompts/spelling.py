"""Words of a prompt that are nearly words of the lexicon."""

from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from functools import cache
from itertools import islice

from ai_studio.providers.local.lexicon import STOPWORDS, index
from ai_studio.providers.local.parse import match_at

MOST = 10  # more would not be read
_LOOKED_UP = 100  # bounds the work that a prompt of nothing but unknown words makes
_SHORTEST = 4  # shorter words are near to too many
_LIKENESS = 0.82


def misspelt(ignored: Iterable[str]) -> list[tuple[str, str]]:
    """(word, the known word it is probably meant to be), in order. Nothing for words that are known or unlike all."""
    return list(islice(_near(dict.fromkeys(ignored)), MOST))


def _near(words: Iterable[str]) -> Iterator[tuple[str, str]]:
    unknown = (w for w in words if len(w) >= _SHORTEST and w.isalpha() and not match_at([w], 0))
    for word in islice(unknown, _LOOKED_UP):
        if found := get_close_matches(word, _known().get(word[0], ()), n=1, cutoff=_LIKENESS):
            yield word, found[0]


@cache
def _known() -> dict[str, tuple[str, ...]]:
    """By first letter, which people seldom get wrong."""
    words = sorted({word for phrase in index() for word in phrase} - STOPWORDS)
    return {letter: tuple(w for w in words if w[0] == letter) for letter in {w[0] for w in words}}
