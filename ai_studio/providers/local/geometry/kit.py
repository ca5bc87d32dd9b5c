"""A small modelling kit over Manifold's CSG. Builders think in z-up, about two units tall, standing on z = 0."""

# ruff: noqa: PLR2004 -- these numbers are the drawing, naming each would hide it

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import manifold3d as m3
import numpy as np
from manifold3d import CrossSection as Profile
from manifold3d import Manifold as Solid

Point = tuple[float, float]


class Part(NamedTuple):
    """A closed solid and the role that decides its look: body, accent, dark, metal, glass, glow, leaf …"""

    role: str
    solid: Solid


class Kit:
    """Primitives at one tessellation: `n` segments to the full circle."""

    def __init__(self, n: int) -> None:
        self.n = n

    def ball(self, r: float, at: Sequence[float] = (0, 0, 0), scale: Sequence[float] = (1, 1, 1)) -> Solid:
        # Small balls need few facets: what counts is the size of a facet, not their number.
        solid = m3.Manifold.sphere(r, max(10, int(self.n * min(1.0, 0.3 + 1.6 * r))))
        return solid.scale(tuple(scale)).translate(tuple(at))

    def rod(self, r: float, h: float, at: Sequence[float] = (0, 0, 0), top: float | None = None) -> Solid:
        """A cylinder or cone standing at `at`."""
        end = r if top is None else top
        return m3.Manifold.cylinder(h, r, end, self.n).translate(tuple(at))

    def pill(self, start: Sequence[float], end: Sequence[float], r: float, r2: float | None = None) -> Solid:
        """A round-ended stick between two points."""
        few = max(8, self.n // 3)
        caps = [
            m3.Manifold.sphere(r, few).translate(tuple(start)),
            m3.Manifold.sphere(r2 or r, few).translate(tuple(end)),
        ]
        return m3.Manifold.batch_hull(caps)

    def chain(self, points: Sequence[Sequence[float]], r: float) -> Solid:
        """Pills along a path, joined."""
        return self.join(*(self.pill(a, b, r) for a, b in pairwise(points)))

    def box(self, x: float, y: float, z: float, at: Sequence[float] = (0, 0, 0), r: float = 0.03) -> Solid:
        """A rounded box standing at `at`, centred in x and y."""
        if r <= 0:
            return m3.Manifold.cube((x, y, z), center=True).translate((at[0], at[1], at[2] + z / 2))
        few = max(4, self.n // 6 * 2)
        seed = m3.Manifold.sphere(r, few)
        signs = [(i, j, k) for i in (-1, 1) for j in (-1, 1) for k in (-1, 1)]
        corners = [seed.translate((i * (x / 2 - r), j * (y / 2 - r), k * (z / 2 - r))) for i, j, k in signs]
        return m3.Manifold.batch_hull(corners).translate((at[0], at[1], at[2] + z / 2))

    def lathe(self, profile: Sequence[Point], r: float = 0.0) -> Solid:
        """Turn (radius, height) points around the z axis, corners rounded by `r`."""
        mirrored = [*profile, *((-x, z) for x, z in reversed(profile) if x > 1e-9)]
        return self.rounded(mirrored, r).revolve(self.n)

    def rounded(self, polygon: Sequence[Point], r: float) -> Profile:
        """A polygon with convex and concave corners rounded by `r`."""
        shape = m3.CrossSection([_anticlockwise(polygon)])
        if r <= 0:
            return shape
        segments = max(8, self.n // 2)
        join = m3.JoinType.Round
        grown = shape.offset(-r, join, 2.0, segments).offset(2 * r, join, 2.0, segments)
        return grown.offset(-r, join, 2.0, segments).simplify(1e-4)

    def plate(self, polygon: Sequence[Point], depth: float, r: float = 0.0) -> Solid:
        """A polygon in x–z, `depth` thick along y, centred: something seen from the front."""
        return self.upright(self.rounded(polygon, r), depth)

    def upright(self, shape: Profile, depth: float) -> Solid:
        return shape.extrude(depth).translate((0, 0, -depth / 2)).rotate((90, 0, 0))

    def puffy(self, polygon: Sequence[Point], depth: float) -> Solid:
        """A polygon blown up like a cushion, facing front: thickness follows the distance to the outline."""
        outline = np.asarray(_anticlockwise(polygon), float)
        plate = m3.CrossSection([outline]).extrude(2.0).translate((0, 0, -1)).refine_to_length(3.2 / self.n)

        def inflate(points: np.ndarray) -> np.ndarray:
            share = np.minimum(_distance(points[:, :2], outline) / depth, 1.0)
            half = 0.012 + depth * np.sqrt(1 - (1 - share) ** 2)
            return np.column_stack([points[:, :2], points[:, 2] * half])

        return plate.warp_batch(inflate).rotate((90, 0, 0))

    def ring(self, radius: float, r: float, at: Sequence[float] = (0, 0, 0)) -> Solid:
        """A torus lying flat."""
        circle = m3.CrossSection.circle(r, max(8, self.n // 2)).translate((radius, 0))
        return circle.revolve(self.n).translate(tuple(at))

    def sweep(self, points: Sequence[Sequence[float]], r: float, *, closed: bool = False) -> Solid:
        """A round tube along a path (its ends capped), by parallel transport."""
        return _sweep(np.asarray(points, float), r, max(6, self.n // 3), closed=closed)

    def join(self, *solids: Solid) -> Solid:
        return m3.Manifold.batch_boolean(list(solids), m3.OpType.Add)

    def hull(self, *solids: Solid) -> Solid:
        return m3.Manifold.batch_hull(list(solids))

    def around(self, solid: Solid, count: int, start: float = 0.0) -> Solid:
        """Copies of a solid around the z axis."""
        return self.join(*(solid.rotate((0, 0, start + 360 * i / count)) for i in range(count)))


def curve(points: Sequence[Point], per: int = 6) -> list[Point]:
    """A Catmull–Rom spline through 2D points, `per` pieces to a span."""
    p = np.asarray([points[0], *points, points[-1]], float)
    out: list[Point] = []
    for a, b, c, d in zip(p, p[1:], p[2:], p[3:], strict=False):
        for t in (i / per for i in range(per)):
            q = 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - 3 * c + d - a) * t**3)
            out.append((max(0.0, float(q[0])), float(q[1])) if p[:, 0].min() >= 0 else (float(q[0]), float(q[1])))
    return [*out, (float(p[-1][0]), float(p[-1][1]))]


def circle_points(count: int, radius: float, centre: Point = (0, 0), start: float = 0.0) -> list[Point]:
    """`count` points on a circle, from `start` degrees."""
    angles = [math.radians(start) + 2 * math.pi * i / count for i in range(count)]
    return [(centre[0] + radius * math.cos(a), centre[1] + radius * math.sin(a)) for a in angles]


def star_points(tips: int, outer: float, inner: float, start: float = 90.0) -> list[Point]:
    """A star polygon."""
    radii = [outer if i % 2 == 0 else inner for i in range(2 * tips)]
    angles = [math.radians(start + 180 * i / tips) for i in range(2 * tips)]
    return [(r * math.cos(a), r * math.sin(a)) for r, a in zip(radii, angles, strict=True)]


def _distance(points: np.ndarray, outline: np.ndarray) -> np.ndarray:
    """Distance of each point (n, 2) to the nearest side of a closed outline (m, 2)."""
    nearest = np.full(len(points), np.inf)
    for a, b in zip(outline, np.roll(outline, -1, axis=0), strict=True):
        side = b - a
        t = np.clip(((points - a) * side).sum(1) / max(float((side * side).sum()), 1e-12), 0, 1)
        nearest = np.minimum(nearest, np.sqrt(((points - a - t[:, None] * side) ** 2).sum(1)))
    return nearest


def _anticlockwise(polygon: Sequence[Point]) -> list[Point]:
    area = sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(polygon, [*polygon[1:], polygon[0]], strict=True))
    return list(polygon) if area > 0 else list(reversed(polygon))


def _sweep(path: np.ndarray, r: float, sides: int, *, closed: bool) -> Solid:
    count = len(path)
    ahead = np.roll(path, -1, axis=0) if closed else np.vstack([path[1:], path[-1:]])
    behind = np.roll(path, 1, axis=0) if closed else np.vstack([path[:1], path[:-1]])
    tangent = ahead - behind
    tangent /= np.sqrt((tangent**2).sum(1, keepdims=True))
    side = _transported(tangent, closed=closed)
    up = np.cross(tangent, side)
    angles = np.linspace(0, 2 * np.pi, sides, endpoint=False)
    circle = np.cos(angles)[None, :, None] * side[:, None] + np.sin(angles)[None, :, None] * up[:, None]
    points = (path[:, None] + r * circle).reshape(-1, 3)
    faces = [
        face
        for i in range(count if closed else count - 1)
        for j in range(sides)
        for face in _tile(i * sides, (i + 1) % count * sides, j, (j + 1) % sides)
    ]
    if not closed:
        points = np.vstack([points, path[:1], path[-1:]])
        last = (count - 1) * sides
        faces += [(len(points) - 2, (j + 1) % sides, j) for j in range(sides)]
        faces += [(len(points) - 1, last + j, last + (j + 1) % sides) for j in range(sides)]
    return Solid(m3.Mesh(points.astype(np.float32), np.asarray(faces, np.uint32)))


def _tile(low: int, high: int, j: int, k: int) -> list[tuple[int, int, int]]:
    return [(low + j, low + k, high + j), (low + k, high + k, high + j)]


def _transported(tangent: np.ndarray, *, closed: bool) -> np.ndarray:
    """A side vector that turns as little as possible along the path; a closed path spreads the remaining twist."""
    first = np.cross(tangent[0], (0.0, 0.0, 1.0))
    if np.sqrt((first**2).sum()) < 1e-3:
        first = np.cross(tangent[0], (0.0, 1.0, 0.0))
    sides = [first / np.sqrt((first**2).sum())]
    for t in [*tangent[1:], *([tangent[0]] if closed else [])]:
        s = sides[-1] - t * (sides[-1] * t).sum()
        sides.append(s / np.sqrt((s**2).sum()))
    if not closed:
        return np.asarray(sides)
    twist = math.atan2(float((np.cross(sides[-1], sides[0]) * tangent[0]).sum()), float((sides[-1] * sides[0]).sum()))
    turned = [
        s * math.cos(a) + np.cross(t, s) * math.sin(a)
        for s, t, a in zip(sides[:-1], tangent, (twist * i / len(tangent) for i in range(len(tangent))), strict=True)
    ]
    return np.asarray(turned)
