"""Whether an artifact is what its type promises: decided by decoding it, not by its name."""

import io
import json
import struct
from collections.abc import Callable
from typing import Any

from PIL import Image

SMALLEST_SIDE = 256
GLB_HEADER_BYTES = 12


class WrongArtifactError(Exception):
    """The bytes decode to something else than promised, or to nothing."""


def verify(kind: str, content: bytes) -> str:
    """Returns what was found, in a few words; raises WrongArtifactError."""
    try:
        return CHECKS[kind](content)
    except (OSError, ValueError, KeyError, TypeError, struct.error) as error:
        raise WrongArtifactError(f"{kind}: {len(content)} bytes do not decode: {error}") from error


def _image(content: bytes) -> str:
    Image.open(io.BytesIO(content)).verify()
    with Image.open(io.BytesIO(content)) as image:
        image.load()
        _require(image.format == "PNG", f"a {image.format} instead of a PNG")
        _require(min(image.size) >= SMALLEST_SIDE, f"only {image.size} pixels")
        return f"PNG {image.width}x{image.height}"


def _model(content: bytes) -> str:
    magic, version, length = struct.unpack_from("<4sII", content)
    _require((magic, version, length) == (b"glTF", 2, len(content)), "a wrong GLB header")
    json_length, chunk = struct.unpack_from("<I4s", content, GLB_HEADER_BYTES)
    _require(chunk == b"JSON", "no JSON chunk first")
    start = GLB_HEADER_BYTES + 8
    document = json.loads(content[start : start + json_length])
    _require(bool(document["meshes"]), "no mesh")
    return f"GLB with {len(document['meshes'])} meshes"


def _animation(content: bytes) -> str:
    with Image.open(io.BytesIO(content)) as image:
        frames = getattr(image, "n_frames", 1)
        _require(image.format == "WEBP", f"a {image.format} instead of a WebP")
        _require(frames > 1, "a single frame")
        for number in range(frames):
            image.seek(number)
            image.load()
        return f"WebP of {frames} frames, {image.width}x{image.height}"


def _template(content: bytes) -> str:
    from ai_studio.providers.local.template.document import validator

    document: dict[str, Any] = json.loads(content)
    for error in validator().iter_errors(document):
        raise ValueError(f"{error.json_path}: {error.message}")
    return f"template of {len(document['layers'])} layers"


def _require(condition: bool, otherwise: str) -> None:  # noqa: FBT001 - reads as an assertion
    if not condition:
        raise ValueError(otherwise)


CHECKS: dict[str, Callable[[bytes], str]] = {
    "IMAGE_2D": _image,
    "MODEL_3D": _model,
    "ANIMATION": _animation,
    "TEMPLATE": _template,
}
