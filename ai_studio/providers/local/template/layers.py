"""The layers of the document: shapes, the picture and texts, each on a named shape."""

from typing import Any

from ai_studio.providers.local import colour, fonts
from ai_studio.providers.local.scene import Scene
from ai_studio.providers.local.template.layout import Area
from ai_studio.providers.local.template.wording import Wording

LINE_HEIGHT = 1.18

Layer = dict[str, Any]


def ground(panel: Area, inks: dict[str, str]) -> Layer:
    """What the texts lie on."""
    return _shape("panel", "rectangle", panel, inks["panel"])


def texts(scene: Scene, panel: Area, said: Wording, inks: dict[str, str]) -> list[Layer]:
    """Brand, rule, headline, subline and button, down the panel."""
    unit = min(panel.width, panel.height * 1.5)
    box = panel.inset(unit * 0.09)
    central = scene.layout in ("centered", "symmetrical") or scene.purpose in ("quote", "card", "event")
    align = "center" if central else "left"
    high = unit * 0.115
    button = Area(box.x, box.y + box.height - high, min(box.width, unit * 0.46), high)
    if central:
        button = button._replace(x=box.x + (box.width - button.width) / 2)
    top = box.y + unit * (0.2 if panel.height > panel.width else 0.1)
    rule_x = box.x + box.width / 2 - unit * 0.06 if central else box.x
    rule = Area(rule_x, box.y + unit * 0.062, unit * 0.12, unit * 0.008)
    middle = Area(box.x, top, box.width, button.y - unit * 0.05 - top)
    brand = Area(box.x, box.y, box.width, unit * 0.06)
    return [
        _text("brand", brand, unit * 0.036, inks, "panel", align),
        _shape("rule", "rectangle", rule, inks["rule"]),
        *_message(said, middle, unit * (0.15 if panel.height > panel.width else 0.125), inks, align),
        *_button(said, button, unit * 0.046, inks),
    ]


def _message(said: Wording, area: Area, largest: float, inks: dict[str, str], align: str) -> list[Layer]:
    """Headline as large as fits two thirds of the area, the subline in what is left."""
    fitted = fonts.fit(said.headline, largest, area.width, area.height * 0.66, bold=True, line_height=LINE_HEIGHT)
    size, used = fitted[0], len(fitted[1]) * fitted[0] * LINE_HEIGHT
    gap = largest * 0.18
    subline = Area(area.x, area.y + used + gap, area.width, max(largest * 0.36, area.height - used - gap))
    return [
        _text("headline", area._replace(height=used), size, inks, "panel", align, bold=True),
        _text("subline", subline, _fitted(said.subline, largest * 0.37, subline), inks, "panel", align),
    ]


def _button(said: Wording, area: Area, largest: float, inks: dict[str, str]) -> list[Layer]:
    inner = area.inset(area.height * 0.26)
    size = _fitted(said.action, largest, inner)
    return [
        _shape("button", "rectangle", area, inks["button"], radius=area.height / 2),
        _text("action", inner, size, inks, "button", "center", bold=True),
    ]


def _fitted(text: str, size: float, area: Area) -> float:
    return fonts.fit(text, size, area.width, area.height, bold=False, line_height=LINE_HEIGHT)[0]


def badge(picture: Area, said: Wording, inks: dict[str, str]) -> list[Layer]:
    side = min(picture.width, picture.height) * 0.24
    area = Area(picture.x + picture.width - side * 1.25, picture.y + side * 0.25, side, side)
    inner = area.inset(side * 0.14)._replace(y=area.y + side * 0.36, height=side * 0.28)
    size = _fitted(said.badge, side * 0.25, inner)
    return [
        _shape("badge_shape", "ellipse", area, inks["badge_shape"]),
        _text("badge", inner, size, inks, "badge_shape", "center", bold=True),
    ]


def _shape(name: str, kind: str, area: Area, fill: str, radius: float = 0) -> Layer:
    return {"id": name, "type": "shape", "shape": kind, **_box(area), "fill": fill, "radius": round(radius, 2)}


def image(scene: Scene, area: Area) -> Layer:
    alt = ", ".join(f"{item.count} × {item.kind}" for item in scene.items)
    return {"id": "picture", "type": "image", **_box(area), "source": "{{image}}", "fit": "cover", "alt": alt}


def _text(  # noqa: PLR0917 -- one layer, its fields
    name: str, area: Area, size: float, inks: dict[str, str], on: str, align: str, *, bold: bool = False
) -> Layer:
    ratio = colour.contrast(inks[name], inks[on])
    return {
        "id": name, "type": "text", **_box(area), "text": "{{" + name + "}}", "font_family": fonts.FAMILY,
        "font_size": round(size, 2), "font_weight": 700 if bold else 400, "line_height": LINE_HEIGHT, "align": align,
        "colour": inks[name], "on": on, "contrast": round(ratio, 2),
    }  # fmt: skip


def _box(area: Area) -> dict[str, float]:
    return {
        "x": round(area.x, 2),
        "y": round(area.y, 2),
        "width": round(area.width, 2),
        "height": round(area.height, 2),
    }
