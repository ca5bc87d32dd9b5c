"""Drawing styles over the rendered picture. Arrays (h, w, 3) sRGB 0–1; alpha and lines (h, w)."""

# ruff: noqa: PLR2004 -- these numbers are the drawing, naming each would hide it

import math
from collections.abc import Callable

import numpy as np

from ai_studio.providers.local import colour
from ai_studio.providers.local.filters import blur, luma, resize
from ai_studio.providers.local.geometry.mesh import Floats
from ai_studio.providers.local.noise import clouds, grain
from ai_studio.providers.local.scene import Scene, draw


def styled(scene: Scene, rgb: Floats, alpha: Floats, lines: Floats) -> Floats:
    """The picture as the scene's style draws it; unchanged where the style is only light and grade."""
    draw_style = STYLES.get(scene.style)
    return draw_style(scene, rgb, alpha, lines) if draw_style else rgb


def _over(below: Floats, above: Floats, alpha: Floats) -> Floats:
    return np.asarray(below + (above - below) * alpha[..., None], np.float32)


def _levels(rgb: Floats, steps: int) -> Floats:
    """Quantise brightness, keep hue: even areas as printed from a few inks."""
    level = np.maximum(rgb.max(-1, keepdims=True), 1e-3)
    return np.asarray(rgb / level * np.clip((np.floor(level * steps) + 0.75) / steps, 0, 1), np.float32)


def _paper(scene: Scene, rgb: Floats, tint: str, strength: float = 0.035) -> Floats:
    h, w = rgb.shape[:2]
    fibre = clouds(scene.seed, "paper", w, h, 48, octaves=3) - 0.5 + 0.12 * grain(scene, (h, w), "fibre")
    return np.asarray(np.asarray(colour.rgb(tint), np.float32) * (1 + strength * 2 * fibre)[..., None], np.float32)


