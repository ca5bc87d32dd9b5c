"""Every word the local renderer knows, as one index: phrase (tuple of words) → readings in order of preference."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import NamedTuple

from ai_studio.providers.local.lexicon import atmosphere, colours, composition, looks, subjects

LEXICON_VERSION = "1.0.0"


class Entry(NamedTuple):
    """One reading of a phrase: the scene node it sets and the value it sets it to."""

    category: str
    value: str


# Order matters: where a word has two readings the earlier table is the usual one and context may pick the later.
_TABLES: tuple[tuple[str, Mapping[str, str]], ...] = (
    ("material", looks.MATERIALS),
    ("finish", looks.FINISHES),
    ("pattern", looks.PATTERNS),
    ("style", looks.STYLES),
    ("mood", atmosphere.MOODS),
    ("light", atmosphere.LIGHTS),
    ("setting", atmosphere.SETTINGS),
    ("support", atmosphere.SUPPORTS),
    ("effect", atmosphere.EFFECTS),
    ("layout", composition.LAYOUTS),
    ("view", composition.VIEWS),
    ("motion", composition.MOTIONS),
    ("size", composition.SIZES),
    ("proportion", composition.PROPORTIONS),
    ("purpose", composition.PURPOSES),
)


def _readings() -> Iterator[tuple[str, Entry]]:
    for kind, about in subjects.KINDS.items():
        yield from ((word, Entry("subject", kind)) for word in about.words)
    yield from ((word, Entry("colour", word)) for word in colours.COLOURS)
    yield from ((word, Entry("colour", value)) for word, value in colours.COLOUR_SYNONYMS.items())
    for category, table in _TABLES:
        for value, words in table.items():
            yield from ((word.strip(), Entry(category, value)) for word in words.split(","))
    for number, words in composition.COUNTS.items():
        yield from ((word.strip(), Entry("count", str(number))) for word in (*words.split(","), str(number)))
    yield from ((word, Entry("shade", word)) for word in colours.SHADES)
    yield from ((word, Entry("shade", value)) for word, value in colours.SHADE_SYNONYMS.items())


@cache
def index() -> dict[tuple[str, ...], tuple[Entry, ...]]:
    """Phrase → readings. Phrases have one to four words, in lower case."""
    found: dict[tuple[str, ...], tuple[Entry, ...]] = {}
    for phrase, entry in _readings():
        key = tuple(phrase.split())
        if entry not in found.get(key, ()):
            found[key] = (*found.get(key, ()), entry)
    return found


@cache
def longest() -> int:
    """Words in the longest phrase."""
    return max(len(phrase) for phrase in index())


STOPWORDS = frozenset(
    [
        "a",
        "an",
        "the",
        "of",
        "on",
        "in",
        "at",
        "with",
        "and",
        "or",
        "by",
        "for",
        "from",
        "to",
        "into",
        "onto",
        "upon",
        "over",
        "under",
        "near",
        "next",
        "is",
        "are",
        "be",
        "being",
        "its",
        "it",
        "his",
        "her",
        "their",
        "our",
        "my",
        "your",
        "this",
        "that",
        "these",
        "those",
        "as",
        "very",
        "really",
        "so",
        "some",
        "any",
        "made",
        "make",
        "please",
        "create",
        "render",
        "show",
        "draw",
        "generate",
        "want",
        "need",
        "image",
        "picture",
        "view",
        "scene",
        "style",
        "styled",
        "lighting",
        "background",
        "backdrop",
        "design",
        "model",
        "animation",
        "template",
        "3d",
        "2d",
        "product",
        "colored",
        "coloured",
        "color",
        "colour",
        "inside",
        "beside",
        "behind",
        "while",
        "which",
        "has",
        "have",
        "having",
        "shot",
        "quality",
        "4k",
        "8k",
        "hd",
        "layout",
        "mood",
        "material",
        "surface",
        "texture",
        "finish",
        "shape",
        "shaped",
        "looking",
        "look",
        "like",
        "setting",
        "set",
        "full",
        "no",
        "not",
        "without",
        "side",
    ]
)
