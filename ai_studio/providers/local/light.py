"""Light rigs: a key light with an area, a sky, and soft boxes that show in reflections. Linear RGB, world units."""

# ruff: noqa: PLR2004 -- these numbers are the drawing, naming each would hide it

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ai_studio.providers.local import colour
from ai_studio.providers.local.geometry.mesh import Floats
from ai_studio.providers.local.scene import Scene, draw

RGB = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Box:
    """A soft box: direction it comes from, half width and half height as tangents, linear colour."""

    towards: RGB
    width: float
    height: float
    light: RGB


@dataclass(frozen=True, slots=True)
class Rig:
    """All light on the set. `spread` is the key light's angular radius as a tangent: larger is softer."""

    key: RGB
    key_light: RGB
    spread: float
    sky: RGB
    horizon: RGB
    floor: RGB
    boxes: tuple[Box, ...]
    dim: float  # multiplies the backdrop
    pool: float = 0.0  # how far the key light is gathered into a pool around the subject, 0–1
    tint: RGB = field(default=(1.0, 1.0, 1.0))


# name: key azimuth°, elevation°, colour, power, spread, sky power, sky colour, rim power, rim colour, backdrop, pool
RIGS: dict[str, tuple[float, float, str, float, float, float, str, float, str, float, float]] = {
    "studio": (-42, 52, "#fff6ea", 1.75, 0.24, 0.72, "#eef3fa", 1.0, "#ffffff", 1.0, 0.0),
    "soft": (-30, 62, "#ffffff", 1.0, 0.6, 1.05, "#f5f6f8", 0.5, "#ffffff", 1.0, 0.0),
    "hard": (-50, 42, "#fff8ee", 2.6, 0.02, 0.42, "#dfe8f5", 0.3, "#ffffff", 1.0, 0.0),
    "golden": (-66, 20, "#ffb15c", 2.3, 0.1, 0.52, "#c7a6c9", 1.2, "#ff8a3c", 0.86, 0.2),
    "sunrise": (60, 18, "#ffc4a0", 1.9, 0.14, 0.66, "#b9cdf0", 0.9, "#ffd9c2", 0.95, 0.1),
    "daylight": (-36, 56, "#fff4dd", 2.3, 0.05, 0.72, "#bfdcff", 0.4, "#ffffff", 1.06, 0.0),
    "moonlight": (44, 50, "#9db8ff", 1.2, 0.12, 0.26, "#4b5fa8", 0.9, "#7fa4ff", 0.2, 0.3),
    "neon": (-60, 34, "#ff3fa4", 1.5, 0.25, 0.2, "#3d2a8a", 2.4, "#22d3ff", 0.12, 0.2),
    "rim": (150, 34, "#fff1dd", 1.9, 0.12, 0.2, "#b8c4dd", 3.4, "#fff6e6", 0.3, 0.0),
    "candle": (-24, 16, "#ff9a3c", 1.9, 0.3, 0.16, "#6b3a1e", 0.5, "#ff7a22", 0.22, 0.7),
    "spotlight": (-8, 74, "#fff7e8", 3.0, 0.06, 0.16, "#8fa0c0", 0.7, "#ffffff", 0.2, 1.0),
    "highkey": (-30, 60, "#ffffff", 1.45, 0.5, 1.3, "#ffffff", 0.8, "#ffffff", 1.25, 0.0),
    "lowkey": (-74, 36, "#ffe9cf", 1.8, 0.12, 0.12, "#55607a", 1.0, "#c7d6ff", 0.14, 0.4),
    "side": (-88, 24, "#fff3e2", 2.3, 0.16, 0.34, "#c9d6ea", 0.2, "#ffffff", 0.8, 0.0),
    "top": (0, 86, "#ffffff", 2.3, 0.2, 0.36, "#dde6f2", 0.4, "#ffffff", 0.8, 0.3),
}  # fmt: skip


