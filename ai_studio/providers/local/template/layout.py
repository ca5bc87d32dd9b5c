"""Where picture and text go."""

# ruff: noqa: PLR2004 -- these numbers are the drawing, naming each would hide it

from typing import NamedTuple

from ai_studio.providers.local.scene import Scene, draw


class Area(NamedTuple):
    """A rectangle in pixels."""

    x: float
    y: float
    width: float
    height: float

    def inset(self, margin: float) -> "Area":
        return Area(self.x + margin, self.y + margin, self.width - 2 * margin, self.height - 2 * margin)


def zones(scene: Scene, size: tuple[int, int]) -> tuple[Area, Area]:
    """Picture and text panel: beside each other on wide canvases, else above each other."""
    w, h = size
    flip = scene.layout == "left" or (scene.layout != "right" and draw(scene.seed, "flip") < 0.35)
    if w > h * 1.15:
        share = 0.46 if scene.style == "minimal" else 0.42
        return (Area(0, 0, w * (1 - share), h), Area(w * (1 - share), 0, w * share, h)) if flip else (
            Area(w * share, 0, w * (1 - share), h), Area(0, 0, w * share, h))  # fmt: skip
    share = 0.38 if h > w * 1.4 else 0.4
    if flip:
        return Area(0, h * share, w, h * (1 - share)), Area(0, 0, w, h * share)
    return Area(0, 0, w, h * (1 - share)), Area(0, h * (1 - share), w, h * share)
