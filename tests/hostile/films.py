"""Films that promise more than they hold, or lead elsewhere."""

import random
import struct
from collections.abc import Iterator

from tests.hostile import good
from tests.hostile.cases import Case


def cases() -> Iterator[Case]:
    for name, data in {**_mp4s(), **_webms()}.items():
        yield Case(name, "ANIMATION", data)


def box(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body) + 8) + kind + body


def _mp4s() -> dict[str, bytes]:
    whole = good.film()
    media, start = whole.index(b"mdat"), whole.index(b"moov")
    noise = random.Random(7).randbytes(start - 4 - (media + 4))  # noqa: S311 -- reproducible test data
    return {
        "mp4 of noise": whole[: media + 4] + noise + whole[start - 4 :],
        "mp4 of nothing": whole[: media + 4] + bytes(len(noise)) + whole[start - 4 :],
        "mp4 without its index": whole[: start - 4],
        "mp4, only its index": whole[: media - 4] + whole[start - 4 :],
        "mp4, only its brand": box(b"ftyp", b"isom\0\0\2\0isomiso2"),
        "mp4 with a box of no size": whole + b"\0\0\0\0free",
        "mp4 with a box of one byte": whole + b"\0\0\0\1free",
        "mp4 with a box longer than the file": whole + b"\x7f\xff\xff\xfffree",
        "mp4 with a box of 16 exabytes": whole + b"\0\0\0\1free" + b"\xff" * 8,
        "mp4 of boxes 10,000 deep": box(b"ftyp", b"isom\0\0\2\0") + _nested(10_000),
        "mp4 that lies elsewhere": whole.replace(b"url \0\0\0\1", b"url \0\0\0\0"),
        "mp4 that is a playlist": b"\0\0\0\x18ftypisom#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n",
        "mp4 in a coding that is not read here": good.film("mpeg4"),
        "mp4 of too many frames": good.film(frames=4000),
        "mp4 with a long tail": whole + b"<script>alert(1)</script>" * 10,
    }


def _nested(depth: int) -> bytes:
    body = b""
    for _ in range(depth):
        body = box(b"moov", body)
    return body


def _webms() -> dict[str, bytes]:
    whole = good.film("libvpx-vp9", "webm")
    return {
        "webm, only its head": whole[:60],
        "webm of an unknown document": whole.replace(b"webm", b"evil"),
        "webm with an element of no length": whole[:4] + b"\0" + whole[5:],
        "webm of noise": whole[: len(whole) // 2] + random.Random(8).randbytes(len(whole) // 2),  # noqa: S311 -- reproducible test data
    }
