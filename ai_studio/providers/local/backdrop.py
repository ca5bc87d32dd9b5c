"""What is behind and under the subject: floors, skies and painted horizons. Linear RGB (height, width, 3)."""

# ruff: noqa: PLR2004 -- these numbers are the drawing, naming each would hide it

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PIL import Image

from ai_studio.providers.local import colour
from ai_studio.providers.local.geometry.mesh import Floats
from ai_studio.providers.local.light import RGB, Rig
from ai_studio.providers.local.scene import Scene, draw, pick
from ai_studio.providers.local.stage import Camera


@dataclass(frozen=True, slots=True)
class Place:
    """A setting's colours (#rrggbb), how mirror-like its floor is, and whether it has one."""

    floor: str
    wall: str
    top: str
    mirror: float = 0.06
    ground: bool = True
    haze: float = 0.5  # how far away the floor has become the horizon


_PLACES: dict[str, Place] = {
    "forest": Place("#55693a", "#cfdcc0", "#9fc0b4", 0.0),
    "desert": Place("#d9a866", "#f3d9ae", "#6fb1d6", 0.0),
    "ocean": Place("#1d6f8e", "#cfe9ee", "#4fa3d1", 0.35),
    "beach": Place("#e8d3a6", "#d9f0f2", "#4fb3dc", 0.02),
    "city": Place("#5c626b", "#e3d7d1", "#8fb0d0", 0.16),
    "space": Place("#0a0d1c", "#141433", "#05060f", 0.0, ground=False),
    "mountains": Place("#7d8f63", "#dce8ee", "#6aa0d0", 0.0),
    "meadow": Place("#79a548", "#e2f0e0", "#74b4e8", 0.0),
    "arctic": Place("#e3edf4", "#e6f1f8", "#8dbbe0", 0.12),
    "sky": Place("#9fcdf0", "#d9edfb", "#4c98dd", 0.0, ground=False),
    "room": Place("#a67c52", "#e9dfd0", "#f1eadf", 0.1),
    "stage": Place("#5a3422", "#5d1620", "#2a0a10", 0.14),
}
_STUDIO_MIRROR = 0.1


def studio_colour(scene: Scene) -> str:
    """The paper behind a studio shot: asked for, else a quiet tint of the brand or of the subject."""
    if scene.background_colour:
        return scene.background_colour
    tones = ("#e9e6e1", "#dfe5ea", "#ece3da", "#e3e8e1", "#e8e1e6", "#d9dee3", "#f0e6d8", "#dfe7e9")
    tint = pick(tones, scene.seed, "paper")
    if scene.palette:
        chosen = scene.palette[-1] if len(scene.palette) > 2 else scene.palette[0]
        return colour.mix(tint, colour.shade(chosen, 1.3, 0.7), min(1.0, 0.6 * scene.strength))
    item = scene.items[0]
    if item.colours and draw(scene.seed, "tone on tone") < 0.55:
        return colour.mix(tint, colour.shade(item.colours[0], 1.32, 0.55), 0.55)
    return tint


def place(scene: Scene) -> Place:
    """The setting's place, recoloured by a background colour or the style."""
    if scene.setting in _PLACES:
        found = _PLACES[scene.setting]
        if scene.background_colour:
            wall = scene.background_colour
            return Place(found.floor, wall, colour.shade(wall, 0.8, 1.0), found.mirror, found.ground, found.haze)
        return found
    paper = studio_colour(scene)
    return Place(paper, paper, colour.shade(paper, 0.93, 1.0), _STUDIO_MIRROR)


def paint(scene: Scene, camera: Camera, rig: Rig, width: int, height: int) -> tuple[Floats, Floats]:
    """The empty set as (height, width, 3) and the floor's share of each pixel (height, width)."""
    here = place(scene)
    x, y, z = camera.rays(width, height)
    level = (y / np.sqrt(x * x + z * z)).astype(np.float32)
    sky = _sky(here, level)
    canvas = Canvas(scene, here, rig, sky, level, camera, x, z)
    painter = _PAINTERS.get(scene.setting, _nothing)
    if scene.setting not in _PAPER:
        painter(canvas)
    share = np.zeros((height, width), np.float32)
    if here.ground:
        share = np.clip(-level * height * 0.9 + 0.5, 0, 1).astype(np.float32)
        floor = _floor(canvas, y)
        canvas.sky += (floor - canvas.sky) * share[..., None]
    if scene.setting in _PAPER:
        painter(canvas)
    return _lit(scene, rig, canvas.sky, width, height), share


