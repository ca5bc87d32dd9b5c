"""Food, characters and toys."""

import math
from itertools import pairwise

import manifold3d as m3

from .kit import Kit, Part, Solid, circle_points, curve


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


def robot(k: Kit) -> list[Part]:
    head = k.box(0.86, 0.7, 0.62, (0, 0, 1.36), r=0.14)
    torso = k.box(0.92, 0.62, 0.72, (0, 0, 0.54), r=0.13)
    neck, antenna = k.rod(0.14, 0.16, (0, 0, 1.22)), k.rod(0.03, 0.26, (0, 0, 1.96))
    arms = [k.chain([(s * 0.52, 0, 1.1), (s * 0.72, -0.04, 0.86), (s * 0.74, -0.16, 0.6)], 0.085) for s in (-1, 1)]
    legs = [
        k.join(k.rod(0.12, 0.4, (s * 0.24, 0, 0.16)), k.box(0.32, 0.46, 0.2, (s * 0.24, -0.06, 0), r=0.08))
        for s in (-1, 1)
    ]
    face = k.box(0.68, 0.06, 0.4, (0, -0.345, 1.47), r=0.028)
    eyes = k.join(
        *(k.ball(0.085, (s * 0.17, -0.375, 1.68), (1, 0.5, 1)) for s in (-1, 1)),
        k.box(0.26, 0.03, 0.04, (0, -0.37, 1.54), r=0.012),
    )
    ears = k.join(*(k.rod(0.13, 0.1).rotate((0, 90, 0)).translate((s * 0.46 - 0.05, 0, 1.66)) for s in (-1, 1)))
    chest = k.join(k.rod(0.13, 0.05).rotate((90, 0, 0)).translate((0, -0.29, 0.96)))
    return [
        Part("body", k.join(head, torso)),
        Part("accent", k.join(*arms, *legs, ears, neck)),
        Part("dark", face),
        Part("glow", k.join(eyes, chest, k.ball(0.09, (0, 0, 2.26)))),
        Part("metal", antenna),
    ]


def snowman(k: Kit) -> list[Part]:
    body = k.join(k.ball(0.62, (0, 0, 0.54)), k.ball(0.46, (0, 0, 1.26)), k.ball(0.34, (0, 0, 1.82))).trim_by_plane(
        (0, 0, 1), 0.02
    )
    coal = k.join(
        *(k.ball(0.05, (s * 0.12, -0.305, 1.9)) for s in (-1, 1)),
        *(k.ball(0.055, (0, y, z)) for y, z in ((-0.44, 1.42), (-0.46, 1.22), (-0.43, 1.04))),
    )
    hat_ = k.join(k.rod(0.36, 0.05, (0, 0, 2.08)), k.rod(0.24, 0.36, (0, 0, 2.08)))
    arms = k.join(*(k.chain([(s * 0.4, 0, 1.36), (s * 0.72, 0, 1.56), (s * 0.92, 0, 1.84)], 0.035) for s in (-1, 1)))
    scarf = k.join(k.ring(0.32, 0.09, (0, 0, 1.58)), k.box(0.18, 0.08, 0.4, (0.2, -0.38, 1.2), r=0.03))
    return [
        Part("body", body),
        Part("dark", k.join(coal, hat_)),
        Part("carrot", k.rod(0.07, 0.36, top=0.01).rotate((90, 0, 0)).translate((0, -0.3, 1.82))),
        Part("bark", arms),
        Part("accent", scarf),
    ]


def duck(k: Kit) -> list[Part]:
    body = k.join(
        k.ball(0.72, (0, 0, 0.55), (1.2, 0.95, 0.8)), k.hull(k.ball(0.3, (0.6, 0, 0.72)), k.ball(0.08, (1.02, 0, 1.02)))
    )
    head = k.ball(0.46, (-0.48, 0, 1.36))
    wings = [k.ball(0.42, (0.12, s * 0.62, 0.66), (1.2, 0.36, 0.7)) for s in (-1, 1)]
    beak = k.join(k.ball(0.2, (-0.94, 0, 1.28), (1.2, 1.1, 0.42)))
    eyes = k.join(*(k.ball(0.075, (-0.8, s * 0.24, 1.5)) for s in (-1, 1)))
    parts = [("body", k.join(body, head, *wings)), ("beak", beak), ("eye", eyes)]
    return [Part(role, s.trim_by_plane((0, 0, 1), 0.06).rotate((0, 0, 62))) for role, s in parts]


