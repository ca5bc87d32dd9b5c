"""The colours of each setting."""

# ruff: noqa: PLR2004 -- these numbers are the drawing, naming each would hide it

from dataclasses import dataclass

from ai_studio.providers.local import colour
from ai_studio.providers.local.scene import Scene, draw, pick


@dataclass(frozen=True, slots=True)
class Place:
    """A setting's colours (#rrggbb), how mirror-like its floor is, and whether it has one."""

    floor: str
    wall: str
    top: str
    mirror: float = 0.06
    ground: bool = True
    haze: float = 0.5  # how far away the floor has become the horizon


PLACES: dict[str, Place] = {
    "forest": Place("#55693a", "#cfdcc0", "#9fc0b4", 0.0),
    "desert": Place("#d9a866", "#f3d9ae", "#6fb1d6", 0.0),
    "ocean": Place("#1d6f8e", "#cfe9ee", "#4fa3d1", 0.35),
    "beach": Place("#e8d3a6", "#d9f0f2", "#4fb3dc", 0.02),
    "city": Place("#5c626b", "#e3d7d1", "#8fb0d0", 0.16),
    "space": Place("#0a0d1c", "#141433", "#05060f", 0.0, ground=False),
    "mountains": Place("#7d8f63", "#dce8ee", "#6aa0d0", 0.0),
    "meadow": Place("#79a548", "#e2f0e0", "#74b4e8", 0.0),
    "arctic": Place("#e3edf4", "#e6f1f8", "#8dbbe0", 0.12),
    "sky": Place("#9fcdf0", "#d9edfb", "#4c98dd", 0.0, ground=False),
    "room": Place("#a67c52", "#e9dfd0", "#f1eadf", 0.1),
    "stage": Place("#5a3422", "#5d1620", "#2a0a10", 0.14),
}


_STUDIO_MIRROR = 0.1


def studio_colour(scene: Scene) -> str:
    """The paper behind a studio shot: asked for, else a quiet tint of the brand or of the subject."""
    if scene.background_colour:
        return scene.background_colour
    tones = ("#e9e6e1", "#dfe5ea", "#ece3da", "#e3e8e1", "#e8e1e6", "#d9dee3", "#f0e6d8", "#dfe7e9")
    tint = pick(tones, scene.seed, "paper")
    if scene.palette:
        chosen = scene.palette[-1] if len(scene.palette) > 2 else scene.palette[0]
        return colour.mix(tint, colour.shade(chosen, 1.3, 0.7), min(1.0, 0.6 * scene.strength))
    item = scene.items[0]
    if item.colours and draw(scene.seed, "tone on tone") < 0.55:
        return colour.mix(tint, colour.shade(item.colours[0], 1.32, 0.55), 0.55)
    return tint


def place(scene: Scene) -> Place:
    """The setting's place, recoloured by a background colour or the style."""
    if scene.setting in PLACES:
        found = PLACES[scene.setting]
        if scene.background_colour:
            wall = scene.background_colour
            return Place(found.floor, wall, colour.shade(wall, 0.8, 1.0), found.mirror, found.ground, found.haze)
        return found
    paper = studio_colour(scene)
    return Place(paper, paper, colour.shade(paper, 0.93, 1.0), _STUDIO_MIRROR)
