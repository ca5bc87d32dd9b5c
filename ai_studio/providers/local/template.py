"""A layered design from the scene: picture, panels and texts whose contrast is computed, not hoped for."""

# ruff: noqa: PLR2004 -- these numbers are the drawing, naming each would hide it

import base64
import json
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple
from xml.sax.saxutils import escape, quoteattr

import resvg_py
from jsonschema import Draft202012Validator

from ai_studio.providers.local import colour, contract, fonts, provenance, stage
from ai_studio.providers.local.contract import RenderRequest
from ai_studio.providers.local.image import Shot, render_frame
from ai_studio.providers.local.looks import accent_colour, main_colour
from ai_studio.providers.local.parse import Reading
from ai_studio.providers.local.scene import Scene, draw

SCHEMA_PATH = Path(__file__).with_name("template.schema.json")
SIDES = {"standard": 1080, "high": 1440, "ultra": 1920}
MIN_CONTRAST = 4.5  # WCAG 2.2, 1.4.3, normal text
LINE_HEIGHT = 1.18

Layer = dict[str, Any]


class Made(NamedTuple):
    """The document and everything that shows it."""

    document: bytes
    svg: bytes
    png: bytes
    size: tuple[int, int]
    hero: bytes
    hero_size: tuple[int, int]


class Area(NamedTuple):
    """A rectangle in pixels."""

    x: float
    y: float
    width: float
    height: float

    def inset(self, margin: float) -> "Area":
        return Area(self.x + margin, self.y + margin, self.width - 2 * margin, self.height - 2 * margin)


class Copy(NamedTuple):
    """What the design says until somebody binds other words."""

    headline: str
    subline: str
    action: str
    badge: str = ""


_COPY = {
    "": Copy("{thing}", "Made with care. Made to last.", "Discover"),
    "sale": Copy("{thing} sale", "This week only, while stocks last.", "Shop now", "-30%"),
    "launch": Copy("Meet the {thing}", "The new collection is here.", "See what is new", "New"),
    "event": Copy("{thing} night", "You are invited. Doors open at seven.", "Save your seat"),
    "poster": Copy("{thing}", "An original from our studio.", "Find out more"),
    "story": Copy("{thing}", "Swipe up for the story.", "Swipe up"),
    "banner": Copy("{thing}", "Designed for every day.", "Learn more"),
    "quote": Copy("“The best {thing} I have owned.”", "A customer, after a year of use", "Read reviews"),
    "card": Copy("{thing} for you", "With our warmest wishes.", "Open"),
    "newsletter": Copy("{thing} news", "Stories, offers and first looks, once a month.", "Subscribe"),
    "menu": Copy("{thing} menu", "Fresh today, every day.", "Order now"),
}


def make(reading: Reading, request: RenderRequest, tick: Callable[[float], None]) -> Made:
    """Compose document, picture, SVG and preview."""
    from ai_studio.providers.local.render import size_of

    scene = reading.scene
    size = size_of(request.aspect_ratio, SIDES[request.quality])
    picture, panel = _zones(scene, size)
    hero, hero_size = _hero(scene, request, picture, tick)
    document = compose(scene, request, size, picture, panel)
    svg = to_svg(document, {"image": "data:image/png;base64," + base64.b64encode(hero).decode()})
    text = json.dumps(document, ensure_ascii=False, indent=1, sort_keys=False)
    return Made(text.encode(), svg.encode(), rasterise(svg), size, hero, hero_size)


@cache
def validator() -> Draft202012Validator:
    """Checks a document against the schema that ships beside this module."""
    return Draft202012Validator(json.loads(SCHEMA_PATH.read_text()))


def _zones(scene: Scene, size: tuple[int, int]) -> tuple[Area, Area]:
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


def _hero(
    scene: Scene, request: RenderRequest, area: Area, tick: Callable[[float], None]
) -> tuple[bytes, tuple[int, int]]:
    size = (max(64, round(area.width)), max(64, round(area.height)))
    staged = stage.things(scene, request.quality)
    camera = stage.frame(scene, stage.corners(staged), size[0] / size[1])
    frame = render_frame(scene, staged, Shot(camera, *size, min(4, contract.passes(request))), tick=tick)
    return provenance.png(provenance.to_image(frame.rgb), request), size


def compose(scene: Scene, request: RenderRequest, size: tuple[int, int], picture: Area, panel: Area) -> dict[str, Any]:
    """The document: every text names the shape it lies on and its contrast with it."""
    copy = _copy(scene)
    inks = _inks(scene)
    layers = [_shape("panel", "rectangle", panel, inks["panel"]), _image(scene, picture)]
    layers += _texts(scene, panel, copy, inks)
    if copy.badge:
        layers += _badge(picture, panel, copy, inks)
    bindings: dict[str, Any] = {
        layer["id"]: {"type": "text", "default": _default(layer["id"], copy), "max_length": 80}
        for layer in layers
        if layer["type"] == "text"
    }
    bindings["image"] = {"type": "image", "default": "hero.png"}
    said = "".join(b["default"] for b in bindings.values())
    document = {
        "schema": "urn:atelier:template:1",
        "purpose": scene.purpose or "general",
        "canvas": {"width": size[0], "height": size[1], "background": inks["panel"]},
        "bindings": bindings,
        "layers": layers,
        "missing_glyphs": fonts.missing(said),
        "provenance": provenance.facts(request),
        "scene": scene.to_dict(),
    }
    validator().validate(document)
    return document


