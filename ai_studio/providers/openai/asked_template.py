"""What a chat model is asked of a template, derived from the schema of templates, and its answer as a document.

Strict schemas know neither maps nor optional fields, so bindings are a list and every field is required
(https://platform.openai.com/docs/guides/structured-outputs). What we know better is not asked: size, font, and the
contrast of a text with its ground, which is computed here and judged with all else when the document is decoded.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any

# By its path: importing the renderer takes what web processes need not pay for.
SCHEMA_PATH = Path(__file__).parents[1] / "local" / "template" / "schema.json"
_OURS = frozenset({"font_family", "contrast"})
_LAYERS = ("shape", "image", "text")


@cache
def schema() -> dict[str, Any]:
    """The strict JSON Schema of an answer."""
    whole = json.loads(SCHEMA_PATH.read_text())
    binding = whole["properties"]["bindings"]["additionalProperties"]["properties"]
    name = {"name": {"$ref": "#/$defs/id"}}
    layers = {kind: _strict(whole["$defs"][kind]["properties"]) for kind in _LAYERS}
    asked = {
        "purpose": whole["properties"]["purpose"],
        "background": whole["$defs"]["colour"],
        "bindings": {"type": "array", "items": _strict(name | binding)},
        "layers": {"type": "array", "items": {"anyOf": [{"$ref": f"#/$defs/{kind}"} for kind in _LAYERS]}},
    }
    others = {name: each for name, each in whole["$defs"].items() if name not in _LAYERS}
    return {**_strict(asked), "$defs": {**others, **layers}}


def _strict(properties: dict[str, Any]) -> dict[str, Any]:
    kept = {name: _typed(said) for name, said in properties.items() if name not in _OURS}
    return {"type": "object", "additionalProperties": False, "required": list(kept), "properties": kept}


def _typed(said: dict[str, Any]) -> dict[str, Any]:
    """Constants as enumerations, and each with its type: strict schemas want both."""
    if "const" in said:
        return {"type": "string", "enum": [said["const"]]}
    if "enum" in said:
        return {"type": "integer" if isinstance(said["enum"][0], int) else "string", **said}
    return said


def document(said: dict[str, Any], size: tuple[int, int]) -> dict[str, Any]:
    """The answer as a template. KeyError, TypeError, ValueError or AttributeError for what is not as asked."""
    bindings = {each["name"]: {name: each[name] for name in each if name != "name"} for each in said["bindings"]}
    if len(bindings) != len(said["bindings"]):
        raise ValueError("Two bindings have the same name.")
    fills = {layer["id"]: layer["fill"] for layer in said["layers"] if layer["type"] == "shape"}
    return {
        "schema": "urn:atelier:template:1",
        "purpose": said["purpose"],
        "canvas": {"width": size[0], "height": size[1], "background": said["background"]},
        "bindings": bindings,
        "layers": [_layer(layer, fills) for layer in said["layers"]],
    }


def _layer(layer: dict[str, Any], fills: dict[str, str]) -> dict[str, Any]:
    from ai_studio.providers.local import colour, fonts

    if layer["type"] != "text":
        return layer
    contrast = round(colour.contrast(layer["colour"], fills[layer["on"]]), 2)
    return {**layer, "font_family": fonts.FAMILY, "contrast": contrast}
