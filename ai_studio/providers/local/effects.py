"""Things in the air and on the film: fog, rain, confetti, sparkles, grain. Arrays (h, w, 3) sRGB 0–1."""

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from ai_studio.providers.local import colour
from ai_studio.providers.local.filters import blur
from ai_studio.providers.local.geometry.mesh import Floats
from ai_studio.providers.local.noise import clouds, generator, grain
from ai_studio.providers.local.scene import Scene
from ai_studio.providers.local.specks import dot, stars

_CONFETTI = ("#ff595e", "#ffca3a", "#8ac926", "#1982c4", "#6a4c93", "#ff924c")
_PETALS = ("#f7b7c9", "#f49ab4", "#fbd3dd", "#e8899f")


class Pieces(NamedTuple):
    """Little rectangles (`square`) or ellipses; `name` picks their places, inks (#rrggbb) take turns."""

    name: str
    inks: tuple[str, ...]
    number: int
    square: bool = False


def apply_effects(scene: Scene, rgb: Floats, alpha: Floats, phase: float) -> Floats:
    """Every effect that the scene asks for, in prompt order. `phase` 0–1 loops things that fall or twinkle."""
    out = rgb.copy()
    for name in scene.effects:
        if effect := EFFECTS.get(name):
            out = effect(scene, out, alpha, phase)
    return out


def _random(scene: Scene, name: str, shape: tuple[int, int]) -> Floats:
    return generator(scene.seed, name).random(shape, np.float32)


def _fog(scene: Scene, rgb: Floats, alpha: Floats, phase: float) -> Floats:
    h, w = alpha.shape
    mist = np.roll(clouds(scene.seed, "fog", w, h, 4), round(phase * w), 1)
    low = np.clip(np.arange(h) / h * 1.5 - 0.35, 0.12, 1)[:, None]
    amount = np.clip((0.35 + 0.9 * mist) * low, 0, 0.92) * (1 - 0.45 * alpha)
    tone = np.float32(max(0.25, float(np.median(rgb)) * 1.08))
    return np.asarray(rgb + (tone - rgb) * amount[..., None], np.float32)


