"""Painted horizons and studio papers, one painter to a setting."""

# ruff: noqa: PLR2004 -- these numbers are the drawing, naming each would hide it

import math
from collections.abc import Callable

import numpy as np

from ai_studio.providers.local import colour
from ai_studio.providers.local.backdrop.canvas import Canvas
from ai_studio.providers.local.backdrop.places import studio_colour
from ai_studio.providers.local.geometry.mesh import Floats
from ai_studio.providers.local.noise import clouds, generator
from ai_studio.providers.local.scene import draw
from ai_studio.providers.local.specks import stars


def _mountains(c: Canvas) -> None:
    for i, (height, share) in enumerate(((0.2, 0.72), (0.13, 0.45), (0.07, 0.2))):
        c.layer(
            height * (0.25 + 1.1 * _line(c, f"ridge{i}", 22 + 9 * i, 6)),
            _mix_far(c, "#3f5a72" if i < 2 else "#4f6b4a", share),
        )


def _forest(c: Canvas) -> None:
    for i, (height, share) in enumerate(((0.22, 0.66), (0.16, 0.4), (0.1, 0.12))):
        t = c.turn() * (26 + 12 * i)
        spikes = np.abs((t % 1) - 0.5) * 2
        c.layer(
            height * (0.5 + 0.75 * _line(c, f"wood{i}", 60 + 20 * i, 3)) * (0.62 + 0.38 * spikes),
            _mix_far(c, "#1f4430", share),
        )


def _desert(c: Canvas) -> None:
    for i, (height, share) in enumerate(((0.13, 0.5), (0.07, 0.2))):
        c.layer(height * (0.2 + _line(c, f"dune{i}", 9 + 5 * i, 2)), _mix_far(c, "#c98d4e", share))


def _meadow(c: Canvas) -> None:
    _clouds_over(c, 0.75)
    for i, (height, share) in enumerate(((0.14, 0.5), (0.08, 0.25))):
        c.layer(height * (0.2 + _line(c, f"hill{i}", 8 + 4 * i, 2)), _mix_far(c, "#5d8f45", share))


def _arctic(c: Canvas) -> None:
    for i, (height, share) in enumerate(((0.2, 0.55), (0.1, 0.2))):
        c.layer(height * (0.2 + _line(c, f"ice{i}", 16 + 7 * i, 3)), _mix_far(c, "#8fb4d0", share))


def _city(c: Canvas) -> None:
    for i, (height, share) in enumerate(((0.24, 0.62), (0.16, 0.36))):
        rng = generator(c.scene.seed, "block", i)
        blocks = rng.random(90)
        t = (c.turn() / (2 * math.pi) + 0.5) * 90
        top = height * (0.25 + 0.8 * blocks[np.clip(t.astype(int), 0, 89)]).astype(np.float32)
        c.layer(top, _mix_far(c, "#3b4657", share))
        _windows(c, top, t, lit=c.rig.dim < 0.5)


def _windows(c: Canvas, top: Floats, t: Floats, *, lit: bool) -> None:
    column, row = np.floor(t * 6).astype(int), np.floor(c.level * 70).astype(int)
    chance = (column[None, :] * 7919 + row * 104729) % 97 / 97
    inside = (
        (t * 6 % 1 > 0.4)[None, :] & (c.level * 70 % 1 > 0.45) & (c.level < top[None, :] - 0.015) & (c.level > 0.01)
    )
    alpha = (inside & (chance > 0.55)).astype(np.float32) * (0.9 if lit else 0.16)
    glow = np.asarray(colour.linear("#ffd27a"), np.float32) * (5.0 if lit else 1.0)
    c.sky += (glow - c.sky) * alpha[..., None]


def _space(c: Canvas) -> None:
    height, width = c.level.shape
    for name, tone, power in (("nebula", "#7a2fd0", 0.8), ("gas", "#1f6fd6", 0.7), ("dust", "#d9467a", 0.4)):
        mist = np.clip(clouds(c.scene.seed, name, width, height, 4) - 0.5, 0, 1)[..., None] ** 1.5
        c.sky += mist * np.asarray(colour.linear(tone), np.float32) * np.float32(power * 5)
    stars(c.scene.seed, c.sky, 420)


