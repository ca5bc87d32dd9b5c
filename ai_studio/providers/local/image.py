"""A staged scene to pixels: backdrop, shadows, reflections, opaque and clear surfaces, many jittered passes."""

# ruff: noqa: PLR2004 -- these numbers are the drawing, naming each would hide it

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ai_studio.providers.local import filters
from ai_studio.providers.local.backdrop import paint
from ai_studio.providers.local.backdrop.places import place
from ai_studio.providers.local.geometry.mesh import Floats
from ai_studio.providers.local.light import Rig, rig
from ai_studio.providers.local.lines import edges, needs_lines
from ai_studio.providers.local.post import finish
from ai_studio.providers.local.scene import Scene
from ai_studio.providers.local.shade import Seen, Visibility, dot, see, shade
from ai_studio.providers.local.shadow import DepthMap, depth_map, key_directions, sky_directions
from ai_studio.providers.local.stage import Camera, Matrix, Thing
from ai_studio.providers.local.world import World, build

KEY_MAP, SKY_MAP, FLOOR_GRID = 320, 128, 192
FILM = 0.55  # maps and grids of film frames, relative to a still's: movement hides the difference
SOFT = 0.4  # spread of a key light from which its shadow is a mere hint
FEW = 2  # passes up to which a picture is a draft or a film frame
# Halton points (2, 3), centred: where in the pixel each pass looks.
_JITTER = (
    (0.0, -0.17),
    (-0.25, 0.17),
    (0.25, -0.39),
    (-0.375, -0.06),
    (0.125, 0.28),
    (-0.125, -0.28),
    (0.375, 0.06),
    (-0.44, 0.39),
)


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """A finished picture: rgb (h, w, 3) sRGB 0–1 and alpha (h, w), the subject's share of each pixel."""

    rgb: Floats
    alpha: Floats


@dataclass(frozen=True, slots=True)
class Shot:
    """Camera, picture size in pixels, refinement passes (1–8) and phase (0–1) of things that fall or twinkle."""

    camera: Camera
    width: int
    height: int
    passes: int = 4
    phase: float = 0.0


Sets = dict[Camera, tuple[Floats, Floats]]


@dataclass(slots=True, eq=False)
class _Set:
    """Everything about one picture that does not change between passes."""

    scene: Scene
    world: World
    camera: Camera
    rig: Rig
    width: int
    height: int
    keys: list[DepthMap]
    skies: list[DepthMap]
    base: Floats
    solid: np.ndarray
    clear: np.ndarray


class _Layers:
    """What one pass has painted so far. picture (n, 3); cover, nearness (n,); guide (n, 4): normal, look row + 1."""

    def __init__(self, backdrop: Floats) -> None:
        """`backdrop` (n, 3) sRGB 0–1 is painted over."""
        count = len(backdrop)
        self.picture, self.guide = backdrop, np.zeros((count, 4), np.float32)
        self.cover, self.near = np.zeros(count, np.float32), np.zeros(count, np.float32)

    def put(self, seen: Seen, light: Floats) -> None:
        """Surface points and their linear light (3, k)."""
        self.picture[seen.pixels] = filters.tone(light.T)
        self.cover[seen.pixels] = 1
        self.near[seen.pixels] = seen.nearness
        self.guide[seen.pixels] = np.concatenate([seen.normal.T, seen.look[:, None] + 1], 1)


def render_frame(
    scene: Scene,
    staged: Sequence[Thing],
    shot: Shot,
    *,
    matrices: Sequence[Matrix] | None = None,
    tick: Callable[[float], None] = lambda _share: None,
    sets: Sets | None = None,
) -> Frame:
    """Take the shot. `tick` hears the finished share; `sets` keeps painted backdrops between the frames of a film."""
    passes = shot.passes
    s = _prepare(scene, build(scene, staged, matrices), shot, {} if sets is None else sets)
    tick(0.25)
    total, alpha = np.zeros((s.height * s.width, 3), np.float32), np.zeros(s.height * s.width, np.float32)
    ambient: Floats | None = None
    lines = np.zeros(s.height * s.width, np.float32)
    for i in range(passes):
        layers, ambient = _pass(s, i, passes, ambient)
        total += layers.picture
        alpha += layers.cover
        lines += _outlines(s, layers)
        tick(0.25 + 0.6 * (i + 1) / passes)
    shape = (s.height, s.width)
    share = alpha.reshape(shape) / np.float32(passes)
    rgb = total.reshape(*shape, 3) / np.float32(passes)
    rgb = filters.soften(rgb) if passes == 1 else rgb
    return Frame(finish(scene, rgb, share, lines.reshape(shape) / np.float32(passes), shot.phase), share)


