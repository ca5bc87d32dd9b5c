"""What FFmpeg's demuxers pass over and players do not: a film must hold its own data and name its own kind."""

import re
import struct
from collections.abc import Iterator

# The boxes in which data references lie (ISO/IEC 14496-12, 8.7.2).
_WAY = (b"moov", b"trak", b"mdia", b"minf", b"dinf", b"dref")
_HERE = 1  # the flag of an entry whose data is in the same file
_ENTRIES_AT = 8
_WEBM = re.compile(rb"\x42\x82(?:\x84|\x40\x04|\x20\x00\x04|\x10\x00\x00\x04|\x01\x00{6}\x04)webm")
_HEAD_BYTES = 128


def is_self_contained(data: bytes) -> bool:
    """Whether all tracks of an MP4 have their data in it."""
    return all(_is_here(dref) for dref in _found(data, _WAY))


def is_webm(data: bytes) -> bool:
    """Whether a Matroska file says that it is WebM."""
    return _WEBM.search(data[:_HEAD_BYTES]) is not None


def _is_here(dref: bytes) -> bool:
    entries = list(_boxes(dref[_ENTRIES_AT:]))
    return bool(entries) and all(len(body) >= 4 and body[3] & _HERE for _, body in entries)  # noqa: PLR2004


def _found(data: bytes, way: tuple[bytes, ...]) -> Iterator[bytes]:
    for kind, body in _boxes(data):
        if kind == way[0]:
            yield from _found(body, way[1:]) if len(way) > 1 else [body]


def _boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 0
    while at + 8 <= len(data):
        size, kind, header = *struct.unpack_from(">I4s", data, at), 8
        if size == 1 and at + 16 <= len(data):
            size, header = struct.unpack_from(">Q", data, at + 8)[0], 16
        if size < header:
            return
        yield kind, data[at + header : at + size]
        at += size
