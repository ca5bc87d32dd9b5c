"""The deny list: phrases, found as whole words in their comparable form."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from ai_studio.moderation.denied import DENIED, SENTENCES
from ai_studio.moderation.normal import runs, words_of
from ai_studio.moderation.verdicts import Verdict

OWN = "brand"
ALLOWED = Verdict(allowed=True, code="allowed")

Phrases = Mapping[tuple[str, ...], str]


@dataclass(frozen=True)
class DenyList:
    """`phrases` by their words, each with its category."""

    phrases: Phrases

    def check(self, texts: Sequence[str]) -> list[Verdict]:
        lengths: dict[str, set[int]] = {}
        for phrase in self.phrases:
            lengths.setdefault(phrase[0], set()).add(len(phrase))
        return [self._checked(text, lengths) for text in texts]

    def _checked(self, text: str, lengths: Mapping[str, Iterable[int]]) -> Verdict:
        found = [phrase for phrase in runs(words_of(text), lengths) if phrase in self.phrases]
        if not found:
            return ALLOWED
        categories = tuple(dict.fromkeys(self.phrases[phrase] for phrase in found))
        about = " and ".join(SENTENCES[category] for category in categories)
        said = ", ".join(dict.fromkeys(f"“{' '.join(phrase)}”" for phrase in found))
        sentence = f"It asks for {about}: {said}. Say it in other words."
        return Verdict(allowed=False, code="denied_words", sentence=sentence, categories=categories)


def deny_list(own: Iterable[str] = ()) -> DenyList:
    """The installation's phrases and a brand's own."""
    return DenyList({**{words_of(entry): OWN for entry in own}, **_ours()})


@cache
def _ours() -> Phrases:
    return {words_of(phrase): category for category, phrases in DENIED.items() for phrase in phrases}
