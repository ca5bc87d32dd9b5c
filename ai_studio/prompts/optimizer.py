"""Adds to a prompt what its type's renderer understands and the prompt does not say. By rules: same in, same out.

Every word of the prompt stays where it is. What is added is tried on the parser first: it must be understood, change
the scene, and take nothing away from what was understood before.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from ai_studio.prompts import spelling
from ai_studio.prompts.slots import SLOTS, Look, Slot
from ai_studio.providers.local.contract import OutputType, RenderRequest
from ai_studio.providers.local.parse import Reading, parse


@dataclass(frozen=True)
class Change:
    """`suggested` ones are for people to decide: they are not in the new prompt. `changed` ones only a model makes."""

    kind: Literal["added", "changed", "suggested"]
    slot: str
    text: str
    why: str


@dataclass(frozen=True)
class Optimised:
    """`reading` is of the new prompt. Coverages are the parser's: understood / content words, 0–1."""

    prompt: str
    changes: tuple[Change, ...]
    reading: Reading
    coverage_before: float

    @property
    def understood(self) -> list[dict[str, str]]:
        return [{"word": word, "node": node} for word, node in self.reading.understood]


@dataclass(frozen=True)
class Wish:
    """What is to be optimised. At most `limit` characters come back."""

    type: OutputType
    prompt: str
    negative_prompt: str
    palette: tuple[str, ...]  # the brand's, #rrggbb
    limit: int
    tone: tuple[str, ...] = ()  # the brand's, words of the lexicon

    def read(self, prompt: str) -> Reading:
        return parse(RenderRequest(self.type, prompt, negative_prompt=self.negative_prompt))


def optimise(wish: Wish) -> Optimised:
    """Optimising the answer's prompt again adds nothing."""
    prompt, reading, added = wish.prompt, wish.read(wish.prompt), []
    before = reading.coverage
    # From the start after each addition: what was just added may make fit what did not fit before.
    while step := next(_additions(wish, prompt, reading), None):
        prompt, reading, change = step
        added.append(change)
    return Optimised(prompt, (*added, *_suggestions(reading)), reading, before)


def _additions(wish: Wish, prompt: str, reading: Reading) -> Iterator[tuple[str, Reading, Change]]:
    """Each one thing that could be added now: the prompt with it, what the parser makes of that, and why."""
    named = _named(reading)
    for slot in SLOTS[wish.type]:
        if named & slot.nodes or not named >= slot.needs:
            continue
        for text, why in slot.choices(reading.scene, Look(wish.palette, wish.tone)):
            longer = _joined(prompt, text)
            if len(longer) <= wish.limit and _fits(slot, reading, after := wish.read(longer)):
                yield longer, after, Change("added", slot.name, text, why)


def _fits(slot: Slot, before: Reading, after: Reading) -> bool:
    """All of it is understood as meant, it changes the scene, and nothing that was understood is lost."""
    known = len(before.understood)
    nodes = {node.partition("=")[0] for _, node in after.understood[known:]}
    kept = after.understood[:known] == before.understood and after.ignored == before.ignored
    return kept and bool(nodes) and nodes <= slot.nodes and after.scene != before.scene


def _joined(prompt: str, text: str) -> str:
    """A clause of its own: its words then describe nothing but what is meant."""
    return f"{prompt.rstrip()}{' ' if prompt.rstrip()[-1:] in {*',;:.!?'} else ', '}{text}"


def _named(reading: Reading) -> frozenset[str]:
    return frozenset(node.partition("=")[0] for _, node in reading.understood)


def _suggestions(reading: Reading) -> Iterator[Change]:
    if "subject.kind" not in _named(reading):
        why = "No subject was named: an abstract group or what the place is known for would be shown."
        yield Change("suggested", "subject", "a bottle", f"{why} Name a thing, such as this one.")
    for word, meant in spelling.misspelt(reading.ignored):
        yield Change("suggested", "spelling", meant, f"{word} is not known and was ignored; {meant} is.")