def _clouds_over(c: Canvas, amount: float) -> None:
    height, width = c.level.shape
    puff = np.clip((clouds(c.scene.seed, "clouds", width, height, 5) - 0.5) * 5, 0, 1) * amount
    puff *= np.clip(c.level * 6, 0, 1) if c.here.ground else 1
    c.sky += (np.float32(0.95) - c.sky) * puff[..., None]


def _sky_only(c: Canvas) -> None:
    _clouds_over(c, 0.9)


def _sea(c: Canvas) -> None:
    _clouds_over(c, 0.5)


def _beach(c: Canvas) -> None:
    _clouds_over(c, 0.5)
    c.layer(np.full(c.level.shape[1], 0.075, np.float32), "#2e9ec4")
    c.layer(np.full(c.level.shape[1], 0.012, np.float32), "#bfe8ea")


def _room(c: Canvas) -> None:
    """A window's light on the wall and a skirting board."""
    turn = c.turn()[None, :]
    for i in range(2):
        for j in range(2):
            pane = np.clip(1.1 - np.abs(turn + 0.2 - 0.085 * i - c.level * 0.25) / 0.036, 0, 0.18) / 0.18
            pane = pane * np.clip(1.1 - np.abs(c.level - 0.16 - 0.11 * j) / 0.048, 0, 0.18) / 0.18
            c.sky += (pane * 0.22)[..., None] * np.asarray([1.0, 0.93, 0.8], np.float32)
    c.layer(np.full(c.level.shape[1], 0.012, np.float32), colour.shade(c.here.wall, 1.2, 0.6))


def _stage(c: Canvas) -> None:
    folds = np.sin(c.turn() * 46 + 2 * np.sin(c.turn() * 11))[None, :]
    c.sky *= (0.66 + 0.4 * folds)[..., None].astype(np.float32)


def _sunburst(c: Canvas) -> None:
    height, width = c.level.shape
    x = np.arange(width)[None, :] - width / 2
    y = np.arange(height)[:, None] - height * 0.52
    rays = np.clip(np.sin(np.arctan2(y, x) * 14) * 14, -1, 1) * np.clip(np.hypot(x, y) / height * 3, 0, 1)
    c.sky *= (1 - 0.13 * rays)[..., None].astype(np.float32)


def _abstract(c: Canvas) -> None:
    height, width = c.level.shape
    main = c.scene.palette or (
        studio_colour(c.scene),
        colour.shade(colour.rotate(studio_colour(c.scene), 60), 0.9, 2.4),
    )
    for i in range(4):
        cx, cy = draw(c.scene.seed, "bx", i) * width, draw(c.scene.seed, "by", i) * height * 0.7
        r = (0.16 + 0.26 * draw(c.scene.seed, "br", i)) * height
        gap = np.hypot(np.arange(width)[None, :] - cx, np.arange(height)[:, None] - cy) - r
        alpha = np.clip(0.5 - gap / 1.5, 0, 1) * 0.6
        tone = np.asarray(colour.linear(colour.shade(main[i % len(main)], 1.1, 1.1)), np.float32)
        c.sky += (tone - c.sky) * alpha[..., None].astype(np.float32)


def _line(c: Canvas, name: str, points: int, octaves: int = 4) -> Floats:
    """A rough line in 0–1 over the headings, the same whatever the picture's size."""
    rng = generator(c.scene.seed, name)
    t = (c.turn() / (2 * math.pi) + 0.5) * points
    total, amplitude = np.zeros_like(t), 0.5
    for octave in range(octaves):
        n = points * 2**octave
        values = rng.random(n + 2)
        total += amplitude * np.interp(t * 2**octave, np.arange(n + 2), values)
        amplitude *= 0.5
    return np.asarray(total, np.float32)


def _mix_far(c: Canvas, near: str, share: float) -> str:
    return colour.mix(near, c.here.wall, share)


# Printed on the studio's paper, which is floor and wall in one.
PAPERS = frozenset({"sunburst", "abstract"})


PAINTERS: dict[str, Callable[[Canvas], None]] = {
    "mountains": _mountains, "forest": _forest, "desert": _desert, "meadow": _meadow, "arctic": _arctic, "city": _city,
    "space": _space, "sky": _sky_only, "ocean": _sea, "beach": _beach, "room": _room, "stage": _stage,
    "sunburst": _sunburst, "abstract": _abstract,
}  # fmt: skip