def _minimal(_scene: Scene, rgb: Floats, alpha: Floats, _lines: Floats) -> Floats:
    """Nothing but the subject on one tone; its shadow stays, as a hint."""
    plain = np.median(rgb[: max(2, rgb.shape[0] // 12)].reshape(-1, 3), axis=0).astype(np.float32)
    ratio = np.clip(luma(rgb) / max(float(luma(plain[None, None])[0, 0]), 1e-3), 0.5, 1.06)
    quiet = plain + (1 - plain) * 0.5
    return _over(np.asarray(quiet * (0.5 + 0.5 * ratio)[..., None], np.float32), rgb, alpha)


def _flat(_scene: Scene, rgb: Floats, alpha: Floats, _lines: Floats) -> Floats:
    return _over(_levels(rgb, 7), _levels(np.clip(rgb * 1.06, 0, 1), 4), alpha)


def _cartoon(_scene: Scene, rgb: Floats, alpha: Floats, lines: Floats) -> Floats:
    inked = _over(_levels(rgb, 9), _levels(np.clip(rgb * 1.12, 0, 1), 5), alpha)
    grey = luma(inked)[..., None]
    return np.asarray(np.clip(grey + (inked - grey) * 1.25, 0, 1) * (1 - 0.92 * lines)[..., None], np.float32)


def _neon(scene: Scene, rgb: Floats, alpha: Floats, lines: Floats) -> Floats:
    hue = scene.items[0].colours[0] if scene.items[0].colours else (scene.palette[0] if scene.palette else "#ff2d95")
    tube = np.asarray(colour.rgb(colour.shade(hue, 1.12, 1.5)), np.float32)
    other = np.asarray(colour.rgb("#19d3ff"), np.float32)
    h, w = alpha.shape
    dark = rgb * np.asarray([0.24, 0.2, 0.36], np.float32)
    dark = _over(dark, rgb * np.asarray([0.6, 0.5, 0.72], np.float32), alpha)
    side = np.clip(np.arange(w) / w * 1.6 - 0.3, 0, 1)[None, :, None].astype(np.float32)
    glow = blur(lines[..., None], max(1, h // 110)) * 1.5 + lines[..., None] * 0.9
    return np.asarray(dark + glow * (tube * (1 - side) + other * side), np.float32)


def _watercolor(scene: Scene, rgb: Floats, alpha: Floats, lines: Floats) -> Floats:
    h, w = alpha.shape
    dx, dy = ((clouds(scene.seed, n, w, h, 22, octaves=4) - 0.5) * h * 0.026 for n in ("wx", "wy"))
    y = np.clip(np.arange(h)[:, None] + dy, 0, h - 1).astype(np.int64)
    x = np.clip(np.arange(w)[None, :] + dx, 0, w - 1).astype(np.int64)
    washed, shape = blur(rgb, max(1, h // 260))[y, x], alpha[y, x]
    rim = np.clip((shape - blur(shape[..., None], max(2, h // 90))[..., 0]) * 1.6, 0, 0.5)
    pools = clouds(scene.seed, "pools", w, h, 9, octaves=4)
    pigment = washed * (0.82 + 0.36 * pools - 0.55 * rim)[..., None] + 0.06
    paper = _paper(scene, rgb, "#fbf7ee", 0.05)
    yy, xx = np.arange(h)[:, None] / h - 0.5, np.arange(w)[None, :] / w - 0.5
    fringe = np.clip((0.47 - np.maximum(np.abs(xx), np.abs(yy)) + (pools - 0.5) * 0.22) * 14, 0, 1)
    amount = np.clip(np.maximum(shape * 0.94, fringe * 0.62), 0, 1) * (1 - 0.1 * lines)
    return _over(paper, pigment * (0.6 + 0.4 * paper), np.asarray(amount, np.float32))


def _sketch(scene: Scene, rgb: Floats, alpha: Floats, lines: Floats) -> Floats:
    h, w = alpha.shape
    y, x = np.arange(h)[:, None], np.arange(w)[None, :]
    dark = 1 - luma(rgb)
    gap = max(4.0, h / 130)
    hatch = np.zeros((h, w), np.float32)
    for level, angle in ((0.34, 0.8), (0.52, -0.7), (0.68, 0.1)):
        wave = np.sin((x * math.cos(angle) + y * math.sin(angle)) * 2 * math.pi / gap) * 0.5 + 0.5
        hatch = np.maximum(hatch, np.clip((wave - 0.45) * 2.2, 0, 1) * np.clip((dark - level) * 4, 0, 0.62))
    hatch *= np.clip(alpha + 0.45, 0, 1)
    ink = np.clip(np.maximum(lines * 0.9, hatch) * (0.85 + 0.15 * grain(scene, (h, w))), 0, 1)
    tint = _over(_paper(scene, rgb, "#f8f4ea"), rgb, alpha * np.float32(0.2))
    return _over(tint, np.broadcast_to(np.asarray(colour.rgb("#2b2a33"), np.float32), rgb.shape), ink)


def _retro(scene: Scene, rgb: Floats, _alpha: Floats, _lines: Floats) -> Floats:
    grey = luma(rgb)[..., None]
    warm = grey * np.asarray([1.08, 0.94, 0.72], np.float32) + 0.04
    faded = rgb * 0.5 + warm * 0.5
    matt = faded * 0.86 + 0.07
    return np.asarray(matt + 0.028 * grain(scene, rgb.shape[:2])[..., None], np.float32)


def _popart(scene: Scene, rgb: Floats, alpha: Floats, lines: Floats) -> Floats:
    h, w = alpha.shape
    bold = np.clip((rgb - 0.5) * 1.3 + 0.56, 0, 1)
    grey = luma(bold)[..., None]
    bold = _levels(np.clip(grey + (bold - grey) * 1.7, 0, 1), 4)
    cell = max(6, h // 64)
    y, x = np.arange(h)[:, None], np.arange(w)[None, :]
    u, v = ((x + y) % cell) / cell - 0.5, ((x - y) % cell) / cell - 0.5
    radius = 0.62 * np.sqrt(np.clip(1.05 - luma(rgb), 0, 1))
    dots = np.clip((radius - np.sqrt(u * u + v * v)) * cell / 1.4 + 0.5, 0, 1)
    hue = colour.rotate(scene.items[0].colours[0] if scene.items[0].colours else "#ff4d00", 62)
    sky = np.asarray(colour.rgb(colour.shade(hue, 1.0, 1.5)), np.float32)
    ground = _over(
        np.broadcast_to(np.asarray(colour.rgb("#fff3d6"), np.float32), rgb.shape), np.broadcast_to(sky, rgb.shape), dots
    )
    shaded = bold * (1 - 0.35 * dots * (luma(rgb) < 0.5))[..., None]
    return np.asarray(_over(ground, shaded, alpha) * (1 - lines)[..., None], np.float32)


def _pixel(_scene: Scene, rgb: Floats, _alpha: Floats, _lines: Floats) -> Floats:
    h, w = rgb.shape[:2]
    cell = max(2, round(min(h, w) / 72))
    small = np.stack([resize(rgb[..., i], max(2, w // cell), max(2, h // cell)) for i in range(3)], -1)
    few = np.round(small * 9) / 9
    at_y = np.minimum(np.arange(h) // cell, few.shape[0] - 1)
    at_x = np.minimum(np.arange(w) // cell, few.shape[1] - 1)
    return np.asarray(few[at_y][:, at_x], np.float32)


def _noir(scene: Scene, rgb: Floats, _alpha: Floats, _lines: Floats) -> Floats:
    grey = np.clip((luma(rgb) - 0.45) * 1.25 + 0.42, 0, 1)
    return np.repeat((grey + 0.022 * grain(scene, grey.shape))[..., None], 3, -1).astype(np.float32)


def _blueprint(_scene: Scene, rgb: Floats, alpha: Floats, lines: Floats) -> Floats:
    h, w = alpha.shape
    blue, pale = (np.asarray(colour.rgb(c), np.float32) for c in ("#15417e", "#dcebff"))
    sheet = np.broadcast_to(blue, rgb.shape) * (0.92 + 0.16 * luma(rgb) * (0.4 + 0.6 * alpha))[..., None]
    grid = np.zeros((h, w), np.float32)
    step = max(8, min(h, w) // 24)
    for i, power in ((step, 0.16), (step * 4, 0.2)):
        grid[::i] += power
        grid[:, ::i] += power
    body = 0.16 * luma(rgb) * alpha
    return _over(
        np.asarray(sheet, np.float32),
        np.broadcast_to(pale, rgb.shape),
        np.clip(grid * (1 - 0.7 * alpha) + lines + body, 0, 1),
    )


def _hologram(_scene: Scene, rgb: Floats, alpha: Floats, lines: Floats) -> Floats:
    h = alpha.shape[0]
    scan = (0.78 + 0.22 * np.sin(np.arange(h) * 2 * math.pi / max(3.0, h / 170)))[:, None]
    light = luma(rgb)
    tint = np.stack([light * 0.42 + 0.12 * lines, light * 0.95 + 0.4 * lines, light * 1.05 + 0.6 * lines], -1)
    ghost = np.roll(tint[..., 0], max(1, h // 180), 1)
    tint[..., 0] = np.maximum(tint[..., 0], ghost * 0.9)
    return _over(rgb * np.asarray([0.1, 0.16, 0.26], np.float32), np.asarray(tint * scan[..., None], np.float32), alpha)


def _risograph(scene: Scene, rgb: Floats, alpha: Floats, lines: Floats) -> Floats:
    h, w = alpha.shape
    first = scene.palette[0] if scene.palette else (scene.items[0].colours[0] if scene.items[0].colours else "#ff5a5f")
    second = scene.palette[1] if len(scene.palette) > 1 else colour.shade(colour.rotate(first, 165), 0.62, 1.1)
    dark = np.clip(1.05 - luma(rgb), 0, 1)
    speckle = 0.14 * grain(scene, (h, w))
    one = np.clip((dark - 0.12) * 1.5 + speckle, 0, 1) * (0.35 + 0.65 * alpha)
    two = np.roll(np.clip((dark - 0.5) * 2.6 + speckle, 0, 1), (max(1, h // 260), max(1, h // 200)), (0, 1))
    sheet = _paper(scene, rgb, "#f6f1e4")
    for ink, amount in ((first, one), (second, np.maximum(two, lines * 0.8))):
        sheet = sheet * (1 - amount[..., None] * (1 - np.asarray(colour.rgb(ink), np.float32)))
    return np.asarray(sheet, np.float32)


def _bauhaus(scene: Scene, rgb: Floats, alpha: Floats, lines: Floats) -> Floats:
    """Big plain shapes behind, few tones on the subject."""
    h, w = alpha.shape
    inks = scene.palette if len(scene.palette) >= 3 else ("#d7352b", "#f2b705", "#1f4e8c")
    back = np.broadcast_to(np.asarray(colour.rgb("#f1e8d6"), np.float32), rgb.shape).copy()
    y, x = np.arange(h)[:, None], np.arange(w)[None, :]
    side = min(h, w)
    cx, cy = w * (0.3 + 0.4 * draw(scene.seed, "bau")), h * 0.4
    shapes = (
        np.hypot(x - cx, y - cy) < side * 0.36,
        (x > w * 0.62) & (y > h * 0.5),
        (x - y * 0.8 < w * 0.18 - h * 0.4) & (y > h * 0.55),
    )
    for ink, shape in zip(inks, shapes, strict=False):
        back[shape] = colour.rgb(ink)
    shadow = np.clip(luma(rgb) / np.maximum(np.median(luma(rgb)[: max(2, h // 10)]), 0.05), 0.55, 1)
    return np.asarray(
        _over(back * shadow[..., None], _levels(rgb, 4), alpha) * (1 - 0.85 * lines)[..., None], np.float32
    )


STYLES: dict[str, Callable[[Scene, Floats, Floats, Floats], Floats]] = {
    "minimal": _minimal,
    "flat": _flat,
    "cartoon": _cartoon,
    "neon": _neon,
    "watercolor": _watercolor,
    "sketch": _sketch,
    "retro": _retro,
    "popart": _popart,
    "pixel": _pixel,
    "noir": _noir,
    "blueprint": _blueprint,
    "hologram": _hologram,
    "risograph": _risograph,
    "bauhaus": _bauhaus,
}
