"""From words to a scene graph. Longest known phrase first; context decides between two readings of a word."""

# ruff: noqa: PLR2004 -- these numbers are the drawing, naming each would hide it

import re
import unicodedata
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from ai_studio.providers.local import colour
from ai_studio.providers.local.contract import RenderRequest, strength
from ai_studio.providers.local.lexicon import STOPWORDS, Entry, index, longest
from ai_studio.providers.local.lexicon.colours import COLOURS, SHADES
from ai_studio.providers.local.scene import Item, Scene, pick

MAX_ITEMS = 4
MAX_INSTANCES = 12
_TOKEN = re.compile(r"\d+(?:[.,]\d+)+|[^\W_]+(?:'[^\W_]+)?|[,.;:!?]")
_QUOTED = re.compile(r"[\"“”«»„]([^\"“”«»„]{1,80})[\"“”«»„]")
_NEGATORS = frozenset({"no", "without", "not"})
_PLACE_WORDS = frozenset(["in", "at", "inside", "among", "over", "under", "through", "across", "near", "by"])
_BACKDROP_WORDS = frozenset({"background", "backdrop"})
_ITEM_CATEGORIES = frozenset({"material", "finish", "pattern", "colour", "size", "proportion", "count", "shade"})
_SINGLE = ("style", "mood", "light", "setting", "support", "layout", "view", "motion", "purpose")
_ABSTRACT_KINDS = ("sphere", "torus", "icosahedron", "knot", "capsule", "crystal", "arch", "cube", "spiral")
# A place named without a thing shows what one expects to find there.
_LOCALS = {
    "forest": ("pine", 7), "desert": ("cactus", 3), "ocean": ("boat", 1), "beach": ("palm", 2), "city": ("tower", 5),
    "space": ("planet", 1), "mountains": ("mountain", 3), "meadow": ("flower", 5), "arctic": ("pine", 3),
    "sky": ("balloon", 5), "room": ("armchair", 1), "stage": ("trophy", 1),
}  # fmt: skip


class Reading(NamedTuple):
    """What the parser made of a prompt."""

    scene: Scene
    understood: tuple[tuple[str, str], ...]
    ignored: tuple[str, ...]
    coverage: float


class Match(NamedTuple):
    """Known words at one place of the prompt; `plural` when a plural ending was removed to find them."""

    words: str
    readings: tuple[Entry, ...]
    length: int
    plural: bool


@dataclass(slots=True)
class _State:
    """What has been read so far. Item words wait in `pending` for the thing they describe."""

    items: list[dict[str, object]] = field(default_factory=list)
    pending: dict[str, object] = field(default_factory=dict)
    nodes: dict[str, str] = field(default_factory=dict)
    effects: list[str] = field(default_factory=list)
    forbidden: set[Entry] = field(default_factory=set)
    understood: list[tuple[str, str]] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)
    place: bool = False
    negated: bool = False
    described_from: int = 0  # where in `understood` the words of the next thing begin
    passed_over: bool = False  # the thing last named is one too many


def tokens(text: str) -> list[str]:
    """Lower-case words and clause marks; accents folded away only from Latin letters (café → cafe)."""
    folded = unicodedata.normalize("NFKD", text).lower().replace("’", "'")
    plain = "".join(c for c in folded if not unicodedata.combining(c) or ord(c) > 0x36F)
    return _TOKEN.findall(unicodedata.normalize("NFC", plain).replace("-", " "))


def stems(word: str) -> list[tuple[str, bool]]:
    """The word and what it may be an inflection of, most likely first: (form, was a plural)."""
    base = word.removesuffix("'s")
    found = [(base, False)]
    if len(base) > 3 and base.endswith("s"):
        found += [(base[:-1], True)]
        found += [(base[:-2], True)] if base.endswith("es") else []
        found += [(base[:-3] + "y", True)] if base.endswith("ies") else []
        found += [(base[:-3] + "f", True), (base[:-3] + "fe", True)] if base.endswith("ves") else []
    for ending in ("ing", "ed", "ly", "ish"):
        if len(base) > len(ending) + 2 and base.endswith(ending):
            stem = base.removesuffix(ending)
            found += [(stem, False), (stem + "e", False)]
            found += [(stem[:-1], False)] if stem[-1:] == stem[-2:-1] else []
    return found


def match_at(words: list[str], at: int) -> Match | None:
    """The longest known phrase that starts at `at`; only its last word may be inflected."""
    for length in range(min(longest(), len(words) - at), 0, -1):
        head, last = tuple(words[at : at + length - 1]), words[at + length - 1]
        for form, plural in stems(last):
            if readings := index().get((*head, form)):
                return Match(" ".join((*head, last)), readings, length, plural)
    return None


