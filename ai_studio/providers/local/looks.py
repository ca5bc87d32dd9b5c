"""From an item's words to physical looks: colour, metalness, roughness and so on for each role of its pieces."""

# ruff: noqa: PLR2004 -- these numbers are the drawing, naming each would hide it

from dataclasses import dataclass, replace

from ai_studio.providers.local import colour
from ai_studio.providers.local.lexicon.colours import COLOURS
from ai_studio.providers.local.lexicon.subjects import KINDS
from ai_studio.providers.local.scene import Item, Scene, draw, pick


@dataclass(frozen=True, slots=True)
class Look:
    """A surface. colour #rrggbb; the rest 0–1 as in glTF's metallic-roughness model; texture names a pattern."""

    colour: str = ""
    metallic: float = 0.0
    roughness: float = 0.5
    transmission: float = 0.0
    coat: float = 0.0
    sheen: float = 0.0
    soft: float = 0.0  # light that enters and leaves again: wax, snow, petals
    emissive: float = 0.0
    texture: str = ""
    second: str = ""  # the pattern's other colour


MATERIALS: dict[str, Look] = {
    "glass": Look("#cfe6e4", roughness=0.04, transmission=0.9, coat=1.0),
    "ice": Look("#cbe8f5", roughness=0.22, transmission=0.72, coat=0.6, texture="frost"),
    "crystal": Look("", roughness=0.03, transmission=0.62, coat=1.0),
    "gold": Look("#f0b23c", 1.0, 0.2),
    "rosegold": Look("#e8a48e", 1.0, 0.2),
    "silver": Look("#e6e7ea", 1.0, 0.16),
    "copper": Look("#d6804f", 1.0, 0.25),
    "brass": Look("#cda349", 1.0, 0.3),
    "steel": Look("#b4b8be", 1.0, 0.28, texture="brushed"),
    "chrome": Look("#f2f4f6", 1.0, 0.04),
    "aluminium": Look("#d6d9dd", 1.0, 0.36),
    "wood": Look("#b98250", roughness=0.55, coat=0.15, texture="wood"),
    "walnut": Look("#6e442b", roughness=0.45, coat=0.3, texture="wood"),
    "marble": Look("#efece6", roughness=0.16, coat=0.4, texture="marble", second="#6f6a68"),
    "stone": Look("#8d8a84", roughness=0.9, texture="stone"),
    "concrete": Look("#a9a7a2", roughness=0.85, texture="concrete"),
    "plaster": Look("", roughness=0.92, texture="plaster"),
    "ceramic": Look("", roughness=0.22, coat=0.9),
    "clay": Look("#c0674a", roughness=0.88, texture="plaster"),
    "plastic": Look("", roughness=0.34, coat=0.25),
    "rubber": Look("#35373b", roughness=0.8),
    "leather": Look("#8a5230", roughness=0.52, coat=0.1, sheen=0.15, texture="leather"),
    "fabric": Look("", roughness=0.95, sheen=0.5, texture="weave"),
    "velvet": Look("", roughness=0.9, sheen=1.0, texture="felt"),
    "felt": Look("", roughness=1.0, sheen=0.7, texture="felt"),
    "paper": Look("", roughness=0.9, texture="paper"),
    "wax": Look("#f3ead6", roughness=0.45, soft=0.7),
    "pearl": Look("#f4efea", 0.25, 0.2, coat=0.9, texture="pearl"),
    "carbon": Look("#25272b", 0.3, 0.35, coat=0.9, texture="carbon"),
    "glow": Look("", roughness=0.5, emissive=0.85),
    "jelly": Look("", roughness=0.12, transmission=0.5, coat=0.8, soft=0.6),
    "foliage": Look("", roughness=0.75, soft=0.35, texture="leafy"),
    "snow": Look("#f4f8fb", roughness=0.85, soft=0.6, texture="frost"),
    "carpaint": Look("", 0.25, 0.3, coat=1.0, texture="flakes"),
    "liquid": Look("#ced3d8", 1.0, 0.02, texture="ripple"),
    # used by kinds only, no word sets them
    "glossy": Look("", roughness=0.18, coat=0.8),
    "satin": Look("", roughness=0.46, coat=0.2),
    "petal": Look("", roughness=0.7, soft=0.5, sheen=0.3),
    "cotton": Look("#ffffff", roughness=1.0, soft=0.8),
    "banded": Look("", roughness=0.7, texture="banded"),
}