def _copy(scene: Scene) -> Copy:
    """Quoted lines of the prompt first: headline, then subline, then button; the purpose fills the rest."""
    thing = _thing(scene)
    base = _COPY[scene.purpose]
    words = Copy(*(line.replace("{thing}", thing) for line in base))
    headline = words.headline[:1].upper() + words.headline[1:]
    lines = [*scene.copy_lines, *("",) * 3]
    return Copy(lines[0] or headline, lines[1] or words.subline, lines[2] or words.action, words.badge)


def _thing(scene: Scene) -> str:
    if scene.abstract:
        return "something new"
    item = scene.items[0]
    names = {
        "icecream": "ice cream",
        "goblet": "wine glass",
        "bulb": "light bulb",
        "lowpoly": "low poly",
        "rosegold": "rose gold",
    }
    noun = names.get(item.kind, item.kind)
    return " ".join(w for w in (names.get(item.material, item.material), noun) if w)


def _default(name: str, copy: Copy) -> str:
    texts = {
        "brand": "Your brand",
        "headline": copy.headline,
        "subline": copy.subline,
        "action": copy.action,
        "badge": copy.badge,
    }
    return texts[name]


def _inks(scene: Scene) -> dict[str, str]:
    """Panel, button and their texts, from palette or subject, each text readable on its ground."""
    main = main_colour(scene, scene.items[0], 0)
    accent = accent_colour(scene, scene.items[0], 0)
    panel = _panel_colour(scene, main)
    button = next((c for c in (accent, main, "#111114", "#ffffff") if colour.contrast(c, panel) >= 3), "#000000")
    badge = accent if colour.contrast(accent, panel) > 1.2 else button
    wishes = (colour.shade(main, 0.45, 1.0), colour.shade(main, 1.45, 0.5))
    return {
        "panel": panel,
        "button": button,
        "badge_shape": badge,
        "headline": colour.readable((panel,), wishes),
        "subline": colour.readable((panel,)),
        "brand": colour.readable((panel,), (accent,)),
        "action": colour.readable((button,)),
        "badge": colour.readable((badge,)),
        "rule": button,
    }


def _panel_colour(scene: Scene, main: str) -> str:
    if scene.background_colour:
        return scene.background_colour
    if scene.palette:
        return scene.palette[int(draw(scene.seed, "panel") * len(scene.palette))]
    dark = scene.light in ("moonlight", "neon", "lowkey", "rim", "spotlight", "candle") or scene.mood in (
        "luxurious",
        "dramatic",
        "mysterious",
    )
    if dark:
        return colour.shade(main, 0.3, 0.5)
    chance = draw(scene.seed, "panel")
    if chance < 0.3 or scene.mood in ("energetic", "playful", "happy", "summery"):
        return colour.shade(main, 0.92, 1.0)
    return colour.shade(main, 1.44, 0.45) if chance < 0.65 else "#f6f3ee"


def _texts(scene: Scene, panel: Area, copy: Copy, inks: dict[str, str]) -> list[Layer]:
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
        *_message(copy, middle, unit * (0.15 if panel.height > panel.width else 0.125), inks, align),
        *_button(copy, button, unit * 0.046, inks),
    ]


def _message(copy: Copy, area: Area, largest: float, inks: dict[str, str], align: str) -> list[Layer]:
    """Headline as large as fits two thirds of the area, the subline in what is left."""
    fitted = fonts.fit(copy.headline, largest, area.width, area.height * 0.66, bold=True, line_height=LINE_HEIGHT)
    size, used = fitted[0], len(fitted[1]) * fitted[0] * LINE_HEIGHT
    gap = largest * 0.18
    subline = Area(area.x, area.y + used + gap, area.width, max(largest * 0.36, area.height - used - gap))
    return [
        _text("headline", area._replace(height=used), size, inks, "panel", align, bold=True),
        _text("subline", subline, _fitted(copy.subline, largest * 0.37, subline), inks, "panel", align),
    ]


def _button(copy: Copy, area: Area, largest: float, inks: dict[str, str]) -> list[Layer]:
    inner = area.inset(area.height * 0.26)
    size = _fitted(copy.action, largest, inner)
    return [
        _shape("button", "rectangle", area, inks["button"], radius=area.height / 2),
        _text("action", inner, size, inks, "button", "center", bold=True),
    ]


def _fitted(text: str, size: float, area: Area) -> float:
    return fonts.fit(text, size, area.width, area.height, bold=False, line_height=LINE_HEIGHT)[0]


