"""The container of binary glTF 2.0 (section 4.4): a JSON chunk and one chunk of numbers, nothing outside the file."""

import json
import struct
from typing import Any

from ai_studio.decoders import strict_json
from ai_studio.decoders.bounds import Bad

_HEADER, _CHUNK = struct.Struct("<4sII"), struct.Struct("<I4s")
Document = dict[str, Any]


def read(data: bytes) -> tuple[Document, bytes]:
    """The document and its numbers. Raises Bad. Chunks of other kinds, and what lies behind the end, are left out."""
    if len(data) < _HEADER.size + _CHUNK.size:
        raise Bad("The GLB is cut short.")
    _, version, length = _HEADER.unpack_from(data)
    if version != 2:  # noqa: PLR2004
        raise Bad(f"The GLB is of version {version}, not 2.")
    if length > len(data):
        raise Bad("The GLB is cut short.")
    text, at = _chunk(data, _HEADER.size, length, b"JSON")
    binary = _chunk(data, at, length, b"BIN\0")[0] if at + _CHUNK.size <= length else b""
    return _document(text), binary


def write(document: Document, binary: bytes) -> bytes:
    text = json.dumps(document, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()
    text += b" " * (-len(text) % 4)
    binary += b"\0" * (-len(binary) % 4)
    body = _CHUNK.pack(len(text), b"JSON") + text
    if binary:
        body += _CHUNK.pack(len(binary), b"BIN\0") + binary
    return _HEADER.pack(b"glTF", 2, _HEADER.size + len(body)) + body


def _chunk(data: bytes, at: int, end: int, kind: bytes) -> tuple[bytes, int]:
    length, found = _CHUNK.unpack_from(data, at)
    start = at + _CHUNK.size
    if found != kind or start + length > end:
        raise Bad("The GLB's chunks do not fit into it.")
    return data[start : start + length], start + length


def _document(text: bytes) -> Document:
    document = strict_json.parse(text)
    if not isinstance(document, dict) or not isinstance(document.get("asset"), dict):
        raise Bad("The GLB's JSON is no glTF.")
    if document["asset"].get("version") != "2.0":
        raise Bad("The GLB is not glTF 2.0.")
    return document
