"""Depth maps from lights: sharp tests added up over many light positions make soft shadows and ambient occlusion."""

# ruff: noqa: PLR2004 -- these numbers are the drawing, naming each would hide it

import math
from dataclasses import dataclass

import numpy as np

from ai_studio.providers.local.geometry.mesh import Floats
from ai_studio.providers.local.light import RGB, Rig
from ai_studio.providers.local.raster import rasterise
from ai_studio.providers.local.stage import Matrix
from ai_studio.providers.local.world import World

_GOLDEN = math.pi * (3 - math.sqrt(5))


@dataclass(frozen=True, slots=True, eq=False)
class DepthMap:
    """Distances towards a light over a square grid; axes rows are side, lift, towards."""

    axes: Matrix
    centre: Matrix
    radius: float
    depth: Floats

    def lit(self, x: Floats, y: Floats, z: Floats, bias: float) -> Floats:
        """Share of light (0–1) that reaches each point, the four nearest texels blended."""
        size = self.depth.shape[0]
        axes = self.axes.tolist()
        cx, cy, cz = self.centre.tolist()
        px, py, pz = x - cx, y - cy, z - cz
        u, v, w = (px * ax + py * ay + pz * az for ax, ay, az in axes)
        scale = size / (2 * self.radius)
        gu = np.clip(u * scale + (size / 2 - 0.5), 0, size - 1.001)
        gv = np.clip(v * scale + (size / 2 - 0.5), 0, size - 1.001)
        iu, iv = gu.astype(np.int32), gv.astype(np.int32)
        fu, fv = (gu - iu).astype(np.float32), (gv - iv).astype(np.float32)
        flat, at, height = self.depth.ravel(), iv * size + iu, w + bias
        a, b = height > flat[at], height > flat[at + 1]
        c, d = height > flat[at + size], height > flat[at + size + 1]
        return np.asarray((a * (1 - fu) + b * fu) * (1 - fv) + (c * (1 - fu) + d * fu) * fv, np.float32)


def depth_map(world: World, direction: RGB, size: int) -> DepthMap:
    """Look at the world from `direction` without perspective."""
    low, high = world.points.min(0), world.points.max(0)
    centre, radius = (low + high) / 2, float(np.sqrt(((high - low) ** 2).sum()) / 2 * 1.03)
    axes = _axes(direction)
    q = world.points - centre
    u, v, w = (sum(q[:, j] * axes[i, j] for j in range(3)) for i in range(3))
    scale = size / (2 * radius)
    xy = np.stack([(u + radius) * scale, (v + radius) * scale], 1)
    hits = rasterise(xy, 0.5 + 0.49 * w / radius, world.faces, size, size)
    depth = np.full(size * size, -1e9, np.float32)
    depth[hits.pixels] = (hits.nearness - 0.5) / 0.49 * radius
    return DepthMap(axes, centre, radius, depth.reshape(size, size))


def _axes(direction: RGB) -> Matrix:
    d = np.asarray(direction, float)
    flat = math.hypot(d[0], d[2])
    side = np.array([d[2], 0.0, -d[0]]) / flat if flat > 1e-6 else np.array([1.0, 0.0, 0.0])
    lift = np.array([d[1] * side[2] - d[2] * side[1], d[2] * side[0] - d[0] * side[2], d[0] * side[1] - d[1] * side[0]])
    return np.stack([side, lift, d])


def key_directions(rig: Rig, count: int) -> list[RGB]:
    """Points spread evenly over the key light's disc (Vogel's spiral)."""
    axes = _axes(rig.key)
    found = []
    for i in range(count):
        r, a = rig.spread * math.sqrt((i + 0.5) / count), i * _GOLDEN
        v = axes[2] + axes[0] * (r * math.cos(a)) + axes[1] * (r * math.sin(a))
        v = v / math.sqrt(float((v * v).sum()))
        found.append((float(v[0]), max(0.04, float(v[1])), float(v[2])))
    return found


def sky_directions(count: int) -> list[RGB]:
    """Cosine-weighted directions over the upper half: as many rays high up as a floor would feel."""
    found = []
    for i in range(count):
        r, a = math.sqrt((i + 0.5) / count) * 0.97, i * _GOLDEN
        found.append((r * math.cos(a), math.sqrt(1 - r * r), r * math.sin(a)))
    return found