FINISHES = {
    "glossy": {"roughness": 0.1, "coat": 1.0},
    "matte": {"roughness": 0.92, "coat": 0.0},
    "satin": {"roughness": 0.45, "coat": 0.2},
    "polished": {"roughness": 0.04, "coat": 1.0},
    "frosted": {"roughness": 0.5, "coat": 0.1},
    "brushed": {"roughness": 0.38, "texture": "brushed"},
    "rough": {"roughness": 1.0, "coat": 0.0, "texture": "stone"},
}

# Roles that look the same whatever the subject is made of.
FIXED: dict[str, Look] = {
    "dark": Look("#232529", roughness=0.5, coat=0.15),
    "light": Look("#f2f0ea", roughness=0.55),
    "glass": Look("#cfe6e4", roughness=0.04, transmission=0.85, coat=1.0),
    "window": Look("#39506b", 0.2, 0.08, coat=1.0),
    "lens": Look("#10141d", 0.3, 0.05, coat=1.0),
    "screen": Look("#0c0e14", roughness=0.08, coat=0.9),
    "flame": Look("#ffb347", roughness=0.6, emissive=1.0, soft=1.0),
    "lamp": Look("#fff0cf", roughness=0.6, emissive=0.9),
    "drink": Look("#4a2a17", roughness=0.12, coat=0.8),
    "wine": Look("#6d1029", roughness=0.08, coat=0.9),
    "paper": Look("#f5efe2", roughness=0.95),
    "stone": Look("#8d8a84", roughness=0.9, texture="stone"),
    "leaf": Look("#4f8f3e", roughness=0.7, soft=0.35, texture="leafy"),
    "bark": Look("#6f4a30", roughness=0.95, texture="wood"),
    "soil": Look("#4a3526", roughness=1.0, texture="stone"),
    "snow": Look("#f6f9fb", roughness=0.85, soft=0.6),
    "cream": Look("#fbf1e0", roughness=0.6, soft=0.4),
    "waffle": Look("#d39a55", roughness=0.8, texture="checkered", second="#b67d3c"),
    "bread": Look("#cf8f4a", roughness=0.7, soft=0.2),
    "carrot": Look("#ef7d22", roughness=0.6),
    "beak": Look("#f28c1b", roughness=0.4, coat=0.4),
    "eye": Look("#101012", roughness=0.06, coat=1.0),
    "red": Look("#d23b32", roughness=0.5, coat=0.3),
    "cheese": Look("#f6b62c", roughness=0.5, soft=0.3),
    "meat": Look("#5d3422", roughness=0.85, texture="stone"),
    "seed": Look("#7a4a26", roughness=0.4, coat=0.4),
}

_SEEDED = ("#e4572e", "#2f6f8f", "#f2b134", "#3b8f6b", "#6b4fa0", "#d95d7d", "#1f4e79", "#c9793f", "#4c9fa8", "#b23a48")


def main_colour(scene: Scene, item: Item, at: int) -> str:
    """Word, else material's own, else the brand's palette, else the kind's natural colour, else the seed's choice."""
    if item.colours:
        return item.colours[0]
    kind = KINDS[item.kind]
    named = MATERIALS[item.material].colour if item.material else ""
    natural = named or (kind.colour and COLOURS[kind.colour]) or MATERIALS[kind.material].colour
    natural = natural or pick(_allowed_seeded(scene), scene.seed, "hue", at)
    if named or not scene.palette:
        return natural
    # guidance below neutral lets the natural colour show through the brand's
    return colour.mix(natural, scene.palette[at % len(scene.palette)], min(1.0, scene.strength))


def accent_colour(scene: Scene, item: Item, at: int) -> str:
    """Second colour word, next palette colour, or a companion of the main colour."""
    if len(item.colours) > 1:
        return item.colours[1]
    main = main_colour(scene, item, at)
    companion = _companion(main, draw(scene.seed, "accent", at))
    if len(scene.palette) > 1:
        return colour.mix(companion, scene.palette[(at + 1) % len(scene.palette)], min(1.0, scene.strength))
    return companion


