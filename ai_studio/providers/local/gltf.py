"""Staged things as binary glTF 2.0: one mesh per subject and tessellation, one node per instance."""

# ruff: noqa: PLR2004 -- these numbers are the drawing, naming each would hide it

import struct
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pygltflib as gl

from ai_studio.providers.local import colour
from ai_studio.providers.local.backdrop.places import place
from ai_studio.providers.local.geometry.mesh import Mesh
from ai_studio.providers.local.light import Rig
from ai_studio.providers.local.looks import Look, look
from ai_studio.providers.local.scene import Scene
from ai_studio.providers.local.stage import Camera, Matrix, Thing


class Track(NamedTuple):
    """One animated property of one instance: path "translation" | "rotation" | "scale", values (k, 3 or 4)."""

    thing: int
    path: str
    values: np.ndarray


class _Buffer:
    """Binary data and the accessors that describe it, every view aligned to four bytes."""

    def __init__(self, doc: gl.GLTF2) -> None:
        self.doc, self.data = doc, bytearray()

    def add(self, values: np.ndarray, kind: str, component: int, target: int | None, *, bounds: bool = False) -> int:
        raw = np.ascontiguousarray(values).tobytes()
        view = gl.BufferView(buffer=0, byteOffset=len(self.data), byteLength=len(raw), target=target)
        self.data += raw + b"\0" * (-len(raw) % 4)
        self.doc.bufferViews.append(view)
        flat = values.reshape(len(values), -1)
        limits = {"min": flat.min(0).tolist(), "max": flat.max(0).tolist()} if bounds else {}
        self.doc.accessors.append(
            gl.Accessor(
                bufferView=len(self.doc.bufferViews) - 1,
                componentType=component,
                count=len(values),
                type=kind,
                **limits,
            )
        )
        return len(self.doc.accessors) - 1


def glb(  # noqa: PLR0917 -- a file has this many ingredients
    scene: Scene,
    staged: Sequence[Thing],
    camera: Camera,
    lights: Rig,
    facts: dict[str, Any],
    times: np.ndarray | None = None,
    tracks: Sequence[Track] = (),
) -> bytes:
    """The bytes of a GLB. `times` (k,) seconds are shared by all `tracks`."""
    doc = gl.GLTF2(asset=gl.Asset(version="2.0", generator=f"{facts['model']} {facts['rendererVersion']}"))
    doc.asset.extras = {**facts, "scene": scene.to_dict()}
    buffer = _Buffer(doc)
    meshes = _meshes(doc, buffer, scene, staged)
    tops = _nodes(doc, scene, staged, meshes)
    extras = _camera_and_lights(doc, camera, lights)
    doc.scenes = [gl.Scene(nodes=[*tops, *extras], name=scene.items[0].kind)]
    doc.scene = 0
    if times is not None:
        _animate(doc, buffer, times, tracks, tops)
    return _pack(doc, bytes(buffer.data))


def _meshes(doc: gl.GLTF2, buffer: _Buffer, scene: Scene, staged: Sequence[Thing]) -> dict[tuple[int, bool], int]:
    """Item, and whether its support → mesh index; instances share their mesh."""
    found: dict[tuple[int, bool], int] = {}
    for thing in staged:
        if (thing.item, thing.fixed) in found:
            continue
        primitives = []
        for piece in thing.pieces:
            item = scene.items[thing.item]
            doc.materials.append(_material(doc, look(scene, item, thing.item, piece.role), f"{item.kind} {piece.role}"))
            primitives.append(_primitive(buffer, piece.mesh, len(doc.materials) - 1))
        doc.meshes.append(gl.Mesh(primitives=primitives, name=scene.items[thing.item].kind))
        found[thing.item, thing.fixed] = len(doc.meshes) - 1
    return found