def _badge(picture: Area, panel: Area, copy: Copy, inks: dict[str, str]) -> list[Layer]:
    side = min(picture.width, picture.height) * 0.24
    area = Area(picture.x + picture.width - side * 1.25, picture.y + side * 0.25, side, side)
    inner = area.inset(side * 0.14)._replace(y=area.y + side * 0.36, height=side * 0.28)
    size = _fitted(copy.badge, side * 0.25, inner)
    return [
        _shape("badge_shape", "ellipse", area, inks["badge_shape"]),
        _text("badge", inner, size, inks, "badge_shape", "center", bold=True),
    ]


def _shape(name: str, kind: str, area: Area, fill: str, radius: float = 0) -> Layer:
    return {"id": name, "type": "shape", "shape": kind, **_box(area), "fill": fill, "radius": round(radius, 2)}


def _image(scene: Scene, area: Area) -> Layer:
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


def to_svg(document: dict[str, Any], images: dict[str, str], texts: dict[str, str] | None = None) -> str:
    """The document as SVG with its bindings filled in; the font travels inside the file."""
    filled = {name: b["default"] for name, b in document["bindings"].items()} | images | (texts or {})
    w, h = document["canvas"]["width"], document["canvas"]["height"]
    font = base64.b64encode(fonts.data()).decode()
    facts = escape(json.dumps(document["provenance"], sort_keys=True))
    body = "\n".join(_DRAW[layer["type"]](layer, filled) for layer in document["layers"])
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{w}" height="{h}" viewBox="0 0 {w} {h}">\n'
        f"<metadata>{facts}</metadata>\n"
        f"<style>@font-face{{font-family:{fonts.FAMILY};src:url(data:font/ttf;base64,{font})}}</style>\n"
        f'<rect width="{w}" height="{h}" fill="{document["canvas"]["background"]}"/>\n{body}\n</svg>\n'
    )


def _svg_shape(layer: Layer, _filled: dict[str, str]) -> str:
    x, y, w, h = layer["x"], layer["y"], layer["width"], layer["height"]
    if layer["shape"] == "ellipse":
        box = f'cx="{x + w / 2:g}" cy="{y + h / 2:g}" rx="{w / 2:g}" ry="{h / 2:g}"'
        return f'<ellipse id="{layer["id"]}" {box} fill="{layer["fill"]}"/>'
    box = f'x="{x:g}" y="{y:g}" width="{w:g}" height="{h:g}" rx="{layer["radius"]:g}"'
    return f'<rect id="{layer["id"]}" {box} fill="{layer["fill"]}"/>'


def _svg_image(layer: Layer, filled: dict[str, str]) -> str:
    source = filled[layer["source"].strip("{}")]
    ratio = "xMidYMid slice" if layer["fit"] == "cover" else "xMidYMid meet"
    box = f'x="{layer["x"]:g}" y="{layer["y"]:g}" width="{layer["width"]:g}" height="{layer["height"]:g}"'
    title = f"<title>{escape(layer['alt'])}</title>"
    return f'<image id="{layer["id"]}" {box} preserveAspectRatio="{ratio}" href={quoteattr(source)}>{title}</image>'


def _svg_text(layer: Layer, filled: dict[str, str]) -> str:
    bold, size = layer["font_weight"] == 700, layer["font_size"]
    said = _printable(filled[layer["text"].strip("{}")])
    size, lines = fonts.fit(
        said, size, layer["width"], layer["height"] + 1, bold=bold, line_height=layer["line_height"]
    )
    middle = layer["align"] == "center"
    x = layer["x"] + (layer["width"] / 2 if middle else 0)
    # Aileron's capitals stand 0.72 em high: centre them in each line.
    first = layer["y"] + size * (layer["line_height"] / 2 + 0.36)
    if layer["on"] != "panel":
        first = layer["y"] + layer["height"] / 2 - (len(lines) - 1) * size * layer["line_height"] / 2 + size * 0.36
    anchor = ' text-anchor="middle"' if middle else ""
    weight = (
        f' stroke="{layer["colour"]}" stroke-width="{size * fonts.BOLD:.2f}" stroke-linejoin="round"' if bold else ""
    )
    spans = "".join(
        f'<tspan x="{x:.2f}" y="{first + i * size * layer["line_height"]:.2f}">{escape(line)}</tspan>'
        for i, line in enumerate(lines)
    )
    font = f'font-family="{fonts.FALLBACKS}" font-size="{size:.2f}"'
    return f'<text id="{layer["id"]}" {font} fill="{layer["colour"]}"{anchor}{weight}>{spans}</text>'


def _printable(text: str) -> str:
    """Without control characters, which XML 1.0 forbids even escaped."""
    return "".join(c if c.isprintable() else " " for c in text)


_DRAW: dict[str, Callable[[Layer, dict[str, str]], str]] = {"shape": _svg_shape, "image": _svg_image, "text": _svg_text}


def rasterise(svg: str) -> bytes:
    """SVG → PNG with the bundled font and no other, so that every machine draws the same."""
    with tempfile.TemporaryDirectory() as folder:
        font = Path(folder) / "font.ttf"
        font.write_bytes(fonts.data())
        return bytes(resvg_py.svg_to_bytes(svg_string=svg, skip_system_fonts=True, font_files=[str(font)]))
