"""A plain picture of any glTF model, for its thumbnail: three quarters from above, one light, colours per face."""

# ruff: noqa: PLR2004 -- these numbers are the drawing, naming each would hide it

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
from PIL import Image

from ai_studio.decoders.bounds import Bad
from ai_studio.decoders.gltf_numbers import Array, Numbers
from ai_studio.decoders.gltf_textures import Textures
from ai_studio.providers.local.raster import rasterise

SIDE = 1024  # twice the thumbnail: shrinking smooths the edges
MOST_FACES = 400_000
_YAW, _PITCH = math.radians(-35), math.radians(22)
_LIGHT = np.array([0.45, 0.75, 0.5]) / math.sqrt(0.45**2 + 0.75**2 + 0.5**2)
_GROUND = np.array([236, 239, 243], np.float32) / 255
_TRIANGLES = 4


def draw(numbers: Numbers, textures: Textures) -> Image.Image:
    """Raises Bad for a model without a surface."""
    parts = list(_parts(numbers, textures))
    if not parts:
        raise Bad("The model has no surface.")
    corners = _turned(np.concatenate([part[0] for part in parts]))
    colours = np.concatenate([part[1] for part in parts])
    if len(corners) > MOST_FACES:
        kept = np.argsort(-_area(corners), kind="stable")[:MOST_FACES]
        corners, colours = corners[kept], colours[kept]
    return _picture(_fitted(corners), corners, colours)


def _parts(numbers: Numbers, textures: Textures) -> Iterator[tuple[Array, Array]]:
    """Corners (m, 3, 3) in the world and colours (m, 3) of each primitive of each node of the scene."""
    document = numbers.document
    nodes, faces = document.get("nodes", []), 0
    for index, matrix in _placed(document):
        if "mesh" not in nodes[index]:
            continue
        for primitive in document["meshes"][nodes[index]["mesh"]]["primitives"]:
            if primitive.get("mode", _TRIANGLES) != _TRIANGLES:
                continue
            triangles = _triangles(numbers, primitive)
            faces += len(triangles)
            if faces > 2 * numbers.limits.vertices:
                raise Bad(f"The model shows more than {2 * numbers.limits.vertices:,} triangles.")
            points = _floats(numbers, primitive["attributes"]["POSITION"])
            world = points @ matrix[:3, :3].T + matrix[:3, 3]
            if len(triangles):
                yield world[triangles], _colours(numbers, textures, primitive, triangles)


def _placed(document: dict[str, Any]) -> Iterator[tuple[int, Array]]:
    """Each node of the scene with its place in the world (4, 4)."""
    nodes, scenes = document.get("nodes", []), document.get("scenes", [])
    roots = scenes[document.get("scene", 0)].get("nodes", []) if scenes else range(len(nodes))
    open_ = [(index, np.eye(4)) for index in roots]
    while open_:
        index, above = open_.pop()
        here = above @ _matrix(nodes[index])
        yield index, here
        open_ += [(child, here) for child in nodes[index].get("children", [])]


def _matrix(node: dict[str, Any]) -> Array:
    if "matrix" in node:
        return _vector(node["matrix"], 16).reshape(4, 4).T
    x, y, z, w = _vector(node.get("rotation", [0, 0, 0, 1]), 4)
    made = np.eye(4)
    made[:3, :3] = [
        [1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)],
        [2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)],
        [2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)],
    ]
    made[:3, :3] *= _vector(node.get("scale", [1, 1, 1]), 3)[None, :]
    made[:3, 3] = _vector(node.get("translation", [0, 0, 0]), 3)
    return made


def _vector(said: Any, length: int) -> Array:
    right = isinstance(said, list) and len(said) == length and all(type(n) in {int, float} for n in said)
    found = np.array(said, np.float64) if right else np.array([np.nan])
    if not (np.abs(found) < 1e12).all():
        raise Bad("A node of the model has no place in space.")
    return found


