"""A brand's tone: a few moods and styles that its pictures have when nobody says otherwise."""

from collections.abc import Iterator, Sequence

from ai_studio.providers.local.lexicon import index

MOST_TONES = 5
CATEGORIES = ("mood", "style")


def is_tone(word: str) -> bool:
    return any(entry.category in CATEGORIES for entry in index().get(tuple(word.split()), ()))


def words_of(tone: Sequence[str], category: str) -> Iterator[tuple[str, str]]:
    """(word, what it sets) of the tone's words that say a mood, or a style; in the brand's order."""
    for word in tone:
        for entry in index().get(tuple(word.split()), ()):
            if entry.category == category:
                yield word, entry.value