def _primitive(buffer: _Buffer, mesh: Mesh, material: int) -> gl.Primitive:
    small = len(mesh.points) < 65_535
    kind = gl.UNSIGNED_SHORT if small else gl.UNSIGNED_INT
    indices = mesh.faces.ravel().astype(np.uint16 if small else np.uint32)
    length = np.sqrt((mesh.normals.astype(np.float64) ** 2).sum(1, keepdims=True))
    normals = (mesh.normals / np.maximum(length, 1e-9)).astype(np.float32)
    position = buffer.add(mesh.points, gl.VEC3, gl.FLOAT, gl.ARRAY_BUFFER, bounds=True)
    normal = buffer.add(normals, gl.VEC3, gl.FLOAT, gl.ARRAY_BUFFER)
    index = buffer.add(indices, gl.SCALAR, kind, gl.ELEMENT_ARRAY_BUFFER)
    return gl.Primitive(attributes=gl.Attributes(POSITION=position, NORMAL=normal), indices=index, material=material)


def _material(doc: gl.GLTF2, surface: Look, name: str) -> gl.Material:
    base = [round(c, 5) for c in colour.linear(surface.colour)]
    extensions: dict[str, Any] = {}
    if surface.transmission > 0:
        extensions["KHR_materials_transmission"] = {"transmissionFactor": round(surface.transmission, 3)}
        extensions["KHR_materials_ior"] = {"ior": 1.45}
    if surface.coat > 0:
        extensions["KHR_materials_clearcoat"] = {
            "clearcoatFactor": round(surface.coat, 3),
            "clearcoatRoughnessFactor": 0.05,
        }
    if surface.sheen > 0:
        tint = [round(c * surface.sheen, 5) for c in base]
        extensions["KHR_materials_sheen"] = {"sheenColorFactor": tint, "sheenRoughnessFactor": 0.6}
    doc.extensionsUsed = sorted({*doc.extensionsUsed, *extensions})
    return gl.Material(
        name=name,
        pbrMetallicRoughness=gl.PbrMetallicRoughness(
            baseColorFactor=[*base, 1.0],
            metallicFactor=round(surface.metallic, 3),
            roughnessFactor=round(surface.roughness, 3),
        ),
        emissiveFactor=[round(c * surface.emissive, 5) for c in base],
        alphaMode=gl.OPAQUE,
        alphaCutoff=None,
        doubleSided=False,
        extensions=extensions,
    )


def _nodes(doc: gl.GLTF2, scene: Scene, staged: Sequence[Thing], meshes: dict[tuple[int, bool], int]) -> list[int]:
    """Each instance is a node that moves, holding a node that is scaled and leaned about its middle."""
    tops = []
    for i, thing in enumerate(staged):
        inner = gl.Node(mesh=meshes[thing.item, thing.fixed], name=f"{scene.items[thing.item].kind} {i + 1} body")
        pivot = float(thing.scale[1])
        inner.translation, inner.rotation, inner.scale = _resting(thing, pivot)
        doc.nodes.append(inner)
        x, y, z = thing.place
        top = gl.Node(
            children=[len(doc.nodes) - 1], name=f"{scene.items[thing.item].kind} {i + 1}", translation=[x, y + pivot, z]
        )
        doc.nodes.append(top)
        tops.append(len(doc.nodes) - 1)
    return tops


def _resting(thing: Thing, pivot: float) -> tuple[list[float], list[float], list[float]]:
    m = thing.matrix()
    m[:3, 3] -= [thing.place[0], thing.place[1] + pivot, thing.place[2]]
    rotation = m[:3, :3] / np.array(thing.scale)[None, :]
    return m[:3, 3].tolist(), quaternion(rotation).tolist(), list(thing.scale)


def quaternion(m: Matrix) -> np.ndarray:
    """Rotation matrix (3, 3) → unit quaternion (x, y, z, w) (Shepperd's method)."""
    trace = m[0, 0] + m[1, 1] + m[2, 2]
    options = np.array([m[0, 0], m[1, 1], m[2, 2], trace])
    i = int(options.argmax())
    if i == 3:
        q = np.array([m[2, 1] - m[1, 2], m[0, 2] - m[2, 0], m[1, 0] - m[0, 1], 1 + trace])
    else:
        j, k = (i + 1) % 3, (i + 2) % 3
        q = np.zeros(4)
        q[i], q[j], q[k] = 1 + m[i, i] - m[j, j] - m[k, k], m[i, j] + m[j, i], m[k, i] + m[i, k]
        q[3] = m[k, j] - m[j, k]
    return np.asarray(q / np.sqrt((q * q).sum()))


