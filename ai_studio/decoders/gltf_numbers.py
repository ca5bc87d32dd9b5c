"""The numbers of a glTF model, all of them read: within their buffer, finite, pointing at vertices that exist."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ai_studio.decoders.bounds import Bad
from ai_studio.decoders.glb import Document
from ai_studio.decoders.gltf_shape import objects, of
from ai_studio.decoders.wire import Limits

_DTYPES = {5120: "<i1", 5121: "<u1", 5122: "<i2", 5123: "<u2", 5125: "<u4", 5126: "<f4"}
_WIDTHS = {"SCALAR": 1, "VEC2": 2, "VEC3": 3, "VEC4": 4, "MAT2": 4, "MAT3": 9, "MAT4": 16}
_INDEX_TYPES = {5121, 5123, 5125}
_NUMBERS_PER_VERTEX = 8  # how many rows all accessors may have together, for each vertex that is allowed
_MOST_BYTES = 2**40
Array = np.ndarray


@dataclass
class Numbers:
    """Accessors as arrays (count, width), each read and checked once."""

    document: Document
    binary: bytes
    limits: Limits
    _known: dict[int, Array] = field(default_factory=dict)

    def check(self) -> None:
        """Read everything. Raises Bad."""
        views = self.document.get("bufferViews", [])
        for view in views:
            self.view_bytes(view)
        rows = 0
        for index in range(len(self.document.get("accessors", []))):
            rows += _number(self.document["accessors"][index], "count")
            if rows > self.limits.vertices * _NUMBERS_PER_VERTEX:
                raise Bad(f"The model has more than {self.limits.vertices:,} vertices.")
            self.array(index)
        for primitive in self.primitives():
            self._check_primitive(primitive)
        self._check_vertices()

    def primitives(self) -> Iterator[dict[str, Any]]:
        for mesh in self.document.get("meshes", []):
            yield from objects(mesh.get("primitives"))

    def view_bytes(self, view: dict[str, Any]) -> memoryview:
        """Raises Bad for what lies outside the buffer, or in another file."""
        buffer = of(self.document, "buffers", view.get("buffer"))
        size = min(_number(buffer, "byteLength"), len(self.binary))
        start, length = _number(view, "byteOffset", 0), _number(view, "byteLength")
        if view.get("buffer") != 0 or start + length > size:
            raise Bad("A part of the model lies outside its data.")
        return memoryview(self.binary)[start : start + length]

    def array(self, index: Any) -> Array:
        """As it is stored, (count, width); zeros where nothing is. Raises Bad."""
        accessor = of(self.document, "accessors", index)
        if index not in self._known:
            found = self._read(accessor)
            if "sparse" in accessor:
                found = self._replaced(found, accessor)
            if found.dtype.kind == "f" and not np.isfinite(found).all():
                raise Bad("A number of the model has no value.")
            self._known[index] = found
        return self._known[index]

    def _read(self, accessor: dict[str, Any]) -> Array:
        kind, width, count = _shape(accessor)
        if "bufferView" not in accessor:
            return np.zeros((count, width), kind)
        view = of(self.document, "bufferViews", accessor["bufferView"])
        stride = _number(view, "byteStride", 0) or kind.itemsize * width
        return _rows(self.view_bytes(view), _number(accessor, "byteOffset", 0), stride, kind, (count, width))

    def _replaced(self, base: Array, accessor: dict[str, Any]) -> Array:
        sparse = accessor["sparse"] if isinstance(accessor["sparse"], dict) else {}
        parts = [part if isinstance(part, dict) else {} for part in (sparse.get("indices"), sparse.get("values"))]
        count = _number(sparse, "count")
        where = self._read({**parts[0], "type": "SCALAR", "count": count})[:, 0]
        what = self._read({**parts[1], "componentType": accessor["componentType"], "type": accessor["type"],
                           "count": count})  # fmt: skip
        if where.dtype.kind != "u" or where.max() >= len(base):
            raise Bad("A sparse part of the model lies outside of it.")
        replaced = base.copy()
        replaced[where] = what
        return replaced

    def _check_primitive(self, primitive: dict[str, Any]) -> None:
        attributes = primitive["attributes"]
        if "POSITION" not in attributes or self.array(attributes["POSITION"]).shape[1] != 3:  # noqa: PLR2004
            raise Bad("A mesh of the model has no places in space.")
        vertices = len(self.array(attributes["POSITION"]))
        targets = [index for target in objects(primitive.get("targets")) for index in target.values()]
        if any(len(self.array(index)) != vertices for index in [*attributes.values(), *targets]):
            raise Bad("A mesh of the model has attributes of different lengths.")
        if "indices" in primitive:
            accessor, indices = of(self.document, "accessors", primitive["indices"]), self.array(primitive["indices"])
            if accessor["componentType"] not in _INDEX_TYPES or indices.shape[1] != 1 or indices.max() >= vertices:
                raise Bad("A mesh of the model points at vertices that it does not have.")

    def _check_vertices(self) -> None:
        total = sum(len(self.array(primitive["attributes"]["POSITION"])) for primitive in self.primitives())
        if total > self.limits.vertices:
            raise Bad(f"The model has more than {self.limits.vertices:,} vertices.")


def _shape(accessor: dict[str, Any]) -> tuple[np.dtype[Any], int, int]:
    component, kind = accessor.get("componentType"), accessor.get("type")
    if type(component) is not int or component not in _DTYPES or not isinstance(kind, str) or kind not in _WIDTHS:
        raise Bad("Numbers of the model are of no known type.")
    count = _number(accessor, "count")
    if count < 1:
        raise Bad("A part of the model is empty.")
    return np.dtype(_DTYPES[component]), _WIDTHS[kind], count


def _rows(data: memoryview, offset: int, stride: int, kind: np.dtype[Any], shape: tuple[int, int]) -> Array:
    count, width = shape
    row = kind.itemsize * width
    if stride < row or stride % kind.itemsize or offset + stride * (count - 1) + row > len(data):
        raise Bad("A part of the model lies outside its data.")
    return np.ndarray(shape, kind, data, offset, (stride, kind.itemsize))


def _number(item: dict[str, Any], name: str, default: int | None = None) -> int:
    said = item.get(name, default)
    if type(said) is not int or not 0 <= said < _MOST_BYTES:
        raise Bad(f"The model's {name} is no number.")
    return said