@dataclass(slots=True, eq=False)
class Canvas:
    """What a painter may look at and paint on (`sky`)."""

    scene: Scene
    here: Place
    rig: Rig
    sky: Floats
    level: Floats  # tangent of the elevation of each pixel's ray
    camera: Camera
    x: Floats
    z: Floats

    def turn(self) -> Floats:
        """Heading of each column in radians, 0 in the middle."""
        axes = self.camera.axes()
        middle = math.atan2(-axes[2, 0], -axes[2, 2])
        row = self.level.shape[0] // 2
        heading = np.arctan2(self.x[row], self.z[row]) - middle
        return np.asarray((heading + math.pi) % (2 * math.pi) - math.pi, np.float32)

    def layer(self, top: Floats, colour_: str, amount: float = 1.0) -> None:
        """Fill from the horizon up to `top` (width,), a tangent per column, edges smoothed."""
        height = self.level.shape[0]
        alpha = np.clip((top[None, :] - self.level) * height * self.camera.focal / 2 + 0.5, 0, 1) * amount
        alpha *= self.level > -0.02
        paint_ = np.asarray(colour.linear(colour_), np.float32)
        self.sky += (paint_ - self.sky) * alpha[..., None].astype(np.float32)


def _sky(here: Place, level: Floats) -> Floats:
    low, high = (np.asarray(colour.linear(c), np.float32) for c in (here.wall, here.top))
    t = np.clip(level / 0.55, 0, 1)[..., None]
    return np.asarray(low + (high - low) * t * (2 - t), np.float32)


def _floor(c: Canvas, y: Floats) -> Floats:
    """The floor with its texture, fading into the horizon with distance."""
    base = np.asarray(colour.linear(c.here.floor), np.float32)
    distance = c.camera.eye[1] / np.maximum(-y, 1e-4)
    gx, gz = c.camera.eye[0] + c.x * distance, c.camera.eye[2] + c.z * distance
    away = np.sqrt((gx - c.camera.target[0]) ** 2 + (gz - c.camera.target[2]) ** 2)
    pattern = _FLOORS.get(c.scene.setting)
    shade = pattern(gx, gz, np.clip(distance, 0, 60)) if pattern else 1.0
    floor = base * (np.asarray(shade)[..., None] if pattern else np.float32(1.0))
    far = np.asarray(colour.linear(c.here.wall), np.float32)
    reach = 9.0 if c.scene.setting not in _PLACES else 34.0
    haze = (1 - np.exp(-np.maximum(away - 2, 0) / reach))[..., None]
    return np.asarray(floor + (far - floor) * haze * (1.0 if c.scene.setting not in _PLACES else 0.4), np.float32)


def _lit(scene: Scene, rig: Rig, image: Floats, width: int, height: int) -> Floats:
    """The rig on the set: its brightness and colour, and a soft glow behind the subject."""
    yy = (np.arange(height, dtype=np.float32) / height - 0.46)[:, None] * 1.1
    xx = (np.arange(width, dtype=np.float32) / width - 0.5)[None, :] * (width / height) ** 0.5
    radius = np.sqrt(xx * xx + yy * yy)
    pool = np.exp(-((radius / 0.42) ** 2)) if rig.pool else 0.0
    glow = 1.06 - 0.42 * radius**1.5
    level = rig.dim * (1 - 0.5 * rig.pool) + rig.pool * 0.9 * pool
    light = np.asarray([rig.key_light[i] * 0.45 + rig.sky[i] * 0.55 for i in range(3)], np.float32)
    light /= max(float(light.max()), 1e-6)
    tinted = image * (light * 0.7 + 0.3)
    out = np.asarray(tinted * (glow * level)[..., None], np.float32)
    if scene.light == "neon":
        out += _neon_wash(xx, yy)
    return out


def _neon_wash(xx: Floats, yy: Floats) -> Floats:
    pink, cyan = (np.asarray(colour.linear(c), np.float32) for c in ("#ff2d95", "#12c9ff"))
    left = np.exp(-((xx + 0.55) ** 2 + yy**2) / 0.16)[..., None]
    right = np.exp(-((xx - 0.55) ** 2 + (yy + 0.1) ** 2) / 0.16)[..., None]
    return np.asarray(left * pink * 0.42 + right * cyan * 0.34, np.float32)


