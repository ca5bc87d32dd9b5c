"""The deny list: phrases, found as whole words in their comparable form."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from ai_studio.moderation.denied import DENIED, SENTENCES
from ai_studio.moderation.normal import words_of
from ai_studio.moderation.verdicts import Verdict

OWN = "brand"
ALLOWED = Verdict(allowed=True, code="allowed")

Phrases = Mapping[tuple[str, ...], str]
# Phrases by their words, one after the other; below END is the phrase that ends there.
Tree = dict[str, Any]
END = ""


@dataclass(frozen=True)
class DenyList:
    """`phrases` by their words, each with its category."""

    phrases: Phrases

    def check(self, texts: Sequence[str]) -> list[Verdict]:
        tree = _tree(self.phrases)
        return [self._checked(text, tree) for text in texts]

    def _checked(self, text: str, tree: Tree) -> Verdict:
        found = dict.fromkeys(_found(words_of(text), tree))
        if not found:
            return ALLOWED
        categories = tuple(dict.fromkeys(self.phrases[phrase] for phrase in found))
        about = " and ".join(SENTENCES[category] for category in categories)
        said = ", ".join(f"“{' '.join(phrase)}”" for phrase in found)
        sentence = f"It asks for {about}: {said}. Say it in other words."
        return Verdict(allowed=False, code="denied_words", sentence=sentence, categories=categories)


def deny_list(own: Iterable[str] = ()) -> DenyList:
    """The installation's phrases and a brand's own."""
    return DenyList({**{words_of(entry): OWN for entry in own}, **_ours()})


@cache
def _ours() -> Phrases:
    return {words_of(phrase): category for category, phrases in DENIED.items() for phrase in phrases}


def _tree(phrases: Iterable[tuple[str, ...]]) -> Tree:
    """So that a text costs no more for many phrases, and for long ones only as far as it follows them."""
    tree: Tree = {}
    for phrase in phrases:
        node = tree
        for word in phrase:
            node = node.setdefault(word, {})
        node[END] = phrase
    return tree


def _found(words: Sequence[str], tree: Tree) -> Iterator[tuple[str, ...]]:
    """Every phrase that stands among the words, as often as it does."""
    for start in range(len(words)):
        node, at = tree, start
        while at < len(words) and (node := node.get(words[at], {})):
            at += 1
            if END in node:
                yield node[END]
