"""Characters, toys and sports."""

import math

import manifold3d as m3

from ai_studio.providers.local.geometry.kit import Kit, Part, Solid, circle_points, curve


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