def _companion(main: str, chance: float) -> str:
    if colour.chroma_of(main) < 0.04:
        return ("#c9793f", "#2f6f8f", "#d8b34a")[int(chance * 3)]
    if chance < 0.35:
        return colour.shade(main, 0.5, 0.75)
    if chance < 0.6:
        return colour.mix(colour.shade(main, 1.45, 0.3), "#fbf4e6", 0.6)
    if chance < 0.8:
        return colour.shade(colour.rotate(main, -38), 1.06, 0.9)
    return colour.shade(colour.rotate(main, 165), 0.8, 0.6)


def _allowed_seeded(scene: Scene) -> tuple[str, ...]:
    """Seeded colours without the ones that the negative prompt names (nearest by OKLab distance)."""
    banned = [COLOURS[w.removeprefix("colour=")] for w in scene.without if w.startswith("colour=")]
    kept = tuple(c for c in _SEEDED if all(_distance(c, b) > 0.14 for b in banned))
    return kept or _SEEDED


def _distance(first: str, second: str) -> float:
    return sum((a - b) ** 2 for a, b in zip(colour.oklab(first), colour.oklab(second), strict=True)) ** 0.5


def look(scene: Scene, item: Item, at: int, role: str) -> Look:
    """The look of one role of one item, after finish, pattern and style."""
    body = _body(scene, item, at)
    if role == "body":
        found = _patterned(body, item, accent_colour(scene, item, at))
    elif role in FIXED:
        found = FIXED[role]
    else:
        found = _companion_role(scene, item, at, role, body)
    return _styled(found, scene.style)


def _body(scene: Scene, item: Item, at: int) -> Look:
    material = item.material or KINDS[item.kind].material
    banned = {w.removeprefix("material=") for w in scene.without}
    if material in banned:
        material = next((m for m in ("ceramic", "plastic", "paper") if m not in banned), "satin")
    found = replace(MATERIALS[material], colour=main_colour(scene, item, at))
    return replace(found, **FINISHES[item.finish]) if item.finish else found  # type: ignore[arg-type]


def _companion_role(scene: Scene, item: Item, at: int, role: str, body: Look) -> Look:
    """Roles that depend on the subject's own colours."""
    accent = accent_colour(scene, item, at)
    metal = MATERIALS["gold" if scene.mood in ("luxurious", "romantic", "nostalgic") else "silver"]
    paper = colour.mix(colour.shade(body.colour, 1.4, 0.4), "#fbf7ef", 0.6)
    stand = colour.mix(colour.shade(accent, 1.25, 0.5), "#f4efe8", 0.55)
    return {
        "accent": _accent(body, accent),
        "label": Look(paper, roughness=0.75),
        "metal": metal,
        "glow": Look(colour.shade(accent, 1.2, 1.1), roughness=0.5, emissive=0.9),
        "support": Look(stand, roughness=0.6, coat=0.1),
        "gem": replace(MATERIALS["crystal"], colour=accent, transmission=0.3),
    }[role]


def _accent(body: Look, accent: str) -> Look:
    """The second colour in a material that goes with the body's."""
    if body.transmission > 0 or body.emissive > 0:
        return Look(accent, roughness=0.38, coat=0.4)
    if body.metallic > 0.5:
        return replace(body, colour=colour.mix(body.colour, "#2a2c30", 0.55), texture="")
    return replace(body, colour=accent)


def _patterned(body: Look, item: Item, accent: str) -> Look:
    if not item.pattern:
        return replace(body, second=body.second or accent)
    if item.pattern == "marbled":
        return replace(body, texture="marble", second=accent)
    return replace(body, texture=item.pattern, second=accent)


def _styled(found: Look, style: str) -> Look:
    """Styles that are a way of making things, not only of drawing them."""
    if style == "claymation":
        return replace(found, metallic=0.0, roughness=0.9, transmission=0.0, coat=0.05, soft=0.2, texture="thumb")
    if style in ("flat", "cartoon", "pixel", "risograph", "bauhaus", "popart"):
        return replace(found, metallic=found.metallic * 0.3, roughness=max(0.6, found.roughness), coat=0.0)
    if style == "lowpoly":
        return replace(found, texture="", roughness=max(0.55, found.roughness), transmission=found.transmission * 0.4)
    if style == "neon":
        return replace(found, roughness=min(found.roughness, 0.35), coat=max(found.coat, 0.5))
    if style == "hologram":
        return replace(
            found, transmission=0.75, roughness=0.15, metallic=0.0, emissive=max(0.15, found.emissive), texture=""
        )
    return found
