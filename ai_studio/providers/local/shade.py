"""From seen surface points to light: a metallic-roughness model under the rig."""

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from ai_studio.providers.local import light
from ai_studio.providers.local.geometry.mesh import Floats, Ints
from ai_studio.providers.local.light import Rig
from ai_studio.providers.local.raster import barycentric, rasterise
from ai_studio.providers.local.shadow import DepthMap
from ai_studio.providers.local.stage import Camera, Matrix
from ai_studio.providers.local.texture import TEXTURES, Surface
from ai_studio.providers.local.world import World

EXPOSURE = np.float32(0.84)
_FIELDS = ("metallic", "roughness", "transmission", "coat", "sheen", "soft", "emissive")


class Seen(NamedTuple):
    """Visible surface points: pixels (k,), look rows (k,), position, normal, local, view (3, k), nearness (k,)."""

    pixels: Ints
    look: Ints
    position: Floats
    normal: Floats
    local: Floats
    view: Floats
    nearness: Floats

    def only(self, chosen: npt.NDArray[np.bool_]) -> "Seen":
        """The chosen points, (k,) booleans."""
        kept: list[Any] = [field[..., chosen] for field in self]
        return Seen(*kept)


@dataclass(frozen=True, slots=True, eq=False)
class Visibility:
    """Key light maps for this pass and the picture-wide ambient share (h·w,) or None while it is being measured."""

    key: list[DepthMap]
    ambient: Floats | None


def see(world: World, camera: Camera, size: tuple[int, int], chosen: Ints, *, eye: Matrix | None = None) -> Seen:
    """Rasterise the chosen faces and interpolate their attributes, perspective-correct.

    `eye` overrides where the viewer is for shading: the mirrored camera of a reflection.
    """
    width, height = size
    points = world.points if eye is None else world.points * np.array([1.0, -1.0, 1.0])
    xy, depth = camera.project(points, width, height)
    faces = world.faces[chosen]
    faces, kept = _facing(xy, faces, flip=eye is not None)
    near = 0.05 / depth
    hits = rasterise(xy, near, faces, width, height)
    weights = barycentric(xy, faces, hits, width).T
    corner = faces[hits.faces].T
    weights = weights * near[corner].astype(np.float32)
    weights /= weights.sum(0)
    position = _blend(world.points.T.astype(np.float32), corner, weights)
    normal = unit(_blend(world.normals, corner, weights))
    viewer = np.asarray(camera.eye if eye is None else eye, np.float32)
    view = unit(viewer[:, None] - position)
    local = _blend(world.local, corner, weights)
    return Seen(hits.pixels, world.look[chosen[kept[hits.faces]]], position, normal, local, view, hits.nearness)


def _facing(xy: Matrix, faces: Ints, *, flip: bool) -> tuple[Ints, Ints]:
    a, b, c = (xy[faces[:, i]] for i in range(3))
    area = (b[:, 0] - a[:, 0]) * (c[:, 1] - a[:, 1]) - (b[:, 1] - a[:, 1]) * (c[:, 0] - a[:, 0])
    kept = np.flatnonzero(area > 0 if flip else area < 0)
    return faces[kept], kept


def _blend(values: Floats, corner: Ints, weights: Floats) -> Floats:
    return np.stack([v[corner[0]] * weights[0] + v[corner[1]] * weights[1] + v[corner[2]] * weights[2] for v in values])


def unit(v: Floats) -> Floats:
    """Normalise (3, k)."""
    return np.asarray(v / np.maximum(np.sqrt(v[0] * v[0] + v[1] * v[1] + v[2] * v[2]), 1e-6), np.float32)


def dot(a: Floats, b: Floats) -> Floats:
    return np.asarray(a[0] * b[0] + a[1] * b[1] + a[2] * b[2], np.float32)


class Surfaces(NamedTuple):
    """Material values per seen point; base is (3, k) linear."""

    base: Floats
    metallic: Floats
    roughness: Floats
    transmission: Floats
    coat: Floats
    sheen: Floats
    soft: Floats
    emissive: Floats
    normal: Floats


def surfaces(world: World, seen: Seen) -> Surfaces:
    """Look rows spread to points, with textures applied."""
    table = np.array([[getattr(item, f) for f in _FIELDS] for item in world.looks], np.float32)
    values = {f: table[seen.look, i] for i, f in enumerate(_FIELDS)}
    base = np.ascontiguousarray(world.base[seen.look].T)
    normal = seen.normal.copy()
    for row, item in enumerate(world.looks):
        if item.texture:
            at = np.flatnonzero(seen.look == row)
            if len(at):
                surface = TEXTURES[item.texture](np.ascontiguousarray(seen.local[:, at]))
                _texture(base, normal, at, surface, world.second[row], seen.view)
    # A bump may turn a normal away from the viewer, which would shade as a black fleck.
    facing = dot(normal, seen.view)
    normal = unit(normal + seen.view * np.maximum(0.0, 0.03 - facing))
    return Surfaces(base, normal=normal, **values)


