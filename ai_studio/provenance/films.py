"""An XMP packet in a film, at its end: offsets to its pictures stay what they were.

Each function takes a whole film that was decoded before, and raises ValueError where its parts do not fit together.
"""

import struct
from collections.abc import Iterator

# XMP Specification 3, MPEG-4: a uuid box on the top level.
_XMP_UUID = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
_BOX_HEADER, _WIDE_HEADER = 8, 16
_EBML, _SEGMENT = 0x1A45DFA3, 0x18538067
_UNKNOWN_SIZES = {(1 << 7 * length) - 1 for length in range(1, 9)}


def mp4(data: bytes, xmp: bytes) -> bytes:
    """ISO base media: each box says its length, the last may go on to the end of the file."""
    kept = b"".join(_boxes(data))
    return kept + struct.pack(">I4s", 24 + len(xmp), b"uuid") + _XMP_UUID + xmp


def _boxes(data: bytes) -> Iterator[bytes]:
    """Top-level boxes in their order. Former XMP is emptied, not removed: what follows keeps its place."""
    at = 0
    while at < len(data):
        header, size, kind = _BOX_HEADER, *_box_header(data, at)
        if size == 1:
            header = _WIDE_HEADER
            size = struct.unpack_from(">Q", data, at + 8)[0] if at + header <= len(data) else 0
        elif size == 0:
            raise ValueError("The last box of the MP4 does not say where it ends.")
        if size < header or at + size > len(data):
            raise ValueError("A box of the MP4 is longer than the file.")
        box = data[at : at + size]
        yield _emptied(box) if kind == b"uuid" and box[8:24] == _XMP_UUID else box
        at += size


def _box_header(data: bytes, at: int) -> tuple[int, bytes]:
    if at + _BOX_HEADER > len(data):
        raise ValueError("There is something behind the end of the MP4.")
    size, kind = struct.unpack_from(">I4s", data, at)
    return size, kind


def _emptied(box: bytes) -> bytes:
    return box[:4] + b"free" + bytes(len(box) - _BOX_HEADER)


def webm(data: bytes, xmp: bytes) -> bytes:
    """Matroska (RFC 9559): a Tags element as the segment's last. Positions count from the segment's beginning."""
    name, size, at = _element(data, 0)
    head_end = at + size
    if name != _EBML:
        raise ValueError("The WebM has no beginning.")
    name, size, start = _element(data, head_end)
    if name != _SEGMENT:
        raise ValueError("The WebM has no segment.")
    end = len(data) if size in _UNKNOWN_SIZES else start + size
    if end > len(data):
        raise ValueError("The WebM has no end.")
    body = data[start:end] + _tags(xmp)
    return data[:head_end] + _packed(_SEGMENT, body, wide=True)


def _element(data: bytes, at: int) -> tuple[int, int, int]:
    """Name, size, and where the content begins."""
    name, at = _number(data, at, keep_marker=True)
    size, at = _number(data, at, keep_marker=False)
    return name, size, at


def _number(data: bytes, at: int, *, keep_marker: bool) -> tuple[int, int]:
    if at >= len(data) or data[at] == 0:
        raise ValueError("An element of the WebM has no length.")
    length = 9 - data[at].bit_length()
    if at + length > len(data):
        raise ValueError("The WebM has no end.")
    value = int.from_bytes(data[at : at + length], "big")
    return value if keep_marker else value & (1 << 7 * length) - 1, at + length


def _tags(xmp: bytes) -> bytes:
    text = _packed(0x45A3, b"XMP") + _packed(0x4487, xmp)
    return _packed(0x1254C367, _packed(0x7373, _packed(0x63C0, b"") + _packed(0x67C8, text)))


def _packed(name: int, body: bytes, *, wide: bool = False) -> bytes:
    length = 8 if wide else 4
    head = name.to_bytes((name.bit_length() + 7) // 8, "big")
    return head + ((1 << 7 * length) | len(body)).to_bytes(length, "big") + body
