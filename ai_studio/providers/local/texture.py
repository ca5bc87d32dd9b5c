"""Procedural surfaces: colour, roughness and bump as functions of the place on the object."""

# ruff: noqa: PLR2004 -- these numbers are the drawing, naming each would hide it

from collections.abc import Callable
from functools import cache
from typing import NamedTuple

import numpy as np

from ai_studio.providers.local.geometry.mesh import Floats

_TABLE = 32


class Surface(NamedTuple):
    """Per point: blend (k,) towards the second colour, shade (k,) factor on it, bump (3, k) for the normal."""

    blend: Floats | float = 0.0
    shade: Floats | float = 1.0
    bump: Floats | float = 0.0
    rainbow: float = 0.0


@cache
def _table() -> Floats:
    return np.random.Generator(np.random.PCG64(20240601)).random((_TABLE,) * 3, np.float32).ravel()


def noise(p: Floats, scale: float) -> Floats:
    """Smooth value noise in 0–1 at points (3, k) (Perlin's fade, a periodic table of 32³)."""
    q = p * np.float32(scale)
    cell = np.floor(q)
    f = q - cell
    f = f * f * (3 - 2 * f)
    i = cell.astype(np.int32) & (_TABLE - 1)
    j = (i + 1) & (_TABLE - 1)
    table = _table()
    rows = [[(a * _TABLE + b) * _TABLE for b in (i[1], j[1])] for a in (i[0], j[0])]
    mixed = []
    for row in rows:
        lines = [table[r + i[2]] * (1 - f[2]) + table[r + j[2]] * f[2] for r in row]
        mixed.append(lines[0] * (1 - f[1]) + lines[1] * f[1])
    return np.asarray(mixed[0] * (1 - f[0]) + mixed[1] * f[0], np.float32)


def _bump(p: Floats, scale: float, strength: float) -> Floats:
    return np.stack([noise(p + np.float32(o), scale) - 0.5 for o in (0.0, 7.3, 13.7)]) * np.float32(2 * strength)


def _wood(p: Floats) -> Surface:
    warp = noise(p, 1.1) * 1.7
    rings = np.sin((p[0] * 5.2 + p[2] * 3.1 + warp * 2.6) * 3.2 + p[1] * 0.7) * 0.5 + 0.5
    fibre = noise(p * np.array([[26.0], [2.2], [26.0]], np.float32), 1.0)
    return Surface(shade=np.asarray(0.68 + 0.3 * rings**1.6 + 0.16 * (fibre - 0.5), np.float32), bump=0.0)


def _marble(p: Floats) -> Surface:
    warp = noise(p, 1.3) * 1.6 + noise(p, 3.1) * 0.8 + noise(p, 7.0) * 0.35
    vein = 1 - np.abs(np.sin((p[0] + 0.6 * p[1] - 0.4 * p[2]) * 1.5 + warp * 2.4))
    fine = 1 - np.abs(np.sin((0.5 * p[0] - p[1] + 0.8 * p[2]) * 3.2 + warp * 3.3))
    return Surface(
        blend=np.asarray(np.clip(0.85 * vein**7 + 0.45 * fine**12, 0, 0.9), np.float32),
        shade=0.97 + 0.05 * noise(p, 2.0),
    )


def _stone(p: Floats) -> Surface:
    grain = noise(p, 5.0) * 0.5 + noise(p, 17.0) * 0.5
    return Surface(shade=0.72 + 0.5 * grain, bump=_bump(p, 9.0, 0.2))


def _concrete(p: Floats) -> Surface:
    pits = noise(p, 22.0) > 0.88
    return Surface(
        shade=(0.9 + 0.2 * (noise(p, 2.3) - 0.5) + 0.08 * (noise(p, 30.0) - 0.5)) * (1 - 0.25 * pits),
        bump=_bump(p, 24.0, 0.06),
    )


def _plaster(p: Floats) -> Surface:
    return Surface(shade=0.97 + 0.06 * (noise(p, 6.0) - 0.5), bump=_bump(p, 14.0, 0.09))


def _thumb(p: Floats) -> Surface:
    return Surface(shade=0.96 + 0.1 * (noise(p, 3.0) - 0.5), bump=_bump(p, 4.5, 0.16))


def _leather(p: Floats) -> Surface:
    cells = noise(p, 15.0)
    return Surface(shade=0.84 + 0.28 * cells, bump=_bump(p, 17.0, 0.2))


def _weave(p: Floats) -> Surface:
    u, v = np.sin((p[0] + 0.6 * p[2]) * 54), np.sin(p[1] * 54)
    over = u * v
    return Surface(
        shade=np.asarray(0.9 + 0.12 * over, np.float32),
        bump=np.stack([u, v, over]).astype(np.float32) * np.float32(0.1),
    )