def clouds(seed: int, name: str, width: int, height: int, cells: int, *, octaves: int = 5) -> Floats:
    """Fractal noise in 0–1, (height, width): random grids enlarged by bicubic interpolation and summed."""
    rng = np.random.Generator(np.random.PCG64(int(draw(seed, name) * 2**32)))
    total, weight, amplitude = np.zeros((height, width), np.float32), 0.0, 1.0
    for octave in range(octaves):
        n = min(cells * 2**octave, 256)
        grid = rng.random((max(2, n * height // max(width, 1) + 2), n + 2), np.float32)
        big = Image.fromarray(grid).resize((width, height), Image.Resampling.BICUBIC)
        total += np.asarray(big, np.float32) * amplitude
        weight += amplitude
        amplitude *= 0.5
    return total / np.float32(weight)


def _line(c: Canvas, name: str, points: int, octaves: int = 4) -> Floats:
    """A rough line in 0–1 over the headings, the same whatever the picture's size."""
    rng = np.random.Generator(np.random.PCG64(int(draw(c.scene.seed, name) * 2**32)))
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
        rng = np.random.Generator(np.random.PCG64(int(draw(c.scene.seed, "block", i) * 2**32)))
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


def stars(seed: int, image: Floats, count: int, power: float = 1.0) -> None:
    """Points of light, added in place; sizes follow the picture."""
    height, width = image.shape[:2]
    rng = np.random.Generator(np.random.PCG64(int(draw(seed, "stars") * 2**32)))
    for u, v, size, heat in rng.random((count, 4)):
        r = (0.4 + 1.5 * size**4) * height / 1024
        dot(image, u * width, v * height, max(0.7, r), (1.0, 0.9 + 0.1 * heat, 0.8 + 0.3 * heat), power * (0.25 + size))


def dot(  # noqa: PLR0917 -- a point of light and where it goes
    image: Floats, x: float, y: float, r: float, light: RGB, power: float
) -> None:
    """Add a soft round light at (x, y) of radius r pixels."""
    reach = math.ceil(r * 2.5)
    x0, x1 = max(0, int(x) - reach), min(image.shape[1], int(x) + reach + 1)
    y0, y1 = max(0, int(y) - reach), min(image.shape[0], int(y) + reach + 1)
    if x0 >= x1 or y0 >= y1:
        return
    gy, gx = np.arange(y0, y1)[:, None] + 0.5 - y, np.arange(x0, x1)[None, :] + 0.5 - x
    soft = np.exp(-(gx * gx + gy * gy) / (r * r)) * power
    image[y0:y1, x0:x1] += soft[..., None].astype(np.float32) * np.asarray(light, np.float32)


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


# Printed on the studio's paper, which is floor and wall in one.
_PAPER = frozenset({"sunburst", "abstract"})


def _nothing(_canvas: Canvas) -> None:
    """A plain studio."""


_PAINTERS: dict[str, Callable[[Canvas], None]] = {
    "mountains": _mountains, "forest": _forest, "desert": _desert, "meadow": _meadow, "arctic": _arctic, "city": _city,
    "space": _space, "sky": _sky_only, "ocean": _sea, "beach": _beach, "room": _room, "stage": _stage,
    "sunburst": _sunburst, "abstract": _abstract,
}  # fmt: skip


def _sand(x: Floats, z: Floats, away: Floats) -> Floats:
    ripple = np.sin(x * 3.1 + z * 5.3 + 1.6 * np.sin(x * 0.9 + z * 0.35))
    return np.asarray(1 + 0.05 * ripple * np.exp(-away / 26), np.float32)


def _grass(x: Floats, z: Floats, away: Floats) -> Floats:
    patch = np.sin(x * 1.7 + 1.3 * np.sin(z * 1.1)) * np.sin(z * 1.9 + np.sin(x * 0.8))
    blades = np.sin(x * 61 + 3 * np.sin(z * 23)) * np.sin(z * 47 + 3 * np.sin(x * 19))
    return np.asarray(0.97 + 0.1 * patch + 0.1 * blades * np.exp(-away / 14), np.float32)


def _waves(x: Floats, z: Floats, away: Floats) -> Floats:
    wave = np.sin(x * 1.1 + z * 4.2 + 1.2 * np.sin(x * 0.8)) + 0.6 * np.sin(x * 3.7 - z * 7.1 + np.sin(z * 1.3))
    return np.asarray(1 + 0.16 * wave * np.exp(-away / 30), np.float32)


def _planks(x: Floats, z: Floats, away: Floats) -> Floats:
    board = np.floor(x * 1.6)
    gap = np.clip(np.abs((x * 1.6) % 1 - 0.5) * 2 - 0.965, 0, 0.035) / 0.035
    tone = np.sin(board * 12.9898) * 0.08 + 0.04 * np.sin(z * 3.1 + board * 5 + 2 * np.sin(x * 9))
    return np.asarray(1 + tone - 0.35 * gap * np.exp(-away / 20), np.float32)


def _asphalt(x: Floats, z: Floats, away: Floats) -> Floats:
    line = np.clip(1 - np.abs(np.abs(z + 2.6) - 0.09) * 14, 0, 1) * ((x * 0.45) % 1 < 0.55)
    grain = np.sin(x * 83 + 5 * np.sin(z * 31)) * np.sin(z * 71 + 4 * np.sin(x * 29))
    return np.asarray(1 + 0.05 * grain * np.exp(-away / 12) + 1.3 * line, np.float32)


_FLOORS: dict[str, Callable[[Floats, Floats, Floats], Floats]] = {
    "desert": _sand, "beach": _sand, "arctic": _sand, "forest": _grass, "meadow": _grass, "mountains": _grass,
    "ocean": _waves, "room": _planks, "stage": _planks, "city": _asphalt,
}  # fmt: skip
