"""The document as SVG, and the SVG as pixels."""

# ruff: noqa: PLR2004 -- these numbers are the drawing, naming each would hide it

import base64
import json
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import resvg_py

from ai_studio.providers.local import fonts
from ai_studio.providers.local.template.layers import Layer


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
    box = f'x="{x:g}" y="{y:g}" width="{w:g}" height="{h:g}" rx="{layer.get("radius", 0):g}"'
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
