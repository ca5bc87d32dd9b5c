"""Parts of a glTF model that viewers trip over when they are not whole: cameras, lights, targets of motion."""

from collections.abc import Iterator
from typing import Any

from ai_studio.decoders.bounds import Bad
from ai_studio.decoders.glb import Document
from ai_studio.decoders.gltf_shape import objects, of

_LIGHTS = "KHR_lights_punctual"
_LIGHT_TYPES = {"directional", "point", "spot"}
_LENSES = {"perspective": ("yfov", "znear"), "orthographic": ("xmag", "ymag", "zfar", "znear")}
_PATHS = {"translation", "rotation", "scale", "weights"}


def check(document: Document) -> None:
    """`document` hangs together (gltf_shape). Raises Bad."""
    _check_extensions(document)
    for camera in document.get("cameras", []):
        _check_camera(camera)
    for animation in document.get("animations", []):
        for channel in objects(animation.get("channels")):
            target = channel.get("target")
            if not isinstance(target, dict) or target.get("path") not in _PATHS:
                raise Bad("A motion of the model moves nothing that is known.")
    _check_lights(document)


def _check_extensions(value: Any) -> None:
    for said in _all_extensions(value):
        if not isinstance(said, dict) or not all(isinstance(inner, dict) for inner in said.values()):
            raise Bad("An extension of the model is no object.")


def _all_extensions(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        if "extensions" in value:
            yield value["extensions"]
        for name, inner in value.items():
            if name != "extras":
                yield from _all_extensions(inner)
    elif isinstance(value, list):
        for inner in value:
            if isinstance(inner, dict | list):
                yield from _all_extensions(inner)


def _check_camera(camera: dict[str, Any]) -> None:
    kind = camera.get("type")
    lens = camera.get(kind) if isinstance(kind, str) and kind in _LENSES else None
    if not isinstance(lens, dict) or not all(type(lens.get(name)) in {int, float} for name in _LENSES[str(kind)]):
        raise Bad("A camera of the model has no lens.")


def _check_lights(document: Document) -> None:
    lights = objects(document.get("extensions", {}).get(_LIGHTS, {}).get("lights"))
    if not all(isinstance(light.get("type"), str) and light["type"] in _LIGHT_TYPES for light in lights):
        raise Bad("A light of the model is of no known type.")
    for node in document.get("nodes", []):
        if _LIGHTS in node.get("extensions", {}):
            of({"lights": lights}, "lights", node["extensions"][_LIGHTS].get("light"))
    if _LIGHTS in document.get("extensions", {}) and not lights:
        raise Bad("The model has lights, and none of them.")
