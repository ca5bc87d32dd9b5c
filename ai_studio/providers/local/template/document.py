"""The document: layers, bindings, provenance, checked against its schema."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from ai_studio.providers.local import fonts, provenance
from ai_studio.providers.local.contract import RenderRequest
from ai_studio.providers.local.scene import Scene
from ai_studio.providers.local.template.inks import inks_of
from ai_studio.providers.local.template.layers import badge, ground, image, texts
from ai_studio.providers.local.template.layout import Area
from ai_studio.providers.local.template.wording import wording

SCHEMA_PATH = Path(__file__).with_name("schema.json")


@cache
def validator() -> Draft202012Validator:
    """Checks a document against the schema that ships beside this module."""
    return Draft202012Validator(json.loads(SCHEMA_PATH.read_text()))


def compose(scene: Scene, request: RenderRequest, size: tuple[int, int], picture: Area, panel: Area) -> dict[str, Any]:
    """The document: every text names the shape it lies on and its contrast with it."""
    said = wording(scene)
    inks = inks_of(scene)
    layers = [ground(panel, inks), image(scene, picture), *texts(scene, panel, said, inks)]
    if said.badge:
        layers += badge(picture, said, inks)
    bindings: dict[str, Any] = {
        layer["id"]: {"type": "text", "default": getattr(said, layer["id"]), "max_length": 80}
        for layer in layers
        if layer["type"] == "text"
    }
    bindings["image"] = {"type": "image", "default": "hero.png"}
    document = {
        "schema": "urn:atelier:template:1",
        "purpose": scene.purpose or "general",
        "canvas": {"width": size[0], "height": size[1], "background": inks["panel"]},
        "bindings": bindings,
        "layers": layers,
        "missing_glyphs": fonts.missing("".join(said)),
        "provenance": provenance.facts(request),
        "scene": scene.to_dict(),
    }
    validator().validate(document)
    return document