def _triangles(numbers: Numbers, primitive: dict[str, Any]) -> Array:
    if "indices" in primitive:
        flat = numbers.array(primitive["indices"])[:, 0].astype(np.int64)
    else:
        flat = np.arange(len(numbers.array(primitive["attributes"]["POSITION"])))
    return flat[: len(flat) // 3 * 3].reshape(-1, 3)


def _floats(numbers: Numbers, index: int) -> Array:
    """Numbers as they are meant: whole ones may stand for shares."""
    found = numbers.array(index)
    if found.dtype.kind == "f" or not numbers.document["accessors"][index].get("normalized"):
        return np.clip(found.astype(np.float64), -1e12, 1e12)
    return np.maximum(found.astype(np.float64) / np.iinfo(found.dtype).max, -1)


def _colours(numbers: Numbers, textures: Textures, primitive: dict[str, Any], triangles: Array) -> Array:
    materials = numbers.document.get("materials", [])
    material = materials[primitive["material"]] if "material" in primitive else {}
    look = material.get("pbrMetallicRoughness")
    factor = look.get("baseColorFactor") if isinstance(look, dict) else None
    linear = np.clip(_vector(factor, 4)[:3], 0, 1) if factor is not None else np.full(3, 0.8)
    sample, place = textures.of_material(material), primitive["attributes"].get("TEXCOORD_0")
    plain = np.broadcast_to(linear ** (1 / 2.2), (len(triangles), 3))
    if sample is None or place is None or numbers.array(place).shape[1] != 2:
        return plain
    middle = _floats(numbers, place)[triangles].mean(1)
    side = len(sample)
    x, y = (np.floor((middle[:, i] % 1) * side).astype(np.int64).clip(0, side - 1) for i in (0, 1))
    return np.asarray(plain * sample[y, x]) if factor is not None else np.asarray(sample[y, x])


def _turned(corners: Array) -> Array:
    """As the camera sees them: x right, y up, z towards it."""
    cy, sy, cp, sp = math.cos(_YAW), math.sin(_YAW), math.cos(_PITCH), math.sin(_PITCH)
    yaw = np.array([[cy, 0, sy], [0, 1, 0], [-sy, 0, cy]])
    pitch = np.array([[1, 0, 0], [0, cp, -sp], [0, sp, cp]])
    return np.asarray(corners @ (pitch @ yaw).T)


def _area(corners: Array) -> Array:
    a, b = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    return np.asarray(np.abs(a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]))


def _fitted(corners: Array) -> tuple[Array, Array]:
    """Places in pixels (m·3, 2), y down, and nearness 0–1."""
    points = corners.reshape(-1, 3)
    low, high = points.min(0), points.max(0)
    scale = 0.86 * SIDE / max(float((high - low)[:2].max()), 1e-12)
    centred = (points - (low + high) / 2) * scale
    xy = np.stack([centred[:, 0] + SIDE / 2, SIDE / 2 - centred[:, 1]], 1)
    near = 0.05 + 0.9 * (points[:, 2] - low[2]) / max(float(high[2] - low[2]), 1e-12)
    return xy, near


def _picture(places: tuple[Array, Array], corners: Array, colours: Array) -> Image.Image:
    xy, near = places
    faces = np.arange(len(xy)).reshape(-1, 3)
    hits = rasterise(xy, near, faces, SIDE, SIDE)
    normal = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    length = np.maximum(np.sqrt((normal**2).sum(1, keepdims=True)), 1e-30)
    normal = normal / length * np.where(normal[:, 2:] < 0, -1, 1)
    light = 0.42 + 0.62 * np.clip(normal @ _LIGHT, 0, 1)
    canvas = np.broadcast_to(_GROUND, (SIDE * SIDE, 3)).copy()
    canvas[hits.pixels] = (colours * light[:, None])[hits.faces]
    pixels = (np.clip(canvas, 0, 1) * 255 + 0.5).astype(np.uint8).reshape(SIDE, SIDE, 3)
    return Image.fromarray(pixels)