def fish(k: Kit) -> list[Part]:
    body = k.hull(k.ball(0.5, (-0.25, 0, 0.8), (1.1, 0.6, 1)), k.ball(0.14, (0.72, 0, 0.8), (1, 0.5, 1)))
    tail = k.join(
        *(
            k.hull(k.ball(0.09, (0.72, 0, 0.8), (1, 0.4, 1)), k.ball(0.16, (1.16, 0, 0.8 + s * 0.42), (1, 0.25, 1.1)))
            for s in (-1, 1)
        )
    )
    top = k.hull(
        k.ball(0.1, (-0.3, 0, 1.22), (1, 0.4, 1)),
        k.ball(0.1, (0.34, 0, 1.4), (1, 0.3, 1)),
        k.ball(0.1, (0.3, 0, 1.1), (1, 0.3, 1)),
    )
    fins = [k.ball(0.24, (-0.1, s * 0.34, 0.56), (0.9, 0.2, 0.55)).rotate((s * 12, 0, 0)) for s in (-1, 1)]
    white = k.join(*(k.ball(0.13, (-0.58, s * 0.22, 0.94)) for s in (-1, 1)))
    pupils = k.join(*(k.ball(0.08, (-0.63, s * 0.295, 0.95)) for s in (-1, 1)))
    return [Part("body", body), Part("accent", k.join(tail, top, *fins)), Part("light", white), Part("eye", pupils)]


def _sitting(k: Kit, ears: Solid, muzzle: float) -> list[Part]:
    """A toy animal that sits and looks at you."""
    body = k.join(k.ball(0.56, (0, 0.06, 0.55), (1, 0.95, 1.0)), k.ball(0.52, (0, -0.05, 1.32), (1.05, 0.95, 0.92)))
    paws = [k.ball(0.19, (s * 0.3, -0.5, 0.16), (1, 1.3, 0.85)) for s in (-1, 1)]
    arms = [k.pill((s * 0.42, -0.16, 0.86), (s * 0.26, -0.5, 0.6), 0.15) for s in (-1, 1)]
    face = k.join(k.ball(0.24, (0, -0.46, 1.2), (1.15, muzzle, 0.8)), k.ball(0.34, (0, -0.26, 0.55), (1, 0.9, 1.1)))
    eyes = k.join(
        *(k.ball(0.072, (s * 0.2, -0.49, 1.43)) for s in (-1, 1)),
        k.ball(0.07, (0, -0.46 - 0.235 * muzzle, 1.28), (1.3, 0.7, 0.8)),
    )
    return [
        Part("body", k.join(body, ears, *paws, *arms).trim_by_plane((0, 0, 1), 0.02)),
        Part("cream", face),
        Part("eye", eyes),
    ]


def cat(k: Kit) -> list[Part]:
    ears = k.join(
        *(k.rod(0.22, 0.42, top=0.02).rotate((0, s * 16, 0)).translate((s * 0.3, -0.02, 1.62)) for s in (-1, 1))
    )
    tail = k.chain([(0.4, 0.4, 0.2), (0.8, 0.3, 0.3), (0.92, 0.2, 0.7), (0.8, 0.15, 1.0)], 0.1)
    return _sitting(k, k.join(ears, tail), 0.7)


def rabbit(k: Kit) -> list[Part]:
    ears = k.join(
        *(k.hull(k.ball(0.12, (s * 0.2, 0, 1.7)), k.ball(0.15, (s * 0.3, 0.05, 2.3), (1, 0.6, 1.4))) for s in (-1, 1))
    )
    return _sitting(k, k.join(ears, k.ball(0.2, (0, 0.62, 0.4))), 0.7)


def bear(k: Kit) -> list[Part]:
    return _sitting(k, k.join(*(k.ball(0.2, (s * 0.42, 0, 1.72), (1, 0.6, 1)) for s in (-1, 1))), 1.0)


def ghost(k: Kit) -> list[Part]:
    sheet = k.hull(k.ball(0.72, (0, 0, 1.25)), k.rod(0.84, 0.1, (0, 0, 0.3)))
    hem = k.around(k.ball(0.24, (0.72, 0, 0.3), (1, 1.1, 1.1)), 8)
    bites = k.around(k.ball(0.2, (0.78, 0, 0.14), (1.2, 0.8, 1)), 8, 22.5)
    eyes = k.join(
        *(k.ball(0.11, (s * 0.24, -0.7, 1.34), (0.8, 0.5, 1.25)) for s in (-1, 1)),
        k.ball(0.1, (0, -0.74, 1.06), (1, 0.5, 1.2)),
    )
    arms = k.join(*(k.pill((s * 0.6, -0.1, 1.0), (s * 0.96, -0.2, 1.1), 0.13) for s in (-1, 1)))
    return [Part("body", k.join(sheet, hem, arms) - bites), Part("eye", eyes)]