def parse(request: RenderRequest) -> Reading:
    """Read prompt and negative prompt. Deterministic; unknown words are listed, never guessed at."""
    copy_lines = tuple(line.strip() for line in _QUOTED.findall(request.prompt) if line.strip())
    state = _State(forbidden=_forbidden(request.negative_prompt))
    words = tokens(_QUOTED.sub(" , ", request.prompt))
    at = 0
    while at < len(words):
        at += _read(state, words, at)
    _attach_rest(state)
    known = sum(len(w.split()) for w, _ in state.understood)
    content = known + len(state.ignored)
    coverage = round(known / content, 4) if content else 0.0
    return Reading(_build(state, request, copy_lines), tuple(state.understood), tuple(state.ignored), coverage)


def _forbidden(negative: str) -> set[Entry]:
    words, found, at = tokens(negative), set(), 0
    while at < len(words):
        match = match_at(words, at)
        found |= set(match.readings) if match else set()
        at += match.length if match else 1
    return found


def _read(state: _State, words: list[str], at: int) -> int:
    """Take one word or phrase; returns how many words were used."""
    word = words[at]
    if words[at : at + 2] == ["front", "of"]:
        return 2
    if word in ",.;:!?":
        _end_clause(state)
        return 1
    match = match_at(words, at)
    if match is None or (match.length == 1 and word in STOPWORDS and not _is_known_stopword(words, at)):
        _read_unknown(state, word)
        return 1
    entry = _choose(state, match, words[at + match.length :])
    after = words[at + match.length : at + match.length + 1]
    if state.negated:
        state.forbidden |= set(match.readings)
        state.understood.append((match.words, f"without.{entry.category}={entry.value}"))
        _drop_forbidden(state)
        state.negated = False
    elif entry in state.forbidden:
        state.ignored.extend(match.words.split())
    elif entry.category == "colour" and after and after[0] in _BACKDROP_WORDS:
        state.nodes["background_colour"] = _shaded(state, COLOURS[entry.value])
        state.understood.append((match.words, f"background.colour={entry.value}"))
    else:
        _apply(state, entry, match)
    return match.length


def _is_known_stopword(words: list[str], at: int) -> bool:
    """ "shadow" after "no" is meant although "side", "surface" and the like usually are filler."""
    return at > 0 and words[at - 1] in _NEGATORS


def _read_unknown(state: _State, word: str) -> None:
    if word in _NEGATORS:
        state.negated = True
    elif word in _PLACE_WORDS:
        state.place = True
    if word not in STOPWORDS:
        state.ignored.append(word)


def _choose(state: _State, match: Match, rest: list[str]) -> Entry:
    """Two readings: the one context asks for, else the first that is not forbidden."""
    by_category = {entry.category: entry for entry in reversed(match.readings)}
    follows = match_at(rest, 0) if rest else None
    next_categories = {entry.category for entry in follows.readings} if follows else set()
    if "setting" in by_category and state.place and (state.items or len(by_category) == 1):
        return by_category["setting"]
    if "shade" in by_category and "colour" in next_categories:
        return by_category["shade"]
    if "colour" in by_category and "subject" in by_category:
        describes = state.place or next_categories & {"subject", "material", "setting"}
        return by_category["colour" if describes else "subject"]
    if "shade" in by_category and len(by_category) > 1 and "subject" not in next_categories:
        return next(entry for entry in match.readings if entry.category != "shade")
    allowed = [entry for entry in match.readings if entry not in state.forbidden]
    return (allowed or list(match.readings))[0]


def _apply(state: _State, entry: Entry, match: Match) -> None:
    """Set the node and note which word did it."""
    if entry.category == "subject" and len(state.items) == MAX_ITEMS:
        _pass_over(state, match)
        return
    node = _SETTERS.get(entry.category, _set_single)(state, entry, match)
    state.understood.append((match.words, f"{node}={entry.value}"))
    if entry.category == "subject":
        state.described_from = len(state.understood)


def _set_single(state: _State, entry: Entry, _match: Match) -> str:
    if state.nodes.get(entry.category, entry.value) != entry.value:
        _overrule(state, f"{entry.category}={state.nodes[entry.category]}")
    state.nodes[entry.category] = entry.value
    state.place = False
    return entry.category


def _overrule(state: _State, node: str) -> None:
    """What a later word has replaced does nothing, so it was not understood."""
    state.ignored.extend(word for words, it in state.understood if it == node for word in words.split())
    state.described_from -= sum(it == node for _, it in state.understood[: state.described_from])
    state.understood = [pair for pair in state.understood if pair[1] != node]


def _set_effect(state: _State, entry: Entry, _match: Match) -> str:
    if entry.value not in state.effects:
        state.effects.append(entry.value)
    return "effects"


def _set_subject(state: _State, entry: Entry, match: Match) -> str:
    many = {"count": "3"} if match.plural else {}
    state.items.append({**many, **state.pending, "kind": entry.value})
    _forget_pending(state)
    state.place = False
    return "subject.kind"


