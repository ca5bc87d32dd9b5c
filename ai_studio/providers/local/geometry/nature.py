"""Plants, stones, sky and weather."""

import math
from itertools import pairwise

import manifold3d as m3

from ai_studio.providers.local.geometry.kit import Kit, Part, Solid, circle_points, curve


def tree(k: Kit) -> list[Part]:
    trunk = k.join(
        k.pill((0, 0, 0.05), (0.02, 0, 0.95), 0.13, 0.09),
        k.pill((0, 0, 0.6), (0.36, 0.1, 1.05), 0.06),
        k.pill((0, 0, 0.55), (-0.32, -0.1, 1.0), 0.06),
    )
    puffs = [
        (0, 0, 1.5, 0.5),
        (0.42, 0.1, 1.25, 0.36),
        (-0.42, -0.05, 1.22, 0.38),
        (0.12, -0.36, 1.2, 0.34),
        (-0.1, 0.38, 1.28, 0.36),
        (0.24, -0.1, 1.72, 0.3),
    ]
    return [
        Part("bark", trunk.trim_by_plane((0, 0, 1), 0)),
        Part("body", k.join(*(k.ball(r, (x, y, z)) for x, y, z, r in puffs))),
    ]


def pine(k: Kit) -> list[Part]:
    tiers = [
        k.lathe([(0, z), (r, z - 0.05), (r * 0.86, z + 0.06), (0, z + h)], 0.02)
        for z, r, h in ((0.38, 0.62, 0.75), (0.78, 0.5, 0.66), (1.15, 0.38, 0.85))
    ]
    return [Part("bark", k.rod(0.12, 0.45)), Part("body", k.join(*tiers))]


def palm(k: Kit) -> list[Part]:
    path = [(0.28 * math.sin(t * 1.4) - 0.1, 0.0, 1.5 * t) for t in (i / 12 for i in range(13))]
    trunk = k.join(*(k.pill(a, b, 0.1 - 0.004 * i, 0.085 - 0.004 * i) for i, (a, b) in enumerate(pairwise(path))))
    top = path[-1]
    spine = [(0.05, 0.0, 1.5), (0.32, 0.16, 4.6), (0.62, 0.08, 4.0), (0.88, -0.26, 0.6)]
    beads = [k.ball(0.03, (x, 0, z), (1.5, w, 0.5)) for x, z, w in spine]
    leaf_ = k.join(*(k.hull(a, b) for a, b in pairwise(beads)))
    nuts = k.join(*(k.ball(0.09, (0.11 * math.cos(a), 0.11 * math.sin(a), -0.06)) for a in (0.4, 2.5, 4.6)))
    return [
        Part("bark", trunk.trim_by_plane((0, 0, 1), 0)),
        Part("body", k.around(leaf_, 8).translate(top)),
        Part("seed", nuts.translate(top)),
    ]


def _craggy(k: Kit, points: list[tuple[float, float, float]]) -> Solid:
    return m3.Manifold.hull_points(points)


def mountain(k: Kit) -> list[Part]:
    def peak(x: float, y: float, h: float, r: float, turn: float) -> tuple[Solid, Solid]:
        ring = circle_points(9, r, start=turn)
        low = [(x + px * (1 + 0.12 * math.sin(i * 2.4)), y + py, 0.0) for i, (px, py) in enumerate(ring)]
        mid = [
            (x + px * 0.56 * (1 + 0.2 * math.sin(i * 1.7)), y + py * 0.56, h * (0.42 + 0.09 * math.sin(i * 3.1)))
            for i, (px, py) in enumerate(ring)
        ]
        solid = k.hull(_craggy(k, [*low, *mid]), _craggy(k, [*mid, (x, y, h)]))
        cap_ = solid.trim_by_plane((0.1, 0.05, 1), h * 0.66).scale((1.02, 1.02, 1.012))
        return solid, cap_

    peaks = [peak(0, 0, 1.7, 0.95, 0), peak(0.72, 0.22, 1.1, 0.62, 25), peak(-0.75, 0.1, 0.9, 0.58, 50)]
    return [Part("body", k.join(*(p for p, _ in peaks))), Part("snow", k.join(*(c for _, c in peaks[:2])))]


def rock(k: Kit) -> list[Part]:
    def stone(x: float, y: float, r: float, phase: float) -> Solid:
        points = []
        for i in range(38):
            z, a = 1 - 2 * (i + 0.5) / 38, i * 2.39996
            s = math.sqrt(1 - z * z) * r * (1 + 0.13 * math.sin(i * 1.9 + phase))
            points.append(
                (
                    x + s * math.cos(a) * 1.15,
                    y + s * math.sin(a),
                    r * 0.72 + z * r * 0.8 * (1 + 0.1 * math.cos(i * 2.3 + phase)),
                )
            )
        return _craggy(k, points)

    return [
        Part(
            "body",
            k.join(stone(0, 0, 0.8, 0), stone(0.78, -0.42, 0.34, 2), stone(-0.7, -0.5, 0.24, 4)).trim_by_plane(
                (0, 0, 1), 0.05
            ),
        )
    ]


