"""Marks read out of files of anybody.

XMP is made to be found without understanding the file around it, and so are the facts in JSON (GLB, templates, SVG):
one search over the bytes, bounded by their length, unpacking nothing. A mark says what its writer wanted it to say:
it can be copied into another file, and many programs drop it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from typing import BinaryIO

_CHUNK_BYTES = 1 << 20
_NEAR_BYTES = 4096  # a mark's facts stand together
_PROMPT = re.compile(rb'(?:atelier:promptSha256=|"promptSha256"\s{0,8}:\s{0,8})"([0-9a-f]{64})"')


@dataclass(frozen=True)
class Mark:
    """What a file says of itself; empty where it says nothing."""

    prompt_sha256: str
    provider: str
    model: str
    digital_source_type: str


def find(file: BinaryIO) -> Mark | None:
    """The first mark in the file, from its beginning; None when it has none."""
    file.seek(0)
    cut = None
    for window in _windows(file):
        if found := _PROMPT.search(window):
            cut = _mark(window, found)
            if found.end() + _NEAR_BYTES <= len(window):
                return cut
    return cut  # by nothing but the end of the file


def _mark(window: bytes, found: re.Match[bytes]) -> Mark:
    around = window[max(0, found.start() - _NEAR_BYTES) : found.end() + _NEAR_BYTES]
    value = _xml if found[0].startswith(b"atelier") else _json
    return Mark(
        found[1].decode(),
        provider=value(around, "provider"),
        model=value(around, "model"),
        digital_source_type=value(around, "digitalSourceType"),
    )


def _windows(file: BinaryIO) -> Iterator[bytes]:
    """Parts that overlap, so that no mark is cut in all of them."""
    tail = b""
    while chunk := file.read(_CHUNK_BYTES):
        yield tail + chunk
        tail = (tail + chunk)[-3 * _NEAR_BYTES :]


def _xml(around: bytes, name: str) -> str:
    prefix = rb"Iptc4xmpExt:DigitalSourceType" if name == "digitalSourceType" else b"atelier:" + name.encode()
    return unescape(_said(around, prefix + rb'="([^"<>]{0,200})"'))


def _json(around: bytes, name: str) -> str:
    return _said(around, rb'"' + name.encode() + rb'"\s{0,8}:\s{0,8}"([^"\\]{0,200})"')


def _said(around: bytes, pattern: bytes) -> str:
    found = re.search(pattern, around)
    return found[1].decode(errors="replace").replace("\0", "") if found else ""
