"""An XMP packet in a picture, without touching its pixels.

What a picture does not need is left behind on the way: other texts (they may repeat a prompt), former XMP, content
credentials that the change would break, and whatever lies behind its end, where a second file may hide.
Each function takes a whole picture that was decoded before, and raises ValueError where its parts do not fit together.
"""

import struct
import zlib
from collections.abc import Iterator

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_PNG_KEPT = frozenset(b"IHDR PLTE tRNS gAMA cHRM sRGB cICP iCCP sBIT pHYs bKGD IDAT IEND".split())
_JPEG_XMP = b"http://ns.adobe.com/xap/1.0/\0"
_JPEG_END, _JPEG_SCAN = 0xD9, 0xDA
_JPEG_APPS = {0xE0: b"", 0xE1: b"Exif\0", 0xE2: b"ICC_PROFILE\0", 0xEE: b"Adobe"}  # kept, if they begin so
_JPEG_COMMENT, _JPEG_FILL = 0xFE, 0xFF
_JPEG_ALL_APPS = range(0xE0, 0xF0)
_IN_SCAN = frozenset({0x00, 0xFF, *range(0xD0, 0xD8)})  # what may follow 0xFF within the coded data
_MAX_SEGMENT = 0xFFFF - 2
_GIF_END, _GIF_EXTENSION, _GIF_PICTURE = 0x3B, 0x21, 0x2C
_WEBP_XMP, _WEBP_ALPHA, _WEBP_ICC, _WEBP_EXIF = 0x04, 0x10, 0x20, 0x08
_WEBP_KEPT = frozenset((b"VP8X", b"ICCP", b"ANIM", b"ANMF", b"ALPH", b"VP8 ", b"VP8L"))
# XMP Specification 3, GIF: readers that skip sub-blocks must find their way out of the raw packet.
_GIF_TRAILER = bytes([1, *range(0xFF, -1, -1), 0])


def png(data: bytes, xmp: bytes) -> bytes:
    """In the iTXt chunk that the XMP specification names."""
    text = b"XML:com.adobe.xmp\0\0\0\0\0" + xmp
    parts = [PNG_SIGNATURE]
    for kind, chunk in _png_chunks(data):
        parts.append(chunk)
        if kind == b"IHDR":
            parts.append(_png_chunk(b"iTXt", text))
    return b"".join(parts)


def _png_chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = len(PNG_SIGNATURE)
    while at + 12 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        if at + 12 + length > len(data):
            break
        if kind in _PNG_KEPT:
            yield kind, data[at : at + 12 + length]
        if kind == b"IEND":
            return
        at += 12 + length
    raise ValueError("The PNG has no end.")


def _png_chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def jpeg(data: bytes, xmp: bytes) -> bytes:
    """In an APP1 segment behind the start."""
    segment = _JPEG_XMP + xmp
    if len(segment) > _MAX_SEGMENT:
        raise ValueError("The packet does not fit into a segment.")
    kept = [part for marker, part in _jpeg_parts(data) if _jpeg_needs(marker, part)]
    first = 1 if kept and kept[0][1:2] == b"\xe0" else 0  # JFIF wants to be the first
    kept.insert(first, b"\xff\xe1" + struct.pack(">H", len(segment) + 2) + segment)
    return b"\xff\xd8" + b"".join(kept)


def _jpeg_needs(marker: int, part: bytes) -> bool:
    if marker in _JPEG_APPS:
        return part[4:].startswith(_JPEG_APPS[marker])
    return marker != _JPEG_COMMENT and marker not in _JPEG_ALL_APPS


def _jpeg_parts(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Segments, each scan with its coded data, up to the end of the picture."""
    at = 2
    while at + 4 <= len(data) or data[at : at + 2] == b"\xff\xd9":
        marker = data[at + 1]
        if data[at] != _JPEG_FILL:
            break
        if marker == _JPEG_END:
            yield marker, data[at : at + 2]
            return
        if marker == _JPEG_FILL:
            at += 1
            continue
        end = at + 2 + struct.unpack_from(">H", data, at + 2)[0]
        end = _end_of_scan(data, end) if marker == _JPEG_SCAN else end
        yield marker, data[at:end]
        at = end
    raise ValueError("The JPEG has no end.")


def _end_of_scan(data: bytes, at: int) -> int:
    while (at := data.find(b"\xff", at)) >= 0:
        if data[at + 1 : at + 2] and data[at + 1] not in _IN_SCAN:
            return at
        at += 1 if data[at + 1 : at + 2] == b"\xff" else 2
    raise ValueError("The JPEG has no end.")


def webp(data: bytes, xmp: bytes, *, width: int, height: int, has_alpha: bool) -> bytes:
    """In an XMP chunk at the end, announced in VP8X, which plain files get."""
    chunks = [(kind, body) for kind, body in _riff_chunks(data) if kind in _WEBP_KEPT]
    if not chunks:
        raise ValueError("The WebP is empty.")
    if chunks[0][0] == b"VP8X":
        flags = (chunks[0][1][0] | _WEBP_XMP) & ~_WEBP_EXIF
        chunks[0] = (b"VP8X", bytes([flags]) + chunks[0][1][1:])
    else:
        size = struct.pack("<I", width - 1)[:3] + struct.pack("<I", height - 1)[:3]
        chunks.insert(0, (b"VP8X", bytes([_WEBP_XMP | (_WEBP_ALPHA if has_alpha else 0), 0, 0, 0]) + size))
    chunks.append((b"XMP ", xmp))
    body = b"".join(kind + struct.pack("<I", len(part)) + part + b"\0" * (len(part) % 2) for kind, part in chunks)
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body


def _riff_chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at, end = 12, 8 + struct.unpack_from("<I", data, 4)[0]
    if end > len(data):
        raise ValueError("The WebP has no end.")
    while at + 8 <= end:
        kind, length = struct.unpack_from("<4sI", data, at)
        if at + 8 + length > end:
            raise ValueError("A part of the WebP is longer than the file.")
        yield kind, data[at + 8 : at + 8 + length]
        at += 8 + length + length % 2


def gif(data: bytes, xmp: bytes) -> bytes:
    """In an application extension behind the first colours."""
    flags = data[10]
    at = 13 + (3 << (flags & 7) + 1 if flags & 0x80 else 0)
    body = data[at : _end_of_gif(data, at)]
    return b"GIF89a" + data[6:at] + b"\x21\xff\x0bXMP DataXMP" + xmp + _GIF_TRAILER + body


def _end_of_gif(data: bytes, at: int) -> int:
    while at < len(data):
        if data[at] == _GIF_END:
            return at + 1
        if data[at] == _GIF_EXTENSION:
            at = _end_of_blocks(data, at + 2)
        elif data[at] == _GIF_PICTURE and at + 10 < len(data):
            flags = data[at + 9]
            at = _end_of_blocks(data, at + 11 + (3 << (flags & 7) + 1 if flags & 0x80 else 0))
        else:
            break
    raise ValueError("The GIF has no end.")


def _end_of_blocks(data: bytes, at: int) -> int:
    while at < len(data):
        if data[at] == 0:
            return at + 1
        at += 1 + data[at]
    raise ValueError("The GIF has no end.")
