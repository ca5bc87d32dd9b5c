"""Food."""

import math
from itertools import pairwise

import manifold3d as m3

from ai_studio.providers.local.geometry.kit import Kit, Part, Solid, curve


def apple(k: Kit) -> list[Part]:
    half = curve([(0.0, 0.14), (0.34, 0.02), (0.72, 0.36), (0.85, 0.95), (0.62, 1.5), (0.26, 1.55), (0.0, 1.36)], 8)
    blade = k.ball(0.3, (0.3, 0, 1.8), (1, 0.5, 0.14)).rotate((0, 0, 0))
    return [Part("body", k.lathe(half)), Part("bark", k.pill((0, 0, 1.34), (0.1, 0, 1.82), 0.04)), Part("leaf", blade)]


def pear(k: Kit) -> list[Part]:
    half = curve([(0.0, 0.06), (0.45, 0.06), (0.74, 0.5), (0.52, 1.1), (0.32, 1.52), (0.14, 1.7), (0.0, 1.66)], 8)
    return [
        Part("body", k.lathe(half)),
        Part("bark", k.pill((0, 0, 1.62), (0.08, 0, 1.98), 0.04)),
        Part("leaf", k.ball(0.22, (0.26, 0, 1.88), (1, 0.5, 0.16))),
    ]


def orange(k: Kit) -> list[Part]:
    return [
        Part("body", k.ball(0.88, (0, 0, 0.84), (1, 1, 0.95))),
        Part("leaf", k.join(k.rod(0.1, 0.06, (0, 0, 1.65)), k.ball(0.3, (0.3, 0, 1.72), (1, 0.55, 0.14)))),
    ]


