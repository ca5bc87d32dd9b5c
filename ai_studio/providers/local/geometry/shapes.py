"""Plain and graphic shapes."""

import math

import manifold3d as m3

from ai_studio.providers.local.geometry.kit import Kit, Part, Solid, circle_points, star_points


def cube(k: Kit) -> list[Part]:
    return [Part("body", k.box(1.6, 1.6, 1.6, r=0.08))]


def sphere(k: Kit) -> list[Part]:
    return [Part("body", k.ball(1, (0, 0, 1)))]


def cylinder(k: Kit) -> list[Part]:
    return [Part("body", k.lathe([(0, 0), (0.7, 0), (0.7, 1.9), (0, 1.9)], 0.06))]


def cone(k: Kit) -> list[Part]:
    return [Part("body", k.lathe([(0, 0), (0.95, 0), (0, 2)], 0.05))]


def pyramid(k: Kit) -> list[Part]:
    base = [k.ball(0.05, (x, y, 0.05)) for x in (-0.9, 0.9) for y in (-0.9, 0.9)]
    return [Part("body", k.hull(*base, k.ball(0.05, (0, 0, 1.5))))]


def torus(k: Kit) -> list[Part]:
    return [Part("body", k.ring(0.72, 0.3).rotate((78, 0, 0)).translate((0, 0, 1.0)))]


def capsule(k: Kit) -> list[Part]:
    low = k.hull(k.ball(0.5, (0, 0, 0.5)), k.rod(0.5, 0.01, (0, 0, 1)))
    high = k.hull(k.ball(0.5, (0, 0, 1.5)), k.rod(0.5, 0.01, (0, 0, 1.02)))
    return [Part("body", low.rotate((0, 24, 0))), Part("accent", high.rotate((0, 24, 0)))]


def heart(k: Kit) -> list[Part]:
    points = []
    for i in range(72):
        t = 2 * math.pi * i / 72
        x = 16 * math.sin(t) ** 3
        z = 13 * math.cos(t) - 5 * math.cos(2 * t) - 2 * math.cos(3 * t) - math.cos(4 * t)
        points.append((x / 16, z / 16 + 1.05))
    return [Part("body", k.puffy(points, 0.38))]


def star(k: Kit) -> list[Part]:
    tips = [(x, z + 1.0) for x, z in star_points(5, 1.05, 0.5)]
    soft = k.rounded(tips, 0.07).to_polygons()[0]
    return [Part("body", k.puffy([(float(x), float(z)) for x, z in soft], 0.26))]


def arch(k: Kit) -> list[Part]:
    outer = k.join(
        k.box(1.7, 0.6, 1.1, r=0), k.rod(0.85, 0.6).translate((0, 0, -0.3)).rotate((90, 0, 0)).translate((0, 0, 1.1))
    )
    inner = k.join(
        k.box(0.9, 1, 1.1, r=0), k.rod(0.45, 1).translate((0, 0, -0.5)).rotate((90, 0, 0)).translate((0, 0, 1.1))
    )
    return [Part("body", outer - inner)]


def knot(k: Kit) -> list[Part]:
    path = []
    for i in range(k.n * 3):
        t = 2 * math.pi * i / (k.n * 3)
        r = 0.62 + 0.26 * math.cos(3 * t)
        path.append((r * math.cos(2 * t), 0.34 * math.sin(3 * t), r * math.sin(2 * t) + 1.0))
    return [Part("body", k.sweep(path, 0.155, closed=True))]


def spiral(k: Kit) -> list[Part]:
    steps = k.n * 4
    path = [
        (0.6 * math.cos(8 * math.pi * i / steps), 0.6 * math.sin(8 * math.pi * i / steps), 0.13 + 1.75 * i / steps)
        for i in range(steps + 1)
    ]
    return [Part("body", k.sweep(path, 0.13))]


