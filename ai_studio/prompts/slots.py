"""What a prompt for each type should say, and the words that would say it: best first.

A choice reads the scene that the parser built so far, so that what is added fits what is there.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from ai_studio.prompts import colours, fitting, tone
from ai_studio.providers.local.lexicon import Entry, index
from ai_studio.providers.local.lexicon.subjects import KINDS
from ai_studio.providers.local.scene import Item, Scene


class Choice(NamedTuple):
    """Words to add, and why these."""

    text: str
    why: str


class Look(NamedTuple):
    """The brand's: colours as #rrggbb, and the words of its tone."""

    palette: Sequence[str] = ()
    tone: Sequence[str] = ()


class Slot(NamedTuple):
    """`nodes` are the scene nodes that fill it: one of them named is enough. All of `needs` must be named before."""

    name: str
    nodes: frozenset[str]
    choices: Callable[[Scene, Look], Iterator[Choice]]
    needs: frozenset[str] = frozenset()


def _light(scene: Scene, _look: Look) -> Iterator[Choice]:
    if text := fitting.LIGHT_BY_MOOD.get(scene.mood):
        yield Choice(text, f"No light was named; it suits the mood: {scene.mood}.")
    if scene.setting in fitting.OUTDOORS:
        yield Choice("golden hour", f"No light was named; it suits a place outdoors: {scene.setting}.")
    yield Choice("window light", "No light was named; from the side it shows shape and surface.")
    yield Choice("soft light", "No light was named; soft light suits nearly everything.")


def _mood(scene: Scene, look: Look) -> Iterator[Choice]:
    yield from _of_tone(look, "mood")
    material = scene.items[-1].material if scene.items else ""
    for what, value, table in (
        ("light", scene.light, fitting.MOOD_BY_LIGHT),
        ("purpose", scene.purpose, fitting.MOOD_BY_PURPOSE),
        ("setting", scene.setting, fitting.MOOD_BY_SETTING),
        ("material", material, fitting.MOOD_BY_MATERIAL),
    ):
        if text := table.get(value):
            yield Choice(text, f"No mood was named; it suits the {what}: {value}.")
    for text in ("calm", "fresh", "elegant"):
        yield Choice(text, "No mood was named; this one leaves the subject to speak.")


def _style(scene: Scene, look: Look) -> Iterator[Choice]:
    yield from _of_tone(look, "style")
    if text := fitting.STYLE_BY_MOOD.get(scene.mood):
        yield Choice(text, f"No style was named; it suits the mood: {scene.mood}.")
    yield Choice("minimalist", "No style was named; a plain one keeps the eye on the subject.")
    yield Choice("illustration", "No style was named; an illustration reads at any size.")


def _view(scene: Scene, _look: Look) -> Iterator[Choice]:
    count = sum(item.count for item in scene.items)
    if scene.setting in fitting.OUTDOORS:
        yield Choice("wide shot", f"No composition was named; it leaves room for the place: {scene.setting}.")
    if scene.mood == "dramatic":
        yield Choice("low angle", "No composition was named; from below things look dramatic.")
    if count == 1 and scene.items[0].kind in fitting.SMALL_KINDS:
        yield Choice("close up", f"No composition was named; small things are seen from near: {scene.items[0].kind}.")
    if count > 1:
        yield Choice("from above", f"No composition was named; from above all {count} are seen.")
    yield Choice("front view", "No composition was named; from the front the subject is known at once.")
    yield Choice("centered", "No composition was named; the middle is where one looks first.")


def _layout(scene: Scene, _look: Look) -> Iterator[Choice]:
    if scene.purpose in fitting.CENTRED_PURPOSES:
        yield Choice("centered", f"No layout was named; words in the middle suit the purpose: {scene.purpose}.")
    yield Choice("on the right", "No layout was named; with the picture on the right the words are read first.")
    yield Choice("centered", "No layout was named; the middle is where one looks first.")


def _purpose(_scene: Scene, _look: Look) -> Iterator[Choice]:
    for text in ("poster", "banner"):
        yield Choice(text, "Nothing says what the template is for; its purpose chooses its words.")


