"""Damage that needs no understanding of the file: cut short, bits flipped, parts filled, moved or doubled."""

import random
from collections.abc import Iterator

from tests.hostile import good
from tests.hostile.cases import ALL_TYPES, Case

CUTS, FLIPS, PATCHES = 6, 8, 3


def bases() -> dict[str, tuple[str, bytes]]:
    return {
        "png": ("IMAGE_2D", good.picture("PNG")),
        "png with alpha": ("IMAGE_2D", good.picture("PNG", mode="RGBA")),
        "jpeg": ("IMAGE_2D", good.picture("JPEG")),
        "webp": ("IMAGE_2D", good.picture("WEBP")),
        "moving webp": ("ANIMATION", good.moving("WEBP")),
        "gif": ("ANIMATION", good.moving("GIF")),
        "mp4": ("ANIMATION", good.film()),
        "mp4 in fragments": ("ANIMATION", good.film(movflags="frag_keyframe+empty_moov")),
        "webm": ("ANIMATION", good.film("libvpx-vp9", "webm")),
        "glb": ("MODEL_3D", good.model()),
        "moving glb": ("ANIMATION", good.moving_model()),
        "json": ("TEMPLATE", good.template()),
    }


def cases(seed: int) -> Iterator[Case]:
    for name, (type_, data) in bases().items():
        dice = random.Random(f"{seed} {name}")  # noqa: S311 -- reproducible test data
        for kind, made, never in (
            *(("cut", _cut(data, dice), True) for _ in range(CUTS)),
            *(("flipped", _flipped(data, dice), False) for _ in range(FLIPS)),
            *(("patched", _patched(data, dice), False) for _ in range(PATCHES)),
            ("emptied", data[:16] + bytes(len(data) - 16), True),
            ("begun twice", data[: len(data) // 2] + data, False),
            ("backwards", data[:12] + data[:11:-1], True),
        ):
            yield Case(f"{name}, {kind}", type_, made, never)
        yield from (Case(f"{name} for {other}", other, data) for other in ALL_TYPES if not _fits(name, other))


def _fits(name: str, type_: str) -> bool:
    wanted = {"ANIMATION": ("moving", "gif", "mp4", "webm"), "IMAGE_2D": ("png", "jpeg", "webp"),
              "MODEL_3D": ("glb", "moving glb"), "TEMPLATE": ("json",)}  # fmt: skip
    return name.startswith(wanted[type_])


def _cut(data: bytes, dice: random.Random) -> bytes:
    return data[: dice.randrange(1, len(data) - 2)]


def _flipped(data: bytes, dice: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(dice.choice((1, 1, 4, 32))):
        # Headers matter most: half of the hits go there.
        at = dice.randrange(min(200, len(data))) if dice.random() < 0.5 else dice.randrange(len(data))
        changed[at] ^= 1 << dice.randrange(8)
    return bytes(changed)


def _patched(data: bytes, dice: random.Random) -> bytes:
    """Numbers that parsers trip over, where lengths may stand."""
    at = dice.randrange(4, min(400, len(data) - 8))
    number = dice.choice((b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff", b"\0\0\0\0", b"\x80\0\0\0", b"\xff\xff\xff\x7f"))
    return data[:at] + number + data[at + 4 :]