def _prepare(scene: Scene, world: World, shot: Shot, sets: Sets) -> _Set:
    camera, width, height, passes = shot.camera, shot.width, shot.height, shot.passes
    here = place(scene)
    azimuth = math.degrees(math.atan2(camera.eye[0] - camera.target[0], camera.eye[2] - camera.target[2]))
    lights = rig(scene, here.floor, azimuth)
    if camera not in sets:
        sets.clear()
        sets[camera] = paint(scene, camera, lights, width, height)
    base, floor_share = sets[camera][0].copy(), sets[camera][1]
    detail = FILM if passes == 1 else 1.0
    keys = [depth_map(world, d, int(KEY_MAP * detail)) for d in key_directions(lights, max(3, 3 * passes))]
    skies = [depth_map(world, d, int(SKY_MAP * max(detail, 0.75))) for d in sky_directions(8 if passes <= FEW else 20)]
    clear = world.clear()
    s = _Set(
        scene, world, camera, lights, width, height, keys, skies, base, np.flatnonzero(~clear), np.flatnonzero(clear)
    )
    if here.ground and "effect=shadow" not in scene.without:
        _ground_shadow(s, floor_share)
    mirror = max(here.mirror, 0.34 if "reflection" in scene.effects or scene.support == "water" else 0)
    if here.ground and mirror > 0.01 and "effect=reflection" not in scene.without and scene.view != "top":
        _mirror(s, floor_share, mirror)
    s.base = filters.tone(s.base)
    return s