def rig(scene: Scene, floor: str, camera_azimuth: float) -> Rig:
    """The rig of the scene's light, turned with the camera so that a key from the left stays left."""
    az, el, key, power, spread, sky_power, sky, rim_power, rim, dim, pool = RIGS[scene.light]
    az += camera_azimuth + (draw(scene.seed, "light") - 0.5) * 14
    key_light = _times(colour.linear(key), power)
    sky_light = _times(colour.linear(sky), sky_power)
    under = tuple(f * (0.42 * sky_power + 0.16 * power) for f in colour.linear(floor))
    boxes = (
        Box(towards(az + 8, 38), 0.42, 0.6, _times(colour.linear(key), 1.5 * power)),
        Box(towards(camera_azimuth + 74, 16), 0.16, 1.2, _times(colour.linear(rim), 1.5 * rim_power + 0.6 * sky_power)),
        Box(towards(camera_azimuth + 158, 34), 0.7, 0.34, _times(colour.linear(rim), 2.0 * rim_power)),
        Box(towards(camera_azimuth - 150, 26), 0.22, 0.9, _times(colour.linear(rim), 1.4 * rim_power)),
        Box(towards(camera_azimuth, 84), 0.9, 0.5, _times(colour.linear(sky), 1.5 * sky_power)),
    )
    horizon = _times(sky_light, 0.62)
    return Rig(towards(az, el), key_light, spread, sky_light, horizon, under, boxes, dim, pool)  # type: ignore[arg-type]


def towards(azimuth: float, elevation: float) -> RGB:
    """Unit vector from degrees; azimuth 0 is +z (the viewer), positive to the right."""
    a, e = math.radians(azimuth), math.radians(elevation)
    return math.sin(a) * math.cos(e), math.sin(e), math.cos(a) * math.cos(e)


def _times(c: RGB, power: float) -> RGB:
    return c[0] * power, c[1] * power, c[2] * power


def ambient(r: Rig, nx: Floats, ny: Floats, nz: Floats) -> Floats:
    """Diffuse light (3, k) that a surface facing n receives from sky, floor and soft boxes."""
    up = (0.5 + 0.5 * ny).astype(np.float32)
    low = np.clip(-ny, 0, 1) ** 0.7
    out = np.empty((3, *nx.shape), np.float32)
    for c in range(3):
        out[c] = r.horizon[c] * (1 - up) + r.sky[c] * up
        out[c] += (r.floor[c] - out[c]) * low * 0.7
    for box in r.boxes:
        facing = np.maximum(0.0, nx * box.towards[0] + ny * box.towards[1] + nz * box.towards[2])
        area = min(1.0, box.width * box.height) * 0.42
        for c in range(3):
            out[c] += facing * np.float32(box.light[c] * area)
    return out


def reflected(r: Rig, x: Floats, y: Floats, z: Floats, roughness: Floats) -> Floats:
    """What a mirror sees in direction (x, y, z), blurred by roughness: (3, k) linear."""
    blur = (0.04 + 0.95 * roughness).astype(np.float32)
    high = _step(-0.05 - blur, 0.05 + blur, y)
    tall = _step(0.0, 1.0, y)
    out = np.empty((3, *x.shape), np.float32)
    for c in range(3):
        above = r.horizon[c] * 0.75 + (r.sky[c] - r.horizon[c] * 0.75) * tall
        out[c] = r.floor[c] + (above - r.floor[c]) * high
    gain = 1 / (1 + 5 * roughness)
    for box in r.boxes:
        shape = _box_shape(box, x, y, z, blur) * gain
        for c in range(3):
            out[c] += shape * np.float32(box.light[c])
    return out


def _box_shape(box: Box, x: Floats, y: Floats, z: Floats, blur: Floats) -> Floats:
    d = box.towards
    # Python floats: a NumPy double among them would turn every picture-sized array into doubles.
    level = max(1e-6, math.hypot(d[0], d[2]))
    side = (d[2] / level, 0.0, -d[0] / level)
    lift = (d[1] * side[2], d[2] * side[0] - d[0] * side[2], -d[1] * side[0])
    ahead = x * d[0] + y * d[1] + z * d[2]
    safe = np.maximum(ahead, 1e-3)
    a = np.abs(x * side[0] + z * side[2]) / safe
    b = np.abs(x * lift[0] + y * lift[1] + z * lift[2]) / safe
    shape = _step(box.width + blur, box.width - blur, a) * _step(box.height + blur, box.height - blur, b)
    return np.where(ahead > 1e-3, shape, 0).astype(np.float32)


def _step(low: Any, high: Any, value: Floats) -> Floats:
    """Smoothstep; low may be above high."""
    t = np.clip((value - low) / (high - low), 0, 1)
    return (t * t * (3 - 2 * t)).astype(np.float32)