def gear(k: Kit) -> list[Part]:
    teeth = 12
    points = [
        ((1.0 if j in (1, 2) else 0.8) * math.cos(a), (1.0 if j in (1, 2) else 0.8) * math.sin(a) + 1.0)
        for i in range(teeth)
        for j in range(4)
        for a in (2 * math.pi * (i + (0.1, 0.3, 0.6, 0.8)[j]) / teeth,)
    ]
    hole = k.rod(0.3, 2, (0, 0, -1)).rotate((90, 0, 0)).translate((0, 0, 1))
    rim = k.rod(0.62, 2, (0, 0, -1)).rotate((90, 0, 0)).translate((0, 0, 1))
    disc = k.plate(points, 0.36, 0.02) - hole
    dish = (rim - k.rod(0.42, 3, (0, 0, -1.5)).rotate((90, 0, 0)).translate((0, 0, 1))) ^ k.box(3, 0.2, 3)
    return [Part("body", disc - dish.translate((0, -0.23, 0)) - dish.translate((0, 0.23, 0)))]


def drop(k: Kit) -> list[Part]:
    profile = [(0.0, 0.0)]
    for i in range(1, k.n):
        t = math.pi * i / k.n
        profile.append((0.78 * math.sin(t) * math.sin(t / 2) ** 1.1 * 1.1, 1.0 + 1.0 * math.cos(t)))
    tail = sorted(((r, z) for r, z in profile if z > 0), key=lambda p: p[1])
    return [Part("body", k.lathe([(0, 0), *tail, (0, 2.02)]))]


def icosahedron(k: Kit) -> list[Part]:
    g = (1 + math.sqrt(5)) / 2
    points = [p for a in (-1, 1) for b in (-g, g) for p in ((0, a, b), (a, b, 0), (b, 0, a))]
    solid = m3.Manifold.hull_points(points).scale((0.53, 0.53, 0.53)).rotate((0, 32, 0))
    return [Part("body", _grounded(solid))]


def crystal(k: Kit) -> list[Part]:
    def shard(h: float, r: float, lean: float, turn: float) -> Solid:
        six = [(x, y, 0.0) for x, y in circle_points(6, r * 0.8)]
        top = [(x, y, h * 0.76) for x, y in circle_points(6, r)]
        return m3.Manifold.hull_points([*six, *top, (r * 0.12, 0, h)]).rotate((0, lean, turn))

    shards = [shard(2.0, 0.36, 3, 0), shard(1.35, 0.27, 24, 20), shard(1.15, 0.23, 27, 150), shard(1.0, 0.24, 30, 265)]
    base = k.ball(0.55, (0, 0, 0), (1, 1, 0.3)) ^ k.box(3, 3, 1, r=0)
    return [*(Part("body", s.trim_by_plane((0, 0, 1), 0.02)) for s in shards), Part("stone", base)]


def diamond(k: Kit) -> list[Part]:
    girdle = [(x, y, 1.05 + dz) for x, y in circle_points(16, 1.0) for dz in (0, 0.06)]
    table = [(x, y, 1.46) for x, y in circle_points(8, 0.56, start=22.5)]
    crown = [(x, y, 1.32) for x, y in circle_points(8, 0.82)]
    pavilion = [(x, y, 0.5) for x, y in circle_points(8, 0.52, start=22.5)]
    return [Part("body", m3.Manifold.hull_points([*girdle, *table, *crown, *pavilion, (0, 0, 0)]))]


def arrow(k: Kit) -> list[Part]:
    outline = [(-0.3, 0), (0.3, 0), (0.3, 1.0), (0.8, 1.0), (0, 2.0), (-0.8, 1.0), (-0.3, 1.0)]
    return [Part("body", k.plate(outline, 0.45, 0.05))]


def lightning(k: Kit) -> list[Part]:
    outline = [(-0.25, 0), (0.62, 1.2), (0.12, 1.2), (0.45, 2.0), (-0.35, 2.0), (-0.6, 0.86), (-0.08, 0.86)]
    return [Part("body", k.plate(outline, 0.4, 0.03))]


def _grounded(solid: Solid) -> Solid:
    return solid.translate((0, 0, -solid.bounding_box()[2]))