def _texture(  # noqa: PLR0917 -- writes into two arrays of the same points
    base: Floats, normal: Floats, at: Ints, surface: Surface, second: Floats, view: Floats
) -> None:
    mixed = base[:, at]
    mixed += (second[:, None] - mixed) * surface.blend
    mixed *= surface.shade
    if surface.rainbow:
        angle = dot(normal[:, at], view[:, at]) * 6
        for c in range(3):
            mixed[c] *= 1 + surface.rainbow * np.sin(angle + 2.1 * c)
    base[:, at] = np.clip(mixed, 0, 1)
    normal[:, at] = unit(normal[:, at] + surface.bump)


def shade(world: World, seen: Seen, rig: Rig, visibility: Visibility) -> tuple[Floats, Surfaces]:
    """Linear light (3, k) towards the viewer. For clear surfaces: only what is reflected or scattered."""
    s = surfaces(world, seen)
    n, v = s.normal, seen.view
    facing = np.clip(dot(n, v), 0.02, 1)
    lit = _key_share(seen, rig, visibility)
    open_ = 1.0 if visibility.ambient is None else visibility.ambient[seen.pixels]
    sun = dot(n, np.asarray(rig.key, np.float32)[:, None])
    # Translucent things glow on past the terminator (wrapped diffuse).
    sun = np.clip((sun + s.soft * 0.5) / (1 + s.soft * 0.5), 0, 1) * lit
    around = light.ambient(rig, n[0], n[1], n[2])
    diffuse = np.stack([sun * rig.key_light[c] + around[c] * (open_ + s.soft * 0.15) for c in range(3)])
    body = s.base * (1 - s.metallic) * (1 - s.transmission)
    # A matt white surface facing the key light should come out just below white: brand colours stay themselves.
    out = body * diffuse * EXPOSURE + _specular(s, n, v, facing, rig, lit, open_)
    out += s.base * s.emissive * 2.2
    rim = (1 - facing) ** 3 * s.sheen * 0.5
    out += np.sqrt(s.base) * rim * (around * 0.6 + 0.2)
    return out.astype(np.float32), s


def _key_share(seen: Seen, rig: Rig, visibility: Visibility) -> Floats:
    if not visibility.key:
        return np.ones(len(seen.pixels), np.float32)
    x, y, z = seen.position + seen.normal * np.float32(0.012)
    total = sum(m.lit(x, y, z, m.radius * 0.012) for m in visibility.key)
    return np.asarray(total, np.float32) / len(visibility.key) * _pool(rig, x, z)


def _pool(rig: Rig, x: Floats, z: Floats) -> Floats | float:
    if not rig.pool:
        return 1.0
    return np.asarray(1 - rig.pool * 0.5 * np.clip((np.sqrt(x * x + z * z) - 1.6) / 2.5, 0, 1), np.float32)


def _specular(  # noqa: PLR0917 -- one formula, its terms
    s: Surfaces, n: Floats, v: Floats, facing: Floats, rig: Rig, lit: Floats, open_: Floats | float
) -> Floats:
    """Environment by Karis's mobile split-sum fit (2014), key light by GGX, and a thin clear coat on top."""
    mirror = 2 * dot(n, v) * n - v
    f0 = 0.04 + (s.base - 0.04) * s.metallic
    scale, offset = environment_brdf(s.roughness, facing)
    around = light.reflected(rig, mirror[0], mirror[1], mirror[2], s.roughness)
    hidden = 0.35 + 0.65 * open_
    out = around * (f0 * scale + offset) * hidden
    half = unit(v + np.asarray(rig.key, np.float32)[:, None])
    towards = np.clip(dot(n, np.asarray(rig.key, np.float32)[:, None]), 0, 1)
    out += f0 * (_ggx(np.clip(dot(n, half), 0, 1), np.maximum(s.roughness, 0.09)) * towards * lit * 0.35) * np.asarray(
        rig.key_light, np.float32
    )[:, None]  # fmt: skip
    if s.coat.any():
        glaze = light.reflected(rig, mirror[0], mirror[1], mirror[2], np.full_like(s.roughness, 0.05))
        fresnel = 0.04 + 0.96 * (1 - facing) ** 5
        out = out * (1 - s.coat * fresnel) + glaze * (s.coat * fresnel * hidden)
    return np.asarray(out, np.float32)


def environment_brdf(roughness: Floats, facing: Floats) -> tuple[Floats, Floats]:
    """Scale and offset of F0 (Karis 2014, "Physically Based Shading on Mobile")."""
    rest = 1 - roughness
    a = np.minimum(rest * rest, np.exp2(-9.28 * facing)) * rest + 0.0425 - 0.0275 * roughness
    scale = np.clip(-1.04 * a + 1.04 - 0.572 * roughness, 0, 1)
    offset = np.clip(1.04 * a - 0.04 + 0.022 * roughness, 0, 1)
    return scale.astype(np.float32), offset.astype(np.float32)


def _ggx(cosine: Floats, roughness: Floats) -> Floats:
    a2 = roughness**4
    d = cosine * cosine * (a2 - 1) + 1
    return np.asarray(np.minimum(a2 / (np.pi * d * d), 60.0), np.float32)
