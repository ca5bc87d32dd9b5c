"""Pictures that are more, or less, than they say."""

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator

from PIL import Image

from tests.hostile import good
from tests.hostile.cases import Case

PNG = b"\x89PNG\r\n\x1a\n"
SCRIPT = b"<script>alert(1)</script>"


def cases() -> Iterator[Case]:
    for name, data in {**_pngs(), **_others()}.items():
        yield Case(name, "IMAGE_2D", data)
    for name, data in _moving().items():
        yield Case(name, "ANIMATION", data)
    # A second file behind the end, or in a remark: accepted only if it is gone from what is kept.
    for format_ in ("PNG", "JPEG", "WEBP"):
        for what, tail in {"zip": _zip(), "script": SCRIPT, "png": good.picture("PNG")}.items():
            yield Case(f"{format_} and {what}", "IMAGE_2D", good.picture(format_) + tail, never=False)
    # Decoders know the usual tables.
    bare = good.picture("JPEG").replace(b"\xff\xc4", b"\xff\xfe")
    yield Case("jpeg without tables", "IMAGE_2D", bare, never=False)
    yield Case("script in a PNG's text", "IMAGE_2D", _with_chunk(b"tEXt", b"Comment\0" + SCRIPT), never=False)
    yield Case("script in a JPEG's remark", "IMAGE_2D", _jpeg_remark(), never=False)


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def _ihdr(width: int, height: int, depth: int = 8, colour: int = 2) -> bytes:
    return chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0))


def _png(*chunks: bytes) -> bytes:
    return PNG + b"".join(chunks) + chunk(b"IEND", b"")


def _with_chunk(kind: bytes, body: bytes) -> bytes:
    whole = good.picture("PNG")
    return whole[:33] + chunk(kind, body) + whole[33:]


def _pngs() -> dict[str, bytes]:
    bomb = zlib.compress(bytes(200_000_000), 9)
    whole = good.picture("PNG")
    return {
        "png of 10 gigapixels": _png(_ihdr(100_000, 100_000), chunk(b"IDAT", zlib.compress(b"\0" * 100))),
        "png of 400 megapixels, really": _png(
            _ihdr(20_000, 20_000, 1, 0), chunk(b"IDAT", zlib.compress(b"\0" * 2501 * 20_000, 9))
        ),
        "png without pixels": _png(_ihdr(64, 64)),
        "png of no size": _png(_ihdr(0, 0), chunk(b"IDAT", zlib.compress(b"\0"))),
        "png with few rows": _png(_ihdr(64, 64), chunk(b"IDAT", zlib.compress(b"\0" * 193 * 10))),
        "png with garbage for pixels": _png(_ihdr(64, 64), chunk(b"IDAT", b"garbage" * 100)),
        "png with a wrong checksum": whole[:40] + bytes([whole[40] ^ 1]) + whole[41:],
        "png of an unknown depth": _png(_ihdr(64, 64, 77), chunk(b"IDAT", zlib.compress(bytes(64 * 193)))),
        "png without its end": whole[:-12],
        "png, only its signature": PNG,
        "png with a text bomb": _with_chunk(b"zTXt", b"Comment\0\0" + bomb),
        "png with an international text bomb": _with_chunk(b"iTXt", b"Comment\0\1\0\0\0" + bomb),
        "png with a profile bomb": _with_chunk(b"iCCP", b"icc\0\0" + bomb),
        "png with a chunk longer than the file": _with_chunk(b"tEXt", b"x").replace(
            b"\0\0\0\1tEXt", b"\x7f\xff\xff\xfftEXt"
        ),
        "png that moves": _apng(),
    }


def _others() -> dict[str, bytes]:
    jpeg, webp = good.picture("JPEG"), good.picture("WEBP")
    frame = jpeg.index(b"\xff\xc0")
    return {
        "jpeg of 65535 a side": jpeg[: frame + 5] + b"\xff\xff\xff\xff" + jpeg[frame + 9 :],
        "jpeg without its end": jpeg[:-2],
        "jpeg cut short, with an end": jpeg[: len(jpeg) * 9 // 10] + b"\xff\xd9",
        "jpeg with few rows": jpeg[: frame + 5] + b"\x01\x80" + jpeg[frame + 7 :],
        "jpeg, only its start": b"\xff\xd8\xff\xe0",
        "jpeg of segments without end": b"\xff\xd8" + b"\xff\xe1\x00\x02" * 50_000,
        "webp of 16384 a side": b"RIFF\x20\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0\xff\x3f\0\xff\x3f\0" + b"ALPH\0\0",
        "webp, longer than it is": webp[:4] + struct.pack("<I", len(webp) + 1000) + webp[8:],
        "webp without pictures": b"RIFF\x04\0\0\0WEBP",
        "webp that moves": good.moving("WEBP"),
        "tiff called png": _tiff(),
        "svg": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    }


def _moving() -> dict[str, bytes]:
    gif = good.moving("GIF")
    return {
        "gif of 65535 a side": gif[:6] + b"\xff\xff\xff\xff" + gif[10:],
        "gif of 10,000 frames": _many_frames(gif, 10_000),
        "gif of one frame": good.picture("GIF"),
        "webp that stands still": good.picture("WEBP"),
        "gif, only its start": gif[:13],
        "gif of blocks without end": gif[:-1] + b"\x21\xfe" + b"\x01a" * 50_000,
    }


def _many_frames(gif: bytes, count: int) -> bytes:
    frame = b"\x21\xf9\x04\0\x01\0\0\0\x2c\0\0\0\0\x01\0\x01\0\0\x02\x02\x44\x01\0"
    return gif[:-1] + frame * count + b"\x3b"


def _apng() -> bytes:
    out = io.BytesIO()
    frames = [Image.new("RGB", (16, 16), colour) for colour in ("red", "blue", "green")]
    frames[0].save(out, "PNG", save_all=True, append_images=frames[1:])
    return out.getvalue()


def _tiff() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (16, 16), "red").save(out, "TIFF")
    return out.getvalue()


def _zip() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(zipfile.ZipInfo("a.html"), SCRIPT)  # without the time of now
    return out.getvalue()


def _jpeg_remark() -> bytes:
    jpeg = good.picture("JPEG")
    return jpeg[:2] + b"\xff\xfe" + struct.pack(">H", len(SCRIPT) + 2) + SCRIPT + jpeg[2:]