def _pass_over(state: _State, match: Match) -> None:
    """A thing too many is not drawn, and what describes it describes nothing else."""
    _ignore_pending(state)
    state.ignored.extend(match.words.split())
    state.passed_over, state.place = True, False


def _ignore_pending(state: _State) -> None:
    described = state.understood[state.described_from :]
    state.ignored.extend(word for words, node in described if node.startswith("subject.") for word in words.split())
    state.understood[state.described_from :] = [pair for pair in described if not pair[1].startswith("subject.")]
    _forget_pending(state)


def _forget_pending(state: _State) -> None:
    state.pending = {}
    state.described_from = len(state.understood)


def _set_detail(state: _State, entry: Entry, _match: Match) -> str:
    """Adjectives wait for their noun; "…made of glass" after the noun is attached at the end of the clause."""
    if entry.category == "colour":
        colours = state.pending.setdefault("colours", [])
        colours.append(_shaded(state, COLOURS[entry.value]))  # type: ignore[attr-defined]
        return "subject.colours"
    state.pending[entry.category] = entry.value
    return f"subject.{entry.category}"


_SETTERS = {"subject": _set_subject, "effect": _set_effect, **dict.fromkeys(_ITEM_CATEGORIES, _set_detail)}


def _shaded(state: _State, hex_colour: str) -> str:
    shade = state.pending.pop("shade", None)
    return colour.shade(hex_colour, *SHADES[str(shade)]) if shade else hex_colour


def _end_clause(state: _State) -> None:
    """At a comma, adjectives that found no following noun belong to the noun before them."""
    state.negated = state.place = False
    if state.passed_over:
        _ignore_pending(state)
    elif state.items and state.pending:
        _merge(state.items[-1], state.pending)
        _forget_pending(state)
    state.passed_over = False


def _merge(item: dict[str, object], details: dict[str, object]) -> None:
    colours = [*item.get("colours", []), *details.get("colours", [])]  # type: ignore[misc]
    item.update(details)
    if colours:
        item["colours"] = colours


def _attach_rest(state: _State) -> None:
    _end_clause(state)
    _drop_forbidden(state)


def _drop_forbidden(state: _State) -> None:
    """A later "without red" also takes back what was already set."""
    state.nodes = {c: v for c, v in state.nodes.items() if Entry(c, v) not in state.forbidden}
    state.effects = [e for e in state.effects if Entry("effect", e) not in state.forbidden]
    state.items = [i for i in state.items if Entry("subject", str(i["kind"])) not in state.forbidden]


def _build(state: _State, request: RenderRequest, copy_lines: tuple[str, ...]) -> Scene:
    nodes = {name: state.nodes[name] for name in _SINGLE if name in state.nodes}
    items, abstract = _items(state, request.seed)
    return Scene(
        items=items,
        **nodes,
        background_colour=state.nodes.get("background_colour", ""),
        effects=tuple(state.effects),
        without=tuple(sorted(f"{entry.category}={entry.value}" for entry in state.forbidden)),
        copy_lines=copy_lines,
        palette=tuple(c.lower() for c in request.palette),
        seed=request.seed,
        strength=strength(request),
        abstract=abstract,
    )


def _items(state: _State, seed: int) -> tuple[tuple[Item, ...], bool]:
    """The named things; else what the setting is known for; else an abstract group chosen by the seed."""
    if state.items:
        return _limited([_item(details) for details in state.items]), False
    if local := _LOCALS.get(state.nodes.get("setting", "")):
        kind, count = local
        return _limited([_item({"count": str(count), **state.pending, "kind": kind})]), False
    kinds = [k for k in _ABSTRACT_KINDS if Entry("subject", k) not in state.forbidden]
    if "count" in state.pending:
        return _limited([_item({**state.pending, "kind": pick(tuple(kinds), seed, "abstract")})]), True
    first = int(pick(tuple(range(len(kinds))), seed, "abstract")) if kinds else 0
    chosen = [(kinds or ["sphere"])[(first + step) % max(1, len(kinds))] for step in (0, 2, 5)]
    return _limited([_item({**state.pending, "kind": kind}) for kind in chosen]), True


def _item(details: dict[str, object]) -> Item:
    fields = {
        name: str(details[name]) for name in ("material", "finish", "pattern", "size", "proportion") if name in details
    }
    colours = tuple(dict.fromkeys(details.get("colours", ())))  # type: ignore[call-overload]
    return Item(str(details["kind"]), int(str(details.get("count", 1))), colours=colours, **fields)


def _limited(items: list[Item]) -> tuple[Item, ...]:
    """At most MAX_INSTANCES things in all: a thirteenth would be too small to see."""
    left = MAX_INSTANCES
    kept: list[Item] = []
    for item in items:
        count = min(item.count, max(1, left - (len(items) - len(kept) - 1)))
        kept.append(replace(item, count=count))
        left -= count
    return tuple(kept)