def _rain(scene: Scene, rgb: Floats, alpha: Floats, phase: float) -> Floats:
    h, w = alpha.shape
    layer = np.zeros((h, w), np.float32)
    for u, v, size, _ in _random(scene, "rain", (300, 4)):
        length = int((0.03 + 0.06 * size) * h)
        ys = (int(v * h + phase * h * (1 + round(float(size)))) + np.arange(length)) % h
        xs = np.clip((u * w * 1.1 - 0.12 * np.arange(length)).astype(np.int64), 0, w - 1)
        layer[ys, xs] += (0.15 + 0.5 * size) * np.linspace(0.1, 1, length, dtype=np.float32)
    soft = np.clip(blur(layer[..., None], max(1, h // 900)) * 2, 0, 0.8)
    return np.asarray(rgb * 0.9 * (1 - soft) + soft * np.asarray([0.86, 0.92, 1.0], np.float32), np.float32)


def _snowfall(scene: Scene, rgb: Floats, alpha: Floats, phase: float) -> Floats:
    h, w = alpha.shape
    for u, v, size, far in _random(scene, "snowfall", (220, 4)):
        y = (v + phase * (1 + round(float(far)))) % 1 * h
        x = (u + 0.02 * math.sin(2 * math.pi * (phase + float(far)))) % 1 * w
        dot(rgb, x, y, (0.9 + 4.6 * size**3) * h / 900, light=(1.0, 1.0, 1.0), power=0.55 + 0.3 * float(far))
    return rgb


def _confetti(scene: Scene, rgb: Floats, alpha: Floats, phase: float) -> Floats:
    inks = scene.palette or _CONFETTI
    return _falling(scene, rgb, phase, Pieces("confetti", tuple(inks), 90, square=True))


def _petals(scene: Scene, rgb: Floats, alpha: Floats, phase: float) -> Floats:
    return _falling(scene, rgb, phase, Pieces("petals", _PETALS, 46))


def _falling(scene: Scene, rgb: Floats, phase: float, pieces: Pieces) -> Floats:
    """The pieces turn as they fall."""
    h, w = rgb.shape[:2]
    for i, (u, v, size, angle) in enumerate(_random(scene, pieces.name, (pieces.number, 4))):
        r = (0.007 + 0.011 * float(size)) * h
        area, gx, gy = _around(rgb, float(u) * w, (float(v) + phase) % 1 * h, 2 * r)
        turn = 2 * math.pi * (float(angle) + phase)
        p = gx * math.cos(turn) + gy * math.sin(turn)
        q = (gy * math.cos(turn) - gx * math.sin(turn)) / (0.35 + 0.4 * abs(math.sin(turn * 1.7)))
        gap = np.maximum(np.abs(p), np.abs(q)) if pieces.square else np.sqrt(p * p + q * q)
        alpha = np.clip(r - gap + 0.5, 0, 1)[..., None] * 0.95
        ink = np.asarray(colour.rgb(pieces.inks[i % len(pieces.inks)]), np.float32)
        area += (ink * np.float32(0.8 + 0.35 * abs(math.cos(turn))) - area) * alpha.astype(np.float32)
    return rgb


def _around(rgb: Floats, cx: float, cy: float, reach: float) -> tuple[Floats, Floats, Floats]:
    """The part of the picture within `reach` of a point, and its pixels' distances right and down from there."""
    h, w = rgb.shape[:2]
    x0, x1 = int(max(0, cx - reach)), int(min(w, cx + reach + 1))
    y0, y1 = int(max(0, cy - reach)), int(min(h, cy + reach + 1))
    return rgb[y0:y1, x0:x1], np.arange(x0, x1)[None, :] - cx, np.arange(y0, y1)[:, None] - cy


def _sparkles(scene: Scene, rgb: Floats, alpha: Floats, phase: float) -> Floats:
    h, w = alpha.shape
    for u, v, size, beat in _random(scene, "sparkles", (70, 4)):
        power = 0.5 + 0.5 * math.sin(2 * math.pi * (phase + float(beat)))
        r = (1.2 + 3.2 * float(size) ** 2) * h / 900
        dot(rgb, float(u) * w, float(v) * h, r, light=(1.0, 0.93, 0.72), power=0.9 * power)
        dot(rgb, float(u) * w, float(v) * h, r * 4, light=(1.0, 0.85, 0.5), power=0.16 * power)
    return rgb


def _stars(scene: Scene, rgb: Floats, alpha: Floats, phase: float) -> Floats:
    layer = np.zeros_like(rgb)
    stars(scene.seed, layer, 260, 0.9)
    h = alpha.shape[0]
    fall = np.clip(1.3 - np.arange(h) / h * 1.7, 0, 1)[:, None]
    return np.asarray(rgb + layer * ((1 - alpha) * fall)[..., None], np.float32)


def _bubbles(scene: Scene, rgb: Floats, alpha: Floats, phase: float) -> Floats:
    h, w = alpha.shape
    for u, v, size, hue in _random(scene, "bubbles", (26, 4)):
        r = (0.012 + 0.045 * float(size) ** 2) * h
        area, gx, gy = _around(rgb, float(u) * w, (float(v) - phase) % 1 * h, r + 2)
        gx, gy = gx / r, gy / r
        d = np.sqrt(gx * gx + gy * gy)
        rim = np.clip(1 - np.abs(d - 0.93) * 11, 0, 1) * 0.6 + np.clip(d, 0, 1) ** 4 * (d < 1) * 0.22
        spot = np.exp(-((gx + 0.35) ** 2 + (gy + 0.4) ** 2) / 0.02) * 0.9
        tint = np.asarray([0.8 + 0.2 * math.cos(6.28 * (float(hue) + k / 3)) for k in range(3)], np.float32)
        area += (tint - area) * np.clip(rim + spot, 0, 1)[..., None].astype(np.float32)
    return rgb


def _bokeh(scene: Scene, rgb: Floats, alpha: Floats, phase: float) -> Floats:
    h, w = alpha.shape
    soft = blur(rgb, max(1, h // 120))
    out = soft + (rgb - soft) * np.clip(alpha * 1.2, 0, 1)[..., None]
    for u, v, size, hue in _random(scene, "bokeh", (38, 4)):
        r = (0.012 + 0.04 * float(size)) * h
        gap = np.hypot(np.arange(w)[None, :] - float(u) * w, np.arange(h)[:, None] - float(v) * h * 0.8) - r
        amount = np.clip(0.5 - gap / 2.5, 0, 1) * 0.2 * (1 - alpha)
        tint = np.asarray([1.0, 0.8 + 0.2 * float(hue), 0.55 + 0.4 * float(hue)], np.float32)
        out = out + (tint - out) * amount[..., None].astype(np.float32)
    return np.asarray(out, np.float32)


def _rays(scene: Scene, rgb: Floats, alpha: Floats, phase: float) -> Floats:
    h, w = alpha.shape
    x, y = np.arange(w)[None, :] - w * 0.12, np.arange(h)[:, None] + h * 0.2
    angle = np.arctan2(y, x)
    beams = 0.5 + 0.5 * np.sin(angle * 34 + 3 * np.sin(angle * 9) + 2 * math.pi * phase)
    fall = np.clip(1.25 - np.hypot(x, y) / (1.35 * math.hypot(w, h)) * 1.4, 0, 1)
    amount = (beams**2 * fall * 0.4 * (1 - 0.55 * alpha))[..., None].astype(np.float32)
    return 1 - (1 - np.clip(rgb, 0, 1)) * (1 - amount * np.asarray([1.0, 0.92, 0.74], np.float32))


def _grain(scene: Scene, rgb: Floats, alpha: Floats, phase: float) -> Floats:
    return np.asarray(rgb + 0.05 * grain(scene, alpha.shape, f"grain{round(phase * 60)}")[..., None], np.float32)


EFFECTS: dict[str, Callable[[Scene, Floats, Floats, float], Floats]] = {
    "fog": _fog, "rain": _rain, "snowfall": _snowfall, "confetti": _confetti, "petals": _petals, "sparkles": _sparkles,
    "stars": _stars, "bubbles": _bubbles, "bokeh": _bokeh, "rays": _rays, "grain": _grain,
}  # fmt: skip
