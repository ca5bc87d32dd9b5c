"""Whether a glTF document hangs together: every number that points at something points at something."""

from collections.abc import Iterator
from typing import Any

from ai_studio.decoders.bounds import Bad
from ai_studio.decoders.glb import Document

_LISTS = (
    "accessors", "animations", "bufferViews", "buffers", "cameras", "images", "materials", "meshes", "nodes",
    "samplers", "scenes", "skins", "textures",
)  # fmt: skip
# What a reader must understand to show the file; others would need a decoder that is not here.
_UNDERSTOOD = ("KHR_materials_",)
_UNDERSTOOD_TOO = {"KHR_mesh_quantization", "KHR_texture_transform", "KHR_lights_punctual", "EXT_texture_webp"}


def check(document: Document, *, nodes: int) -> None:
    """Raises Bad. Numbers inside accessors are gltf_numbers' matter."""
    for name in _LISTS:
        items = document.get(name, [])
        if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
            raise Bad(f"The model's {name} are no list of objects.")
    if len(document.get("nodes", [])) > nodes:
        raise Bad(f"The model has more than {nodes:,} nodes.")
    _check_extensions(document)
    for name, index in _references(document):
        of(document, name, index)
    _check_tree(document)


def of(document: Document, name: str, index: Any) -> dict[str, Any]:
    """What `index` points at. Raises Bad where there is nothing."""
    items = document.get(name, [])
    if type(index) is not int or not 0 <= index < len(items):
        raise Bad(f"The model refers to {name} that it does not have.")
    found: dict[str, Any] = items[index]
    return found


def objects(value: Any) -> list[dict[str, Any]]:
    """A list of objects, or nothing. Raises Bad for anything else."""
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise Bad("A list in the model is no list of objects.")
    return value


def _check_extensions(document: Document) -> None:
    required = document.get("extensionsRequired", [])
    if not isinstance(required, list) or not all(isinstance(name, str) for name in required):
        raise Bad("The model's list of extensions is none.")
    for name in required:
        if name not in _UNDERSTOOD_TOO and not name.startswith(_UNDERSTOOD):
            raise Bad(f"The model needs the extension {name[:60]}, which is not read here.")
    if any(_addresses(document)):
        raise Bad("The model refers to data outside its own file.")


def _addresses(value: Any, *, key: str = "") -> Iterator[bool]:
    if key in {"uri", "url"}:
        yield True
    if isinstance(value, dict):
        for name, inner in value.items():
            if name != "extras":
                yield from _addresses(inner, key=name)
    elif isinstance(value, list):
        for inner in value:
            if isinstance(inner, dict | list):
                yield from _addresses(inner)


def _references(document: Document) -> Iterator[tuple[str, Any]]:
    if "scene" in document:
        yield "scenes", document["scene"]
    for scene in document.get("scenes", []):
        yield from (("nodes", index) for index in _indices(scene, "nodes"))
    for node in document.get("nodes", []):
        yield from _named(node, {"mesh": "meshes", "camera": "cameras", "skin": "skins"})
        yield from (("nodes", index) for index in _indices(node, "children"))
    for skin in document.get("skins", []):
        yield from (("nodes", index) for index in _indices(skin, "joints"))
        yield from _named(skin, {"skeleton": "nodes", "inverseBindMatrices": "accessors"})
    for mesh in document.get("meshes", []):
        yield from _of_mesh(mesh)
    for texture in document.get("textures", []):
        yield from _named(texture, {"source": "images", "sampler": "samplers"})
    for material in document.get("materials", []):
        yield from (("textures", index) for index in _textures(material))
    for animation in document.get("animations", []):
        yield from _of_animation(animation)


def _of_mesh(mesh: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    primitives = objects(mesh.get("primitives"))
    if not primitives:
        raise Bad("A mesh of the model is empty.")
    for primitive in primitives:
        yield from _named(primitive, {"indices": "accessors", "material": "materials"})
        for attributes in (primitive.get("attributes"), *objects(primitive.get("targets"))):
            if not isinstance(attributes, dict):
                raise Bad("A mesh of the model has no attributes.")
            yield from (("accessors", index) for index in attributes.values())


def _of_animation(animation: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    samplers = objects(animation.get("samplers"))
    for sampler in samplers:
        yield from (("accessors", sampler.get(name)) for name in ("input", "output"))
    for channel in objects(animation.get("channels")):
        of({"samplers": samplers}, "samplers", channel.get("sampler"))
        yield from _named(channel.get("target") or {}, {"node": "nodes"})


def _named(item: Any, lists: dict[str, str]) -> Iterator[tuple[str, Any]]:
    if not isinstance(item, dict):
        raise Bad("A part of the model is no object.")
    yield from ((name, item[key]) for key, name in lists.items() if key in item)


def _indices(item: dict[str, Any], key: str) -> list[Any]:
    found = item.get(key, [])
    if not isinstance(found, list):
        raise Bad(f"The model's {key} are no list.")
    return found


def _textures(value: Any, *, key: str = "") -> Iterator[Any]:
    if isinstance(value, dict):
        if key.endswith("Texture"):
            yield value.get("index")
        for name, inner in value.items():
            if name != "extras":
                yield from _textures(inner, key=name)


def _check_tree(document: Document) -> None:
    """Nodes are trees: one parent at most, no circle. Whoever draws a circle never ends."""
    nodes = document.get("nodes", [])
    children = [_indices(node, "children") for node in nodes]
    below = [index for family in children for index in family]
    if len(below) != len(set(below)):
        raise Bad("A node of the model has two parents.")
    open_, seen = list(set(range(len(nodes))) - set(below)), 0
    while open_:
        seen += 1
        open_ += children[open_.pop()]
    if seen != len(nodes):
        raise Bad("The model's nodes go round in a circle.")