def _stem(k: Kit, height: float) -> Solid:
    leaf_ = k.hull(
        k.ball(0.04, (0.03, 0, 0.2), (1, 1, 0.6)),
        k.ball(0.05, (0.32, 0, 0.52), (1.3, 2.4, 0.5)),
        k.ball(0.02, (0.5, 0, 0.72), (1, 1, 0.5)),
    )
    return k.join(k.rod(0.045, height, (0, 0, 0)), leaf_, leaf_.rotate((0, 0, 170)).translate((0, 0, -0.1)))


def flower(k: Kit) -> list[Part]:
    petal = k.ball(0.3, (0.46, 0, 0), (1.05, 0.62, 0.26)).rotate((0, -14, 0))
    head = k.around(petal, 9).rotate((62, 0, 0)).translate((0, -0.06, 1.5))
    eye = k.ball(0.24, (0, 0, 0.03), (1, 1, 0.55)).rotate((62, 0, 0)).translate((0, -0.06, 1.5))
    return [Part("leaf", _stem(k, 1.46)), Part("body", head), Part("cheese", eye)]


def rose(k: Kit) -> list[Part]:
    petals = []
    for ring, count, r, size in ((0, 3, 0.1, 0.3), (1, 5, 0.2, 0.34), (2, 6, 0.33, 0.36)):
        petal = k.ball(size, (r, 0, 1.55 - 0.07 * ring), (0.34, 0.86, 0.98)).trim_by_plane((0, 0, 1), 1.3 - 0.02 * ring)
        petals.append(k.around(petal.rotate((0, 0, 0)), count, ring * 31))
    cup = k.ball(0.3, (0, 0, 1.38), (1, 1, 0.7))
    return [
        Part("body", k.join(*petals, cup)),
        Part("leaf", k.join(_stem(k, 1.3), k.around(k.pill((0.1, 0, 1.16), (0.36, 0, 1.1), 0.05, 0.02), 5))),
    ]


def tulip(k: Kit) -> list[Part]:
    petal = (
        k.lathe([(0, 1.1), *curve([(0.0, 1.1), (0.3, 1.3), (0.3, 1.62), (0.0, 2.0)], 6)])
        .scale((0.62, 0.9, 1))
        .rotate((0, 0, 0))
        .translate((0.14, 0, 0))
    )
    return [
        Part("body", k.join(k.around(petal, 6), k.ball(0.26, (0, 0, 1.36)))),
        Part("leaf", k.join(_stem(k, 1.15), _stem(k, 0.9).scale((1.15, 1.3, 1.5)).rotate((0, 0, 80)))),
    ]


def cactus(k: Kit) -> list[Part]:
    def ribbed(r: float, start: tuple[float, float, float], end: tuple[float, float, float]) -> Solid:
        core = k.pill(start, end, r)
        spread = [(r * 0.82 * c, r * 0.82 * s) for c, s in circle_points(9, 1.0)]
        ribs = [
            k.pill((start[0] + x, start[1] + y, start[2]), (end[0] + x, end[1] + y, end[2]), r * 0.26)
            for x, y in spread
        ]
        return k.join(core, *ribs)

    arms = [
        k.pill((0, 0, 0.92), (0.5, 0, 0.98), 0.13),
        ribbed(0.13, (0.52, 0, 1.0), (0.52, 0, 1.42)),
        k.pill((0, 0, 0.78), (-0.46, 0, 0.82), 0.12),
        ribbed(0.12, (-0.47, 0, 0.84), (-0.47, 0, 1.18)),
    ]
    pot = k.lathe(
        [(0, 0), (0.36, 0), (0.46, 0.42), (0.52, 0.42), (0.52, 0.55), (0.43, 0.55), (0.43, 0.48), (0, 0.48)], 0.01
    )
    bloom = k.join(*(k.ball(0.09, (x, 0, z), (1, 1, 0.8)) for x, z in ((0, 2.0), (0.52, 1.58))))
    return [
        Part("body", k.join(ribbed(0.25, (0, 0, 0.5), (0, 0, 1.72)), *arms)),
        Part("accent", pot),
        Part("soil", k.rod(0.42, 0.04, (0, 0, 0.47))),
        Part("red", bloom),
    ]


