"""Models that refer to what is not there, is elsewhere, or never ends."""

import json
import struct
from collections.abc import Callable, Iterator
from typing import Any

from tests.hostile import good
from tests.hostile.cases import Case

Document = dict[str, Any]
Change = Callable[[Document], object]


def cases() -> Iterator[Case]:
    for name, change in _changes().items():
        yield Case(f"glb: {name}", "MODEL_3D", changed(change))
    for name, data in _containers().items():
        yield Case(f"glb: {name}", "MODEL_3D", data)
    for name, change in _motions().items():
        yield Case(f"moving glb: {name}", "ANIMATION", changed(change, good.moving_model()))
    yield Case("glb that stands still", "ANIMATION", good.model())


def changed(change: Change, data: bytes | None = None) -> bytes:
    document, binary = unpacked(data or good.model())
    change(document)
    return packed(json.dumps(document).encode(), binary)


def unpacked(data: bytes) -> tuple[Document, bytes]:
    length = struct.unpack_from("<I", data, 12)[0]
    return json.loads(data[20 : 20 + length]), data[28 + length :]


def packed(text: bytes, binary: bytes) -> bytes:
    text += b" " * (-len(text) % 4)
    size = 28 + len(text) + len(binary)
    return (
        struct.pack("<4sII", b"glTF", 2, size)
        + struct.pack("<I4s", len(text), b"JSON") + text
        + struct.pack("<I4s", len(binary), b"BIN\0") + binary
    )  # fmt: skip


def _set(path: str, value: Any) -> Change:
    """Writes `value` at a path like accessors.0.count."""

    def change(document: Document) -> None:
        *way, last = [int(part) if part.isdigit() else part for part in path.split(".")]
        here: Any = document
        for part in way:
            here = here[part]
        here[last] = value

    return change


def _changes() -> dict[str, Change]:
    numbers = (-1, 2**31, 2**53, 1e308, "3", None, True, [], 0.5)
    huge = {f"count {value!r}": _set("accessors.0.count", value) for value in numbers}
    starts = {f"view from {value!r}": _set("bufferViews.0.byteOffset", value) for value in (-4, 2**31, 2**62, "0")}
    lengths = {f"view of {value!r}": _set("bufferViews.0.byteLength", value) for value in (-1, 2**31, 1.5)}
    uris = ("http://10.0.0.1/a.bin", "file:///etc/passwd", "../../secret.bin", "data:,", "//host/share")
    outside = {f"buffer at {uri}": _set("buffers.0.uri", uri) for uri in uris}
    images = {f"image at {uri}": _set("images", [{"uri": uri}]) for uri in uris}
    return huge | starts | lengths | outside | images | {
        "an address in an extension": _set("extensions.EXT_other", {"source": {"uri": "http://10.0.0.1/"}}),
        "a node that is its own child": _set("nodes.0.children", [0]),
        "nodes in a circle": lambda d: d["nodes"].extend(
            [{"children": [len(d["nodes"]) + 1]}, {"children": [len(d["nodes"])]}]),
        "a node with two parents": lambda d: d["nodes"].extend([{"children": [0]}, {"children": [0]}]),
        "a chain of 20,000 nodes": lambda d: d.update(nodes=[{"children": [n + 1]} for n in range(20_000)] + [{}]),
        "a mesh that is not there": _set("nodes.0.mesh", 99),
        "a material that is not there": _set("meshes.0.primitives.0.material", 10**9),
        "indices that are not there": _set("meshes.0.primitives.0.indices", -1),
        "indices that are places": lambda d: d["meshes"][0]["primitives"][0].update(
            indices=d["meshes"][0]["primitives"][0]["attributes"]["POSITION"]),
        "no places": lambda d: d["meshes"][0]["primitives"][0]["attributes"].pop("POSITION"),
        "a scene that is not there": _set("scene", 7),
        "children that are words": _set("nodes.1.children", "all"),
        "nodes that are no list": _set("nodes", {"0": {}}),
        "a matrix of words": _set("nodes.0.matrix", ["a"] * 16),
        "a matrix without a value": _set("nodes.0.matrix", [float("nan")] * 16),
        "a place too far away": _set("nodes.0.translation", [1e300, 0, 0]),
        "meshes without an end": lambda d: d.update(meshes=d["meshes"] * 100_000),
        "a sparse bomb": _set("accessors.0.sparse", {
            "count": 2**31, "indices": {"bufferView": 0, "componentType": 5125}, "values": {"bufferView": 0}}),
        "zeros without end": lambda d: d["accessors"].append({"componentType": 5126, "type": "MAT4", "count": 2**40}),
        "compressed by what is not read here": _set("extensionsRequired", ["KHR_draco_mesh_compression"]),
        "version 1": _set("asset.version", "1.0"),
        "nothing to see": lambda d: (d.update(nodes=[], scenes=[{"nodes": []}], skins=[])),
        "an unknown type of number": _set("accessors.0.componentType", 5130),
        "a stride of nothing": _set("bufferViews.0.byteStride", 1),
        "a picture that is none": lambda d: d.update(images=[{"bufferView": 0, "mimeType": "image/png"}]),
        "a light that is not there": lambda d: d["extensions"]["KHR_lights_punctual"].pop("lights"),
        "a light of no type": _set("extensions.KHR_lights_punctual.lights.0.type", "moon"),
        "extensions that are none": _set("nodes.0.extensions", [1]),
        "a camera without a lens": _set("cameras.0.perspective", None),
        "a texture that is not there": _set("materials.0.pbrMetallicRoughness.baseColorTexture", {"index": 5}),
    }  # fmt: skip


def _motions() -> dict[str, Change]:
    return {
        "a path to nowhere": _set("animations.0.channels.0.target.path", "sideways"),
        "times that are places": _set("animations.0.samplers.0.input", 0),
        "a sampler that is not there": _set("animations.0.channels.0.sampler", 99),
        "a node that is not there": _set("animations.0.channels.0.target.node", 10**6),
        "channels that are none": _set("animations.0.channels", {"0": 1}),
        "another way between": _set("animations.0.samplers.0.interpolation", "MAGIC"),
    }


def _containers() -> dict[str, bytes]:
    whole = good.model()
    document, binary = unpacked(whole)
    text = json.dumps(document).encode()
    return {
        "version 9": whole[:4] + b"\x09" + whole[5:],
        "longer than it is": whole[:8] + struct.pack("<I", len(whole) + 4) + whole[12:],
        "a chunk longer than the file": whole[:12] + b"\xff\xff\xff\x7f" + whole[16:],
        "the binary first": whole[:16] + b"BIN\0" + whole[20:],
        "only the header": whole[:12],
        "without its binary": struct.pack("<4sII", b"glTF", 2, 20 + len(text)) + struct.pack(
            "<I4s", len(text), b"JSON") + text,
        "JSON 100,000 deep": packed(b'{"asset":' + b"[" * 100_000 + b"]" * 100_000 + b"}", binary),
        "JSON 100 deep": packed(b'{"asset":{"version":"2.0"},"a":' + b"[" * 100 + b"]" * 100 + b"}", binary),
        "JSON of 10 million values": packed(b'{"a":[' + b"0," * 10_000_000 + b"0]}", binary),
        "JSON cut short": packed(text[:-40], binary),
        "not JSON": packed(b"<html></html>", binary),
        "a list": packed(b"[]", binary),
        "half of a character": packed(text.replace(b"mug", b"\xff\xfe"), binary),
    }  # fmt: skip
