"""Whether a PNG has all its rows: Pillow is content with those that are there (PNG specification, 8 and 10)."""

import struct
import zlib

_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
_SIGNATURE_BYTES, _HEADER_AT, _INTERLACE_AT = 8, 16, 28
# Adam7: first column, first row, columns apart, rows apart.
_PASSES = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
_STEP_BYTES = 1 << 20


def are_all_there(data: bytes) -> bool:
    """Counts them without keeping them; also checks the stream's own checksum. `data` is whole otherwise."""
    expected, found = _expected_bytes(data), 0
    stream = zlib.decompressobj()
    at = _SIGNATURE_BYTES
    while at + 12 <= len(data) and not stream.eof and found <= expected:
        length, kind = struct.unpack_from(">I4s", data, at)
        if kind == b"IDAT":
            found += _inflated(stream, data[at + 8 : at + 8 + length], expected - found)
        at += 12 + length
    return stream.eof and found >= expected


def _inflated(stream: "zlib._Decompress", part: bytes, left: int) -> int:
    """How many bytes it gives, not much further than `left`."""
    count = 0
    while part and count <= left:
        count += len(stream.decompress(part, _STEP_BYTES))
        part = stream.unconsumed_tail
    return count


def _expected_bytes(data: bytes) -> int:
    width, height, depth, colour = struct.unpack_from(">IIBB", data, _HEADER_AT)
    bits = depth * _CHANNELS.get(colour, 4)
    if not data[_INTERLACE_AT]:
        return _rows_bytes(width, height, bits)
    return sum(_rows_bytes(-(-(width - x) // across), -(-(height - y) // down), bits) for x, y, across, down in _PASSES)


def _rows_bytes(width: int, height: int, bits: int) -> int:
    return height * (1 + (width * bits + 7) // 8) if width > 0 and height > 0 else 0