def _ground_shadow(s: _Set, share: Floats) -> None:
    """Darken the floor by what the key light and the sky cannot reach."""
    low, high = s.world.points.min(0), s.world.points.max(0)
    cx, cz, radius = (low[0] + high[0]) / 2, (low[2] + high[2]) / 2, float((high - low).max()) * 1.5 + 0.6
    size = int(FLOOR_GRID * (FILM if len(s.keys) < 4 else 1.0))
    steps = (np.arange(size, dtype=np.float32) + 0.5) / size * 2 - 1
    gx, gz = np.meshgrid(cx + steps * radius, cz + steps * radius)
    y = np.full_like(gx, 0.004)
    # Twenty directions stand for a whole sky: what lies between them is blurred in.
    key, sky = (
        filters.blur(np.stack([_open(m, gx, y, gz) for m in maps]).mean(0, dtype=np.float32)[..., None], radius)[..., 0]
        for maps, radius in ((s.keys, 1), (s.skies, size // 27))
    )
    power = sum(s.rig.key_light) * s.rig.key[1]
    weight = power / (power + sum(s.rig.sky) * 0.9)
    soft = 0.9 if "shadow" in s.scene.effects else 0.5 if s.rig.spread > SOFT else 0.66
    grid = np.asarray(1 - weight * soft * (1 - key) - (1 - weight * 0.6) * 0.95 * (1 - sky), np.float32)
    s.base *= 1 - share[..., None] * (1 - _sample(s, grid, cx, cz, radius))[..., None]


def _open(m: DepthMap, x: Floats, y: Floats, z: Floats) -> Floats:
    """Light share; points outside the map are in the open."""
    p = [x - m.centre[0], y - m.centre[1], z - m.centre[2]]
    u, v = (sum(p[j] * np.float32(m.axes[i, j]) for j in range(3)) for i in range(2))
    outside = (np.abs(u) > m.radius * 0.98) | (np.abs(v) > m.radius * 0.98)
    return np.asarray(np.where(outside, 1.0, m.lit(x, y, z, m.radius * 0.004)), np.float32)


def _sample(s: _Set, grid: Floats, cx: float, cz: float, radius: float) -> Floats:
    """The floor grid seen through every pixel, bilinear; beyond the grid 1."""
    size = grid.shape[0]
    x, y, z = s.camera.rays(s.width, s.height)
    distance = -s.camera.eye[1] / np.minimum(y, -1e-4)
    u = ((s.camera.eye[0] + x * distance - cx) / radius * 0.5 + 0.5) * size - 0.5
    v = ((s.camera.eye[2] + z * distance - cz) / radius * 0.5 + 0.5) * size - 0.5
    inside = (u > 0) & (v > 0) & (u < size - 1) & (v < size - 1)
    out = np.ones((s.height, s.width), np.float32)
    u, v = u[inside].astype(np.float32), v[inside].astype(np.float32)
    iu, iv = u.astype(np.int32), v.astype(np.int32)
    fu, fv = u - iu, v - iv
    flat, at = grid.ravel(), iv * size + iu
    top = flat[at] * (1 - fu) + flat[at + 1] * fu
    low = flat[at + size] * (1 - fu) + flat[at + size + 1] * fu
    out[inside] = top * (1 - fv) + low * fv
    return out


def _mirror(s: _Set, share: Floats, strength: float) -> None:
    """The subject upside down in a polished floor, at half size and blurred: nobody looks for detail there."""
    w, h = max(8, s.width // 2), max(8, s.height // 2)
    eye = np.asarray(s.camera.eye) * np.array([1.0, -1.0, 1.0])
    seen = see(s.world, s.camera, (w, h), np.arange(len(s.world.faces)), eye=eye)
    light, _ = shade(s.world, seen, s.rig, Visibility([], None))
    fade = np.exp(-np.clip(seen.position[1], 0, 9) * 1.5) * strength * 3
    layer = np.zeros((h * w, 4), np.float32)
    layer[seen.pixels, :3] = (filters.tone(light.T) * fade[:, None]).astype(np.float32)
    layer[seen.pixels, 3] = fade
    layer = filters.blur(layer.reshape(h, w, 4), max(1, h // 150))
    big = np.stack([filters.resize(layer[..., i], s.width, s.height) for i in range(4)], -1)
    cover = np.clip(big[..., 3:] * share[..., None], 0, 0.85)
    light_big = big[..., :3] / np.maximum(big[..., 3:], 1e-4)
    s.base += (light_big - s.base) * cover


def _pass(s: _Set, index: int, passes: int, ambient: Floats | None) -> tuple[_Layers, Floats | None]:
    dx, dy = _JITTER[index % len(_JITTER)] if passes > 1 else (0.0, 0.0)
    shift = (s.camera.shift[0] + dx * 2 / s.height, s.camera.shift[1] + dy * 2 / s.height)
    camera = replace(s.camera, shift=shift)
    each = len(s.keys) // passes
    keys = s.keys[index::passes][: max(1, each)]
    layers = _Layers(s.base.reshape(-1, 3).copy())
    if len(s.solid):
        seen = see(s.world, camera, (s.width, s.height), s.solid)
        ambient = _ambient(s, seen) if ambient is None else ambient
        light, _ = shade(s.world, seen, s.rig, Visibility(keys, ambient))
        layers.put(seen, light)
    if len(s.clear):
        _clear(s, camera, keys, layers)
    return layers, ambient


def _outlines(s: _Set, layers: _Layers) -> Floats:
    """Ink lines per pixel, all 0 where the style has none."""
    if not needs_lines(s.scene):
        return np.zeros(len(layers.picture), np.float32)
    shape = (s.height, s.width)
    return edges(layers.guide.reshape(*shape, 4), layers.near.reshape(shape)).ravel()


def _ambient(s: _Set, seen: Seen) -> Floats:
    """Sky visibility per pixel, measured on every other pixel in each direction and spread from there."""
    h2, w2 = (s.height + 1) // 2, (s.width + 1) // 2
    row, column = seen.pixels // s.width, seen.pixels % s.width
    chosen = np.flatnonzero((row % 2 == 0) & (column % 2 == 0))
    n = seen.normal[:, chosen]
    x, y, z = seen.position[:, chosen] + n * np.float32(0.015)
    total, weights = np.zeros(len(chosen), np.float32), np.zeros(len(chosen), np.float32) + 1e-3
    for m in s.skies:
        towards = np.asarray(m.axes[2], np.float32)[:, None]
        weight = np.clip(dot(n, towards) + 0.25, 0, 1)
        total += weight * m.lit(x, y, z, m.radius * 0.02)
        weights += weight
    small = np.zeros((h2 * w2, 2), np.float32)
    at = (row[chosen] // 2) * w2 + column[chosen] // 2
    small[at, 0], small[at, 1] = total / weights, 1
    spread = filters.blur(small.reshape(h2, w2, 2), 1 + s.height // 700)
    value = spread[..., 0] / np.maximum(spread[..., 1], 1e-3)
    value = np.where(spread[..., 1] > 1e-3, value, 1.0).astype(np.float32)
    return filters.resize(value, s.width, s.height).ravel()


def _clear(s: _Set, camera: Camera, keys: list[DepthMap], layers: _Layers) -> None:
    """Glass: what is behind it bent and tinted, plus what it reflects."""
    seen = see(s.world, camera, (s.width, s.height), s.clear)
    front = seen.nearness > layers.near[seen.pixels]
    seen = seen.only(front)
    if not len(seen.pixels):
        return
    light, surface = shade(s.world, seen, s.rig, Visibility(keys, None))
    behind = _bent(s, camera, layers.picture, surface.normal, seen)
    facing = np.clip(dot(surface.normal, seen.view), 0, 1)
    thick = 1 - facing
    tint = surface.base ** (0.55 + 1.9 * thick * thick)
    through = filters.untone(behind).T * tint * surface.transmission * (1 - 0.55 * thick**2.5)
    # A little of the tint glows by itself, as coloured glass does in front of a bright wall.
    light = light + through + surface.base * np.asarray(s.rig.sky, np.float32)[:, None] * 0.09
    layers.put(seen, light)


def _bent(s: _Set, camera: Camera, picture: Floats, normal: Floats, seen: Seen) -> Floats:
    axes = camera.axes().astype(np.float32)
    across = [axes[i, 0] * normal[0] + axes[i, 1] * normal[1] + axes[i, 2] * normal[2] for i in range(2)]
    strength = s.height * 0.05
    x = np.clip(seen.pixels % s.width - across[0] * np.abs(across[0]) * strength, 0, s.width - 1).astype(np.int64)
    y = np.clip(seen.pixels // s.width + across[1] * np.abs(across[1]) * strength, 0, s.height - 1).astype(np.int64)
    return picture[y * s.width + x]