def banana(k: Kit) -> list[Part]:
    path = [(math.cos(a) * 0.95, 0.0, 1.12 - math.sin(a) * 0.95) for a in (0.25 + i * 0.19 for i in range(14))]
    sizes = [0.07, 0.12, 0.17, 0.2, 0.22, 0.23, 0.235, 0.235, 0.23, 0.22, 0.2, 0.16, 0.1, 0.06]
    few = max(6, k.n // 6)
    beads = [m3.Manifold.sphere(r, max(few * 2, 12)).translate(p) for p, r in zip(path, sizes, strict=True)]
    body = k.join(*(k.hull(a, b) for a, b in pairwise(beads)))
    return [
        Part("body", body),
        Part("bark", k.join(k.pill(path[0], (path[0][0] + 0.02, 0, path[0][2] + 0.16), 0.06), k.ball(0.065, path[-1]))),
    ]


def cherry(k: Kit) -> list[Part]:
    top = (0.1, 0, 1.85)
    return [
        Part("body", k.join(k.ball(0.46, (-0.5, 0, 0.45)), k.ball(0.46, (0.5, -0.1, 0.5)))),
        Part(
            "bark",
            k.join(
                k.chain([(-0.5, 0, 0.86), (-0.3, 0, 1.4), top], 0.03),
                k.chain([(0.5, -0.1, 0.92), (0.42, 0, 1.4), top], 0.03),
            ),
        ),
        Part("leaf", k.ball(0.34, (0.4, 0, 1.86), (1, 0.55, 0.16))),
    ]


def avocado(k: Kit) -> list[Part]:
    half = curve([(0.0, 0.0), (0.5, 0.08), (0.72, 0.6), (0.46, 1.3), (0.26, 1.78), (0.0, 1.86)], 8)
    whole = k.lathe(half)
    skin = whole.trim_by_plane((0, 1, 0), 0.0)
    flesh = (
        k.lathe([(max(r - 0.07, 0), 0.06 + z * 0.94) for r, z in half])
        .trim_by_plane((0, 1, 0), -0.03)
        .trim_by_plane((0, -1, 0), -0.3)
    )
    return [Part("body", skin), Part("cheese", flesh), Part("seed", k.ball(0.32, (0, 0, 0.62), (1, 0.8, 1)))]


def donut(k: Kit) -> list[Part]:
    dough, icing = k.ring(0.66, 0.36, (0, 0, 0.36)), k.ring(0.66, 0.385, (0, 0, 0.38))
    wave = [(1.0 + 0.07 * math.sin(7 * a), a) for a in (2 * math.pi * i / 84 for i in range(84))]
    mask = (
        m3.CrossSection([[(r * 0.97 * math.cos(a), r * 0.97 * math.sin(a)) for r, a in wave]])
        .extrude(1)
        .translate((0, 0, 0.42))
    )
    sprinkles: list[list[Solid]] = [[], []]
    for i in range(34):
        a, r = i * 2.39996, 0.5 + 0.32 * (i * 0.618 % 1)
        z = 0.38 + math.sqrt(max(0.0, 0.385**2 - (r - 0.66) ** 2))
        dx, dy = 0.055 * math.cos(i * 1.7), 0.055 * math.sin(i * 1.7)
        sprinkles[i % 2].append(
            k.pill(
                (r * math.cos(a) - dx, r * math.sin(a) - dy, z), (r * math.cos(a) + dx, r * math.sin(a) + dy, z), 0.025
            )
        )
    tilt = (38, 0, 0)
    parts = [
        ("bread", dough),
        ("body", icing ^ mask),
        ("accent", k.join(*sprinkles[0])),
        ("light", k.join(*sprinkles[1])),
    ]
    return [Part(role, s.rotate(tilt)) for role, s in parts]


def _swirl(k: Kit, z: float, tiers: tuple[tuple[float, float], ...]) -> Solid:
    """Piped cream: fat rings that get smaller, and a tip."""
    rings, at = [], z
    for radius, r in tiers:
        rings.append(
            k.hull(k.ring(max(radius, r * 1.05), r, (0, 0, at + r * 0.8)))
            if radius > r
            else k.ball(r, (0, 0, at + r * 0.7), (1, 1, 1.3))
        )
        at += r * 1.25
    return k.join(*rings)


def cupcake(k: Kit) -> list[Part]:
    teeth = [
        ((0.56 if i % 2 else 0.51) * math.cos(a), (0.56 if i % 2 else 0.51) * math.sin(a))
        for i, a in ((i, math.pi * i / 24) for i in range(48))
    ]
    cup = m3.CrossSection([teeth]).extrude(0.72, 0, 0, (1.35, 1.35))
    cream = _swirl(k, 0.68, ((0.5, 0.24), (0.36, 0.22), (0.22, 0.19), (0.0, 0.16)))
    sprinkles = [k.ball(0.035, (0.62 * math.cos(a), 0.62 * math.sin(a), 1.0)) for a in (0.5, 1.6, 2.9, 4.0, 5.2)]
    return [
        Part("accent", cup),
        Part("body", cream),
        Part("red", k.ball(0.17, (0, 0, 1.83))),
        Part("light", k.join(*sprinkles)),
    ]


def cake(k: Kit) -> list[Part]:
    layer = k.lathe([(0, 0.12), (0.9, 0.12), (0.9, 0.8), (0, 0.8)], 0.07)
    upper = k.lathe([(0, 0.78), (0.62, 0.78), (0.62, 1.32), (0, 1.32)], 0.07)
    pearls = [
        k.around(k.ball(0.075, (r, 0, z)), n)
        for r, z, n in ((0.9, 0.17, 30), (0.62, 0.82, 20), (0.84, 0.8, 24), (0.56, 1.32, 16))
    ]
    stand = k.lathe([(0, 0), (0.5, 0), (0.3, 0.05), (1.1, 0.08), (1.12, 0.13), (0, 0.13)], 0.01)
    sticks = [k.rod(0.035, 0.36, (0.26 * math.cos(a), 0.26 * math.sin(a), 1.3)) for a in (0.4, 1.65, 2.9, 4.2, 5.4)]
    flames = [
        k.ball(0.055, (0.26 * math.cos(a), 0.26 * math.sin(a), 1.74), (0.8, 0.8, 1.6))
        for a in (0.4, 1.65, 2.9, 4.2, 5.4)
    ]
    return [
        Part("body", k.join(layer, upper)),
        Part("cream", k.join(*pearls)),
        Part("light", stand),
        Part("accent", k.join(*sticks)),
        Part("flame", k.join(*flames)),
    ]


def icecream(k: Kit) -> list[Part]:
    cone_ = k.lathe([(0, 0), (0.05, 0), (0.44, 1.05), (0, 1.05)], 0.02)
    scoops = [k.ball(0.48, (0, 0, 1.22)), k.around(k.ball(0.13, (0.42, 0, 1.04)), 9)]
    upper = k.join(k.ball(0.4, (0.02, 0, 1.72)), k.around(k.ball(0.11, (0.34, 0, 1.56)), 8))
    return [
        Part("waffle", cone_),
        Part("body", k.join(*scoops)),
        Part("cream", upper),
        Part("red", k.ball(0.13, (0.05, 0, 2.16))),
    ]


def burger(k: Kit) -> list[Part]:
    low = k.lathe([(0, 0), (0.9, 0), (0.94, 0.26), (0, 0.26)], 0.09)
    top = k.lathe([(0, 0.86), (0.95, 0.86), *curve([(0.97, 0.92), (0.8, 1.26), (0.4, 1.46), (0.0, 1.5)], 6)], 0.04)
    wave = [
        ((1.0 + 0.06 * math.sin(11 * a)) * math.cos(a), (1.0 + 0.06 * math.sin(11 * a)) * math.sin(a))
        for a in (2 * math.pi * i / 99 for i in range(99))
    ]
    lettuce = m3.CrossSection([wave]).extrude(0.09).translate((0, 0, 0.3))
    cheese = k.box(1.5, 1.5, 0.07, (0, 0, 0.63), r=0.02).rotate((0, 0, 28))
    seeds = [
        k.ball(
            0.05,
            (
                0.62 * math.sqrt(i / 22) * math.cos(i * 2.4),
                0.62 * math.sqrt(i / 22) * math.sin(i * 2.4),
                1.5 - 0.26 * i / 22,
            ),
            (1.3, 1, 0.6),
        )
        for i in range(22)
    ]
    patty = k.lathe([(0, 0.38), (0.93, 0.38), (0.93, 0.63), (0, 0.63)], 0.08)
    tomato = k.lathe([(0, 0.7), (0.88, 0.7), (0.88, 0.84), (0, 0.84)], 0.04)
    return [
        Part("body", k.join(low, top)),
        Part("leaf", lettuce),
        Part("meat", patty),
        Part("cheese", cheese),
        Part("red", tomato),
        Part("cream", k.join(*seeds)),
    ]


def egg(k: Kit) -> list[Part]:
    half = [
        (0.74 * math.sin(t) * (1 - 0.16 * math.cos(t) * -1 * -1), 1.0 - math.cos(t))
        for t in (math.pi * i / 40 for i in range(41))
    ]
    shaped = [(max(0.0, r * (1.08 - 0.2 * z / 2)), z) for r, z in half]
    return [Part("body", k.lathe([(0.0, 0.0), *shaped[1:-1], (0.0, 2.0)]))]