def balloon(k: Kit) -> list[Part]:
    half = curve([(0.0, 0.62), (0.16, 0.7), (0.56, 1.1), (0.6, 1.52), (0.36, 1.9), (0.0, 2.0)], 8)
    string = [(0.05 * math.sin(i * 0.7), 0.0, 0.58 - 0.58 * i / 14) for i in range(15)]
    return [
        Part("body", k.join(k.lathe(half), k.rod(0.12, 0.1, (0, 0, 0.56), 0.04))),
        Part("light", k.sweep(string, 0.014)),
    ]


def ball(k: Kit) -> list[Part]:
    globe = k.ball(0.95, (0, 0, 0.95))
    wedge = m3.CrossSection(
        [[(0, 0), *((2 * math.cos(a), 2 * math.sin(a)) for a in (math.pi / 3 * i / 4 for i in range(5)))]]
    ).extrude(3)
    panels = [globe ^ wedge.rotate((0, 0, 60 * i)) for i in range(6)]
    tilt = (26, 18, 0)
    groups = [("body", panels[0::2]), ("light", panels[1:2] + panels[5:]), ("accent", panels[3:4])]
    return [
        Part(r, k.join(*(p.translate((0, 0, -0.95)).rotate(tilt).translate((0, 0, 0.95)) for p in g)))
        for r, g in groups
    ]


def dice(k: Kit) -> list[Part]:
    body = k.box(1.5, 1.5, 1.5, r=0.2)
    dots = {
        (0, -90): ((0, 0),),
        (0, 90): ((-1, -1), (1, 1), (1, -1), (-1, 1), (-1, 0), (1, 0)),
        (90, 0): ((-1, -1), (0, 0), (1, 1)),
        (-90, 0): ((-1, -1), (1, 1), (-1, 1), (1, -1)),
        (0, 0): ((-1, -1), (1, 1)),
        (180, 0): ((-1, -1), (1, 1), (0, 0), (-1, 1), (1, -1)),
    }
    pips: list[Solid] = []
    for (rx, ry), spots in dots.items():
        pips.extend(
            k.ball(0.15, (0.4 * x, 0.4 * y, 0.755), (1, 1, 0.35)).rotate((rx, ry, 0)).translate((0, 0, 0.75))
            for x, y in spots
        )
    return [Part("body", body), Part("accent", k.join(*pips))]


def pawn(k: Kit) -> list[Part]:
    half = [
        (0, 0),
        (0.62, 0),
        (0.64, 0.18),
        (0.5, 0.3),
        *curve([(0.44, 0.34), (0.24, 0.7), (0.18, 1.2)], 6),
        (0.34, 1.26),
        (0.34, 1.34),
        (0, 1.36),
    ]
    return [Part("body", k.join(k.lathe(half, 0.03), k.ball(0.37, (0, 0, 1.6))))]


def guitar(k: Kit) -> list[Part]:
    outline = k.rounded([*circle_points(k.n, 0.56, (0, 0.56))], 0) + k.rounded(circle_points(k.n, 0.42, (0, 1.12)), 0)
    soft = outline.offset(0.09, m3.JoinType.Round).offset(-0.18, m3.JoinType.Round).offset(0.09, m3.JoinType.Round)
    body = k.upright(soft, 0.24)
    face = k.rod(0.19, 0.02).rotate((90, 0, 0)).translate((0, -0.115, 0.98))
    neck = k.join(k.box(0.13, 0.09, 1.35, (0, -0.12, 1.1), r=0.02), k.box(0.22, 0.08, 0.34, (0, -0.1, 2.4), r=0.03))
    bridge = k.box(0.36, 0.05, 0.06, (0, -0.13, 0.46), r=0.015)
    strings = k.join(*(k.box(0.008, 0.008, 2.05, (-0.05 + 0.02 * i, -0.175, 0.48), r=0) for i in range(6)))
    pegs = k.join(*(k.ball(0.045, (s * 0.15, -0.1, z)) for s in (-1, 1) for z in (2.46, 2.57, 2.68)))
    return [
        Part("body", body),
        Part("accent", neck),
        Part("dark", k.join(face, bridge)),
        Part("metal", k.join(strings, pegs)),
    ]


def dumbbell(k: Kit) -> list[Part]:
    bar = k.rod(0.09, 1.5).rotate((0, 90, 0)).translate((-0.75, 0, 0.5))
    plates = []
    for s in (-1, 1):
        for x, r in ((0.62, 0.5), (0.84, 0.38)):
            plates.append(
                k.lathe([(0, -0.1), (r, -0.1), (r, 0.1), (0, 0.1)], 0.03).rotate((0, 90, 0)).translate((s * x, 0, 0.5))
            )
    return [Part("body", bar), Part("dark", k.join(*plates))]