def _camera_and_lights(doc: gl.GLTF2, camera: Camera, lights: Rig) -> list[int]:
    """The shot's camera and its key, fill and rim light, so that a viewer shows what the picture shows."""
    far = 100.0
    doc.cameras.append(
        gl.Camera(
            type="perspective",
            perspective=gl.Perspective(yfov=float(2 * np.arctan(1 / camera.focal)), znear=0.05, zfar=far),
        )
    )
    doc.nodes.append(
        gl.Node(name="camera", camera=0, translation=list(camera.eye), rotation=quaternion(camera.axes().T).tolist())
    )
    found = [len(doc.nodes) - 1]
    sources = [("key", lights.key, lights.key_light), ("rim", lights.boxes[2].towards, lights.boxes[2].light),
               ("fill", lights.boxes[1].towards, lights.boxes[1].light)]  # fmt: skip
    doc.extensions["KHR_lights_punctual"] = {"lights": [_light(name, power) for name, _, power in sources]}
    doc.extensionsUsed = sorted({*doc.extensionsUsed, "KHR_lights_punctual"})
    for i, (name, towards, _) in enumerate(sources):
        node = gl.Node(name=f"{name} light", rotation=_aim(towards).tolist())
        node.extensions = {"KHR_lights_punctual": {"light": i}}
        doc.nodes.append(node)
        found.append(len(doc.nodes) - 1)
    return found


def _light(name: str, power: tuple[float, float, float]) -> dict[str, Any]:
    level = max(power)
    return {
        "name": name,
        "type": "directional",
        "color": [round(c / level, 5) for c in power],
        "intensity": round(level * 1.6, 4),
    }


def _aim(towards: tuple[float, float, float]) -> np.ndarray:
    """glTF lights shine along −z: turn +z towards where the light comes from."""
    eye = (towards[0] * 10, towards[1] * 10, towards[2] * 10 + 1e-6)
    return quaternion(Camera(eye, (0.0, 0.0, 0.0), 1.0).axes().T)


def _animate(doc: gl.GLTF2, buffer: _Buffer, times: np.ndarray, tracks: Sequence[Track], tops: list[int]) -> None:
    clock = buffer.add(times.astype(np.float32), gl.SCALAR, gl.FLOAT, None, bounds=True)
    animation = gl.Animation(name="motion", samplers=[], channels=[])
    for track in tracks:
        kind = gl.VEC4 if track.path == "rotation" else gl.VEC3
        output = buffer.add(track.values.astype(np.float32), kind, gl.FLOAT, None)
        animation.samplers.append(gl.AnimationSampler(input=clock, output=output, interpolation="LINEAR"))
        target = gl.AnimationChannelTarget(node=tops[track.thing], path=track.path)
        animation.channels.append(gl.AnimationChannel(sampler=len(animation.samplers) - 1, target=target))
    doc.animations = [animation]


def _pack(doc: gl.GLTF2, data: bytes) -> bytes:
    """GLB container (glTF 2.0 §4.4): header, JSON chunk padded with spaces, binary chunk padded with zeros."""
    doc.buffers = [gl.Buffer(byteLength=len(data))]
    text = doc.gltf_to_json(separators=(",", ":"), indent=None).encode()
    text += b" " * (-len(text) % 4)
    data += b"\0" * (-len(data) % 4)
    head = struct.pack("<4sII", b"glTF", 2, 12 + 8 + len(text) + 8 + len(data))
    return head + struct.pack("<I4s", len(text), b"JSON") + text + struct.pack("<I4s", len(data), b"BIN\0") + data


def floor_colour(scene: Scene) -> str:
    return place(scene).floor
