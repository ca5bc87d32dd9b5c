"""Anchors in the OpenAPI document. What they must be is checked by collaboration/threads/anchors.py, path by path."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from collaboration.threads import anchors

_FRACTION = {"type": "number", "minimum": 0, "maximum": 1}
_FRAME = {"type": "integer", "minimum": 0, "maximum": anchors.MAX_FRAME}
_PLACE = {
    "type": "array",
    "minItems": 3,
    "maxItems": 3,
    "items": {"type": "number", "minimum": -anchors.MAX_COORDINATE, "maximum": anchors.MAX_COORDINATE},
}
_POINT = {"type": "array", "minItems": 2, "maxItems": 2, "items": _FRACTION}
_PATH = {"type": "array", "minItems": 1, "maxItems": anchors.MAX_PATH, "items": _POINT}
_AREA = {**dict.fromkeys("xywh", _FRACTION), "path": _PATH}


def _object(required: list[str], **properties: Any) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": False, "required": required, "properties": properties}


def _kind(name: str, required: list[str], **properties: Any) -> dict[str, Any]:
    return _object(["kind", *required], kind={"type": "string", "enum": [name]}, **properties)


_CAMERA = _object(
    ["position", "target", "fov"],
    position=_PLACE,
    target=_PLACE,
    fov={"type": "number", "maximum": anchors.MAX_FOV, "description": "Degrees, greater than 0."},
)
_NODE = {"oneOf": [{"type": "string", "maxLength": anchors.MAX_NODE_NAME}, {"type": "integer", "minimum": 0}]}
SCHEMA = {
    "description": "Where: nowhere in particular; a region, in fractions of the picture; frames, both included; a "
    f"point on a model, seen by a camera. At most {anchors.MAX_BYTES:,} bytes.",
    "oneOf": [
        _kind("none", []),
        _kind("region", ["x", "y", "w", "h"], **_AREA),
        _kind(
            "time",
            ["start", "end", "fps"],
            start=_FRAME,
            end=_FRAME,
            fps={"type": "string", "example": "24000/1001"},
            region=_object(["x", "y", "w", "h"], **_AREA),
        ),
        _kind("point3d", ["position", "normal", "camera"], position=_PLACE, normal=_PLACE, camera=_CAMERA, node=_NODE),
    ],
}


@extend_schema_field(SCHEMA)
class AnchorField(serializers.Field[Any, Any, Any, Any]):
    def to_internal_value(self, data: Any) -> Any:
        return anchors.parsed(data, self.field_name or "anchor")

    def to_representation(self, value: Any) -> Any:
        return value
