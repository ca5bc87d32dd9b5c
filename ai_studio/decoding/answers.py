"""What a child said, believed only as far as it fits: it decoded hostile bytes, and may be theirs by now."""

import re
from typing import Any, BinaryIO

from ai_studio.decoders import wire
from ai_studio.decoders.kinds import GIF, GLB, JPEG, JSON, MP4, PNG, WEBM, WEBP, kind_of
from ai_studio.providers.base import MAX_MESSAGE_LENGTH, OutputFile

MAX_FILES = 40
MAX_SIDE = 65_535
MAX_SECONDS = 100_000.0
_KINDS = {kind.media_type: kind for kind in (PNG, JPEG, WEBP, GIF, GLB, MP4, WEBM, JSON)}
_NAME = re.compile(r"[a-z][a-z0-9._-]*")
_FIELDS = {"role", "name", "media_type", "size", "width", "height", "duration_seconds"}
_RESULTS = {
    "IMAGE_2D": {PNG, JPEG, WEBP},
    "MODEL_3D": {GLB},
    "ANIMATION": {MP4, WEBM, WEBP, GIF, GLB},
    "TEMPLATE": {JSON},
}


class NoAnswerError(ValueError):
    """It is not in the form that answers have."""


def read(answer: BinaryIO, *, type: str, max_bytes: int) -> list[OutputFile] | str:  # noqa: A002
    """The files, or a sentence that says what is wrong with them. Raises NoAnswerError."""
    try:
        header = wire.read_header(answer)
        if isinstance(header, dict) and set(header) == {"bad"}:
            return _sentence(header["bad"])
        files = [_file(item, answer, max_bytes) for item in _items(header)]
    except (ValueError, TypeError) as error:
        raise NoAnswerError(str(error)) from error
    if answer.read(1):
        raise NoAnswerError("There is something behind its end.")
    _check_result(files, type)
    return files


def _sentence(said: Any) -> str:
    if not isinstance(said, str) or not 0 < len(said) <= MAX_MESSAGE_LENGTH:
        raise NoAnswerError("No sentence.")
    return said


def _items(header: Any) -> list[Any]:
    items = header.get("files") if isinstance(header, dict) and set(header) == {"files"} else None
    if not isinstance(items, list) or not 0 < len(items) <= MAX_FILES:
        raise NoAnswerError("No list of files.")
    return items


def _file(item: Any, answer: BinaryIO, max_bytes: int) -> OutputFile:
    if not isinstance(item, dict) or set(item) != _FIELDS:
        raise NoAnswerError("Not the facts of a file.")
    data = answer.read(_number(item["size"], int, max_bytes) or 0)
    if not data or len(data) != item["size"]:
        raise NoAnswerError("A file is not as long as it was said to be.")
    role, name, media_type = (_word(item[name]) for name in ("role", "name", "media_type"))
    if not _NAME.fullmatch(name):
        raise NoAnswerError("No name.")
    is_drawing = role == "EXTRA" and media_type == "image/svg+xml"
    if not is_drawing and (media_type not in _KINDS or kind_of(data) is not _KINDS[media_type]):
        raise NoAnswerError(f"{name} is no {media_type}.")
    seconds = _number(item["duration_seconds"], float, MAX_SECONDS)
    width, height = (_number(item[side], int, MAX_SIDE) for side in ("width", "height"))
    return OutputFile(role, name, media_type, data, width, height, seconds)


def _word(said: Any) -> str:
    if not isinstance(said, str):
        raise NoAnswerError("No word.")
    return said


def _number(said: Any, kind: type[float], at_most: float) -> Any:
    if said is not None and (type(said) is not kind or not 0 < said <= at_most):
        raise NoAnswerError("A number is out of its range.")
    return said


def _check_result(files: list[OutputFile], type: str) -> None:  # noqa: A002
    roles = [file.role for file in files]
    if (
        roles.count("RESULT") != 1
        or roles.count("THUMBNAIL") != 1
        or set(roles) - {"RESULT", "THUMBNAIL", "PREVIEW", "EXTRA"}
    ):
        raise NoAnswerError("Not one result and one thumbnail.")
    if len({file.name for file in files}) != len(files):
        raise NoAnswerError("Two files have the same name.")
    result = next(file for file in files if file.role == "RESULT")
    if _KINDS.get(result.media_type) not in _RESULTS[type]:
        raise NoAnswerError("The result is of another type.")