def mushroom(k: Kit) -> list[Part]:
    cap_ = k.lathe([(0, 1.02), (0.78, 0.92), *curve([(0.95, 0.98), (0.84, 1.38), (0.45, 1.66), (0.0, 1.74)], 7)], 0.02)
    dots = [
        (0.0, 0, 1.72, 0.17),
        *((0.6 * math.cos(a), 0.6 * math.sin(a), 1.5, 0.14) for a in (0.3, 1.5, 2.8, 4.1, 5.3)),
        *((0.88 * math.cos(a), 0.88 * math.sin(a), 1.14, 0.11) for a in (0.9, 2.2, 3.5, 4.7, 5.9)),
    ]
    stem = k.lathe([(0, 0), *curve([(0.3, 0.0), (0.36, 0.15), (0.22, 0.7), (0.24, 1.05)], 6), (0, 1.05)])
    return [
        Part("body", cap_),
        Part("cream", k.join(stem, *(k.ball(r, (x, y, z), (1, 1, 0.6)) for x, y, z, r in dots))),
    ]


def leaf(k: Kit) -> list[Part]:
    half = curve([(0, 0.35), (0.5, 0.8), (0.52, 1.25), (0, 2.0)], 7)
    outline = [*half, *((-x, z) for x, z in reversed(half[1:-1]))]
    vein = k.join(
        k.pill((0, -0.07, 0.02), (0, -0.07, 1.8), 0.035, 0.012),
        *(k.pill((0, -0.075, z), (s * 0.34, -0.06, z + 0.26), 0.02, 0.01) for z in (0.6, 0.9, 1.2) for s in (-1, 1)),
    )
    blade = k.puffy(outline, 0.08)
    return [Part("body", blade), Part("accent", vein)]


def cloud(k: Kit) -> list[Part]:
    puffs = [
        (0, 0, 0.62, 0.58),
        (0.62, 0, 0.46, 0.42),
        (-0.62, 0, 0.46, 0.44),
        (0.3, -0.24, 0.36, 0.36),
        (-0.28, -0.22, 0.38, 0.38),
        (0.98, 0.02, 0.32, 0.28),
        (-1.0, 0.02, 0.32, 0.28),
        (0.28, 0.1, 0.86, 0.4),
    ]
    return [Part("body", k.join(*(k.ball(r, (x, y, z)) for x, y, z, r in puffs)).trim_by_plane((0, 0, 1), 0.14))]


def sun(k: Kit) -> list[Part]:
    ray = k.rod(0.14, 0.34, (0, 0, 0.68), 0.015)
    rays = k.join(*(ray.rotate((0, 30 * i, 0)) for i in range(12))).translate((0, 0, 1.02))
    return [Part("body", k.ball(0.6, (0, 0, 1.02))), Part("cheese", rays)]


def moon(k: Kit) -> list[Part]:
    globe = k.ball(0.95, (0, 0, 0.95))
    craters = []
    for i, r in enumerate((0.3, 0.2, 0.24, 0.15, 0.18, 0.13, 0.26, 0.16, 0.2, 0.12, 0.15)):
        z, a = 1 - 2 * (i * 0.62 % 1), i * 2.39996 - 1.2
        s = math.sqrt(max(0.0, 1 - z * z))
        craters.append(k.ball(r, (0.95 * s * math.cos(a) * 1.06, 0.95 * s * math.sin(a) * 1.06, 0.95 + 1.0 * z)))
    return [Part("body", globe - k.join(*craters))]


def planet(k: Kit) -> list[Part]:
    flat = k.lathe([(0.98, -0.015), (1.18, -0.02), (1.18, 0.02), (0.98, 0.015)])
    outer = k.lathe([(1.23, -0.015), (1.42, -0.01), (1.42, 0.01), (1.23, 0.015)])
    tilt = (22, 14, 0)
    return [
        Part("body", k.ball(0.78).rotate(tilt).translate((0, 0, 0.9))),
        Part("accent", flat.rotate(tilt).translate((0, 0, 0.9))),
        Part("label", outer.rotate(tilt).translate((0, 0, 0.9))),
    ]


def snowflake(k: Kit) -> list[Part]:
    arm = k.join(
        k.pill((0, 0, 0), (0, 0, 0.96), 0.06),
        *(k.pill((0, 0, z), (s * d, 0, z + d * 0.75), 0.045) for z, d in ((0.36, 0.3), (0.66, 0.24)) for s in (-1, 1)),
    )
    hexagon = k.plate(circle_points(6, 0.26, start=30), 0.12, 0.01)
    return [Part("body", k.join(*(arm.rotate((0, 60 * i, 0)) for i in range(6)), hexagon).translate((0, 0, 1.04)))]


def shell(k: Kit) -> list[Part]:
    ribs = []
    for i in range(9):
        a = math.radians(-64 + 16 * i)
        length = 1.3 - 0.16 * abs(i - 4) / 4
        ribs.append(
            k.hull(
                k.ball(0.06, (0, 0.05, 0.2)),
                k.ball(0.2, (math.sin(a) * length, -0.05, 0.25 + math.cos(a) * length), (1, 0.75, 1)),
            )
        )
    hinge = k.hull(k.ball(0.1, (-0.3, 0, 0.16), (1, 0.8, 1)), k.ball(0.1, (0.3, 0, 0.16), (1, 0.8, 1)))
    return [Part("body", k.join(*ribs, hinge))]
