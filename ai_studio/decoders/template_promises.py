"""What a template promises beyond its schema: names that exist, and texts that can be read."""

import math
from typing import Any

from ai_studio.decoders.bounds import Bad
from ai_studio.providers.local import colour

MAX_LAYERS, MAX_BINDINGS = 200, 100
MAX_LENGTH = 65_536.0  # pixels, either way
MAX_TEXT = 2000
READABLE = 4.5  # WCAG 2.2, 1.4.3
_ROUNDING = 0.05


def check(document: dict[str, Any], *, pixels: int) -> None:
    """`document` fits its schema. Raises Bad."""
    layers, bindings, canvas = document["layers"], document["bindings"], document["canvas"]
    if len(layers) > MAX_LAYERS or len(bindings) > MAX_BINDINGS or canvas["width"] * canvas["height"] > pixels:
        raise Bad(f"The template has more than {MAX_LAYERS} layers, {MAX_BINDINGS} bindings or {pixels:,} pixels.")
    if len({layer["id"] for layer in layers}) != len(layers):
        raise Bad("Two layers of the template have the same id.")
    shapes = {layer["id"]: layer for layer in layers if layer["type"] == "shape"}
    for layer in layers:
        _check_numbers(layer)
        if layer["type"] != "shape":
            _check_binding(layer, bindings)
        if layer["type"] == "text":
            _check_readable(layer, shapes)
    if any(len(binding["default"]) > MAX_TEXT for binding in bindings.values() if binding["type"] == "text"):
        raise Bad(f"A text of the template has more than {MAX_TEXT:,} characters.")


def _check_numbers(layer: dict[str, Any]) -> None:
    for name, value in layer.items():
        if type(value) in {int, float} and not (math.isfinite(value) and abs(value) <= MAX_LENGTH):
            raise Bad(f"A layer of the template has a {name} out of range.")


def _check_binding(layer: dict[str, Any], bindings: dict[str, Any]) -> None:
    wanted = "text" if layer["type"] == "text" else "image"
    name = layer["text" if wanted == "text" else "source"].strip("{}")
    if bindings.get(name, {}).get("type") != wanted:
        raise Bad(f"The layer {layer['id'][:60]} shows a binding that the template does not have.")


def _check_readable(layer: dict[str, Any], shapes: dict[str, Any]) -> None:
    ground = shapes.get(layer["on"])
    if ground is None:
        raise Bad(f"The text {layer['id'][:60]} lies on no shape of the template.")
    contrast = colour.contrast(layer["colour"], ground["fill"])
    if contrast < READABLE or abs(contrast - layer["contrast"]) > _ROUNDING:
        raise Bad(f"The text {layer['id'][:60]} has the contrast {contrast:.2f}, not {layer['contrast']:.2f}.")