def _motion(scene: Scene, _look: Look) -> Iterator[Choice]:
    kind = scene.items[-1].kind if scene.items else ""
    if text := fitting.MOTION_BY_KIND.get(kind):
        yield Choice(text, f"No motion was named; so moves a {kind}.")
    if text := fitting.MOTION_BY_MOOD.get(scene.mood):
        yield Choice(text, f"No motion was named; it suits the mood: {scene.mood}.")
    yield Choice("rotating", "No motion was named; turning shows the subject from all sides.")
    yield Choice("floating", "No motion was named; floating suits nearly everything.")


def _material(scene: Scene, _look: Look) -> Iterator[Choice]:
    """What the last named thing is usually made of, unless nobody would say so."""
    kind = scene.items[-1].kind if scene.items else ""
    material = KINDS[kind].material if kind else ""
    if material not in fitting.GROWN and Entry("material", material) in index().get((material,), ()):
        yield Choice(f"made of {material}", f"Nothing says what the {kind} is made of; {material} is usual.")


def _finish(scene: Scene, look: Look) -> Iterator[Choice]:
    for word, mood in tone.words_of(look.tone, "mood"):
        if text := fitting.FINISH_BY_MOOD.get(mood):
            yield Choice(text, f"No surface was named; it suits the brand's tone: {word}.")
    if text := fitting.FINISH_BY_MOOD.get(scene.mood):
        yield Choice(text, f"No surface was named; it suits the mood: {scene.mood}.")
    yield Choice("matte", "No surface was named; a matte one shows the shape.")
    yield Choice("glossy", "No surface was named; a glossy one shows the light.")


def _colour(scene: Scene, look: Look) -> Iterator[Choice]:
    named = colours.words_for(look.palette)
    if named and not (scene.items and _has_own_colour(scene.items[-1])):
        why = f"No colour was named; nearest to the brand's palette: {', '.join(look.palette[: colours.MOST])}."
        yield Choice(f"in {' and '.join(named)}", why)


def _colour_or_backdrop(scene: Scene, look: Look) -> Iterator[Choice]:
    yield from _colour(scene, look)
    for word in colours.words_for(look.palette):
        brands = f"the brand's {look.palette[0]}"
        why = f"No colour was named; the subject has its own, so the backdrop is nearest to {brands}."
        yield Choice(f"on a {word} background", why)
        return


def _of_tone(look: Look, category: str) -> Iterator[Choice]:
    for word, _ in tone.words_of(look.tone, category):
        yield Choice(word, f"No {category} was named; it is the brand's tone.")


def _has_own_colour(item: Item) -> bool:
    kind = KINDS[item.kind]
    return bool(kind.colour) or (item.material or kind.material) in fitting.OWN_COLOUR


_MATERIAL = Slot("material", frozenset({"subject.material"}), _material, needs=frozenset({"subject.kind"}))
_COLOUR_NODES = frozenset({"subject.colours", "background.colour"})
_COLOUR = Slot("colour", _COLOUR_NODES, _colour_or_backdrop)
_MOOD = Slot("mood", frozenset({"mood"}), _mood)
_LIGHT = Slot("light", frozenset({"light"}), _light)
_STYLE = Slot("style", frozenset({"style"}), _style)
_COMPOSITION = Slot("composition", frozenset({"view", "layout"}), _view)
_PICTURE = (_COLOUR, _MATERIAL, _MOOD, _LIGHT, _STYLE, _COMPOSITION)

# Only what that type's renderer makes something of: a model has no light of its own.
SLOTS: dict[str, tuple[Slot, ...]] = {
    "IMAGE_2D": _PICTURE,
    "MODEL_3D": (
        Slot("colour", frozenset({"subject.colours"}), _colour),
        _MATERIAL,
        Slot("finish", frozenset({"subject.finish"}), _finish),
    ),
    "ANIMATION": (*_PICTURE, Slot("motion", frozenset({"motion"}), _motion)),
    "TEMPLATE": (
        Slot("purpose", frozenset({"purpose"}), _purpose),
        _COLOUR,
        _MATERIAL,
        _MOOD,
        _LIGHT,
        _STYLE,
        Slot("layout", frozenset({"layout"}), _layout),
    ),
}