def _felt(p: Floats) -> Surface:
    return Surface(shade=0.9 + 0.24 * (noise(p, 26.0) - 0.4), bump=_bump(p, 26.0, 0.26))


def _paper(p: Floats) -> Surface:
    return Surface(
        shade=0.965 + 0.08 * (noise(p * np.array([[1.0], [9.0], [1.0]], np.float32), 5.0) - 0.5),
        bump=_bump(p, 26.0, 0.035),
    )


def _brushed(p: Floats) -> Surface:
    line = noise(p * np.array([[2.0], [70.0], [2.0]], np.float32), 1.0) - 0.5
    still = np.zeros_like(line)
    return Surface(shade=0.96 + 0.14 * line, bump=np.stack([still, line, still]) * np.float32(0.1))


def _frost(p: Floats) -> Surface:
    return Surface(shade=0.97 + 0.08 * noise(p, 4.0), bump=_bump(p, 8.0, 0.14))


def _leafy(p: Floats) -> Surface:
    return Surface(shade=0.68 + 0.62 * noise(p, 9.0), bump=_bump(p, 11.0, 0.32))


def _flakes(p: Floats) -> Surface:
    return Surface(bump=_bump(p, 90.0, 0.035))


def _ripple(p: Floats) -> Surface:
    return Surface(bump=_bump(p, 3.2, 0.28))


def _carbon(p: Floats) -> Surface:
    u, v = np.floor((p[0] + p[2]) * 15), np.floor((p[1] + p[2] * 0.5) * 15)
    twill = ((u + v) % 4 < 2).astype(np.float32)
    return Surface(shade=0.55 + 0.75 * twill, bump=0.0)


def _pearl(_p: Floats) -> Surface:
    return Surface(rainbow=0.3)


def _banded(p: Floats) -> Surface:
    wave = p[1] * 8 + (noise(p, 2.2) - 0.5) * 1.7
    bands = np.sin(wave) * 0.5 + 0.5 * np.sin(wave * 2.3 + 1)
    return Surface(
        blend=np.asarray(np.clip(0.5 + 0.5 * bands, 0, 1) * 0.7, np.float32), shade=0.9 + 0.18 * noise(p, 9.0)
    )


def _edge(value: Floats, width: float) -> Floats:
    """A soft threshold at 0: hard pattern edges would crawl and alias."""
    return np.asarray(np.clip(value / width + 0.5, 0, 1), np.float32)


def _striped(p: Floats) -> Surface:
    return Surface(blend=_edge(np.sin(p[1] * 14), 0.25))


def _zigzag(p: Floats) -> Surface:
    fold = np.abs(((p[0] + p[2]) * 3.2) % 2 - 1)
    return Surface(blend=_edge(np.sin((p[1] * 3.2 + fold * 0.9) * 5.2), 0.3))


def _dotted(p: Floats) -> Surface:
    d = [((p[i] * 4.4) % 1) - 0.5 for i in range(3)]
    return Surface(blend=_edge(0.34 - np.sqrt(d[0] ** 2 + d[1] ** 2 + d[2] ** 2), 0.05))


def _checkered(p: Floats) -> Surface:
    wave = np.sin(p[0] * 11 + 0.3) * np.sin(p[1] * 11 + 0.3) * np.sin(p[2] * 11 + 0.8)
    return Surface(blend=_edge(wave, 0.08))


def _speckled(p: Floats) -> Surface:
    return Surface(
        blend=_edge(noise(p, 13.0) - 0.73, 0.06) * 0.9,
        shade=1 - 0.35 * _edge(noise(p + np.float32(5), 17.0) - 0.78, 0.06),
    )


def _gradient(p: Floats) -> Surface:
    t = np.clip(p[1] / 2.0, 0, 1)
    return Surface(blend=np.asarray(t * t * (3 - 2 * t), np.float32))


TEXTURES: dict[str, Callable[[Floats], Surface]] = {
    "wood": _wood, "marble": _marble, "stone": _stone, "concrete": _concrete, "plaster": _plaster, "thumb": _thumb,
    "leather": _leather, "weave": _weave, "felt": _felt, "paper": _paper, "brushed": _brushed, "frost": _frost,
    "leafy": _leafy, "flakes": _flakes, "ripple": _ripple, "carbon": _carbon, "pearl": _pearl, "banded": _banded,
    "striped": _striped, "zigzag": _zigzag, "dotted": _dotted, "checkered": _checkered, "speckled": _speckled,
    "gradient": _gradient,
}  # fmt: skip
