"""Things brands sell: packaging, tableware, gadgets, clothing."""

# ruff: noqa: PLR2004 -- these numbers are the drawing, naming each would hide it

import math

from .kit import Kit, Part, Solid, curve


def bottle(k: Kit) -> list[Part]:
    body = curve([(0.5, 0.04), (0.52, 0.5), (0.5, 1.0), (0.3, 1.32), (0.17, 1.5), (0.16, 1.72)], 5)
    label = k.lathe([(0.525, 0.36), (0.54, 0.36), (0.54, 0.86), (0.525, 0.86)])
    cap = k.lathe([(0, 1.7), (0.2, 1.7), (0.2, 2.0), (0, 2.0)], 0.03)
    return [
        Part("body", k.lathe([(0, 0), (0.46, 0), *body, (0, 1.72)], 0.02)),
        Part("label", label),
        Part("accent", cap),
    ]


def jar(k: Kit) -> list[Part]:
    body = k.lathe([(0, 0), (0.85, 0), (0.85, 0.82), (0, 0.82)], 0.12)
    lid = k.lathe([(0, 0.82), (0.88, 0.82), (0.88, 1.2), (0, 1.2)], 0.05)
    return [
        Part("body", body),
        Part("accent", lid),
        Part("label", k.lathe([(0.84, 0.24), (0.865, 0.24), (0.865, 0.6), (0.84, 0.6)])),
    ]


def perfume(k: Kit) -> list[Part]:
    body = k.box(1.2, 0.62, 1.25, r=0.14)
    return [
        Part("body", body),
        Part("metal", k.lathe([(0, 1.25), (0.2, 1.25), (0.2, 1.4), (0, 1.4)], 0.02)),
        Part("accent", k.lathe([(0, 1.4), (0.29, 1.4), (0.29, 1.95), (0, 1.95)], 0.05)),
        Part("label", k.box(0.62, 0.03, 0.42, (0, -0.315, 0.4), r=0)),
    ]


def tube(k: Kit) -> list[Part]:
    round_end = k.rod(0.42, 0.05, (0, 0, 0.42))
    crimp = k.box(0.95, 0.05, 0.02, (0, 0, 1.9), r=0)
    cap = k.lathe([(0, 0), (0.4, 0), (0.36, 0.42), (0, 0.42)], 0.03)
    seam = k.box(0.97, 0.06, 0.12, (0, 0, 1.9), r=0.02)
    band = k.hull(round_end, crimp)
    stripe = band.scale((1.012, 1.02, 1)).trim_by_plane((0, 0, 1), 0.8).trim_by_plane((0, 0, -1), -1.25)
    return [Part("body", k.join(band, seam)), Part("accent", cap), Part("label", stripe)]


def can(k: Kit) -> list[Part]:
    body = k.lathe([(0, 0), (0.46, 0), (0.58, 0.14), (0.58, 1.8), (0.5, 1.94), (0, 1.94)], 0.03)
    rim = k.ring(0.49, 0.035, (0, 0, 1.95))
    top = k.lathe([(0, 1.86), (0.47, 1.86), (0.47, 1.95), (0, 1.95)])
    tab = k.box(0.16, 0.32, 0.025, (0, -0.1, 1.955), r=0.01)
    band = k.lathe([(0.575, 0.5), (0.59, 0.5), (0.59, 1.4), (0.575, 1.4)])
    return [Part("body", body), Part("label", band), Part("metal", k.join(rim, top, tab))]


def box(k: Kit) -> list[Part]:
    return [
        Part("body", k.box(1.7, 1.3, 1.3, r=0.03)),
        Part("label", k.box(0.3, 1.32, 1.32, (0, 0, -0.01), r=0.03)),
        Part("accent", k.box(0.5, 0.02, 0.34, (0.5, -0.655, 0.2), r=0)),
    ]


def gift(k: Kit) -> list[Part]:
    loop = k.ring(0.26, 0.075).scale((1.25, 0.8, 1)).rotate((62, 0, 0))
    bow = k.join(loop.rotate((0, -28, 0)).translate((0.3, 0, 1.62)), loop.rotate((0, 28, 0)).translate((-0.3, 0, 1.62)))
    ribbon = k.join(
        k.box(0.24, 1.56, 1.22, r=0.01),
        k.box(1.56, 0.24, 1.22, r=0.01),
        k.box(0.24, 1.66, 0.32, (0, 0, 1.12), r=0.01),
        k.box(1.66, 0.24, 0.32, (0, 0, 1.12), r=0.01),
    )
    return [
        Part("body", k.join(k.box(1.5, 1.5, 1.2, r=0.03), k.box(1.62, 1.62, 0.3, (0, 0, 1.12), r=0.03))),
        Part("accent", k.join(ribbon, bow, k.ball(0.13, (0, 0, 1.52)))),
    ]


def bag(k: Kit) -> list[Part]:
    low, high = k.box(1.5, 0.62, 0.1, r=0.04), k.box(1.25, 0.36, 0.1, (0, 0, 1.15), r=0.04)
    handle = [(0.36 * math.cos(a), 0.0, 1.18 + 0.62 * math.sin(a)) for a in (math.pi * i / 20 for i in range(21))]
    arc = k.sweep([(x * 1.1, y, z) for x, y, z in handle], 0.04)
    clasp = k.box(0.24, 0.06, 0.16, (0, -0.27, 0.72), r=0.03)
    flap = k.hull(k.box(1.28, 0.06, 0.04, (0, -0.16, 1.2), r=0.02), k.box(1.32, 0.06, 0.04, (0, -0.245, 0.78), r=0.02))
    return [
        Part("body", k.hull(low, high)),
        Part("accent", k.join(arc.translate((0, 0.1, 0)), flap)),
        Part("metal", clasp),
    ]


def vase(k: Kit) -> list[Part]:
    wall = curve([(0.34, 0.0), (0.72, 0.5), (0.74, 0.95), (0.34, 1.5), (0.3, 1.75), (0.46, 2.0)], 7)
    inner = [(r - 0.06, max(z, 0.08)) for r, z in wall if z > 0.06]
    hollow = [(0, 0.08), *((r, z) for r, z in inner), (inner[-1][0], 2.1), (0, 2.1)]
    return [Part("body", k.lathe([(0, 0), *wall, (0, 2.0)]) - k.lathe(hollow))]


def mug(k: Kit) -> list[Part]:
    outer = k.lathe([(0, 0), (0.66, 0), (0.7, 1.5), (0, 1.5)], 0.06)
    inner = k.lathe([(0, 0.12), (0.56, 0.12), (0.62, 1.7), (0, 1.7)], 0.08)
    handle = k.ring(0.4, 0.1).rotate((90, 0, 0)).scale((0.95, 1, 1.05)).translate((0.72, 0, 0.76))
    drink = k.rod(0.6, 0.02, (0, 0, 1.18))
    return [Part("body", k.join(outer, handle) - inner), Part("drink", drink)]


def goblet(k: Kit) -> list[Part]:
    cup = curve([(0.05, 0.95), (0.42, 1.1), (0.54, 1.45), (0.46, 1.98)], 8)
    bowl_ = k.lathe([(0, 0), (0.46, 0), (0.44, 0.05), (0.06, 0.12), (0.05, 0.9), *cup, (0, 1.98)])
    inner = [(max(r - 0.035, 0), z + 0.03) for r, z in cup]
    hollow = k.lathe([(0, inner[0][1]), *inner[1:], (inner[-1][0], 2.1), (0, 2.1)])
    wine = k.lathe([(0, 1.02), *((max(r - 0.04, 0), z) for r, z in inner[1:] if z < 1.5), (0, 1.5)])
    return [Part("body", bowl_ - hollow), Part("wine", wine)]


def bowl(k: Kit) -> list[Part]:
    wall = curve([(0.36, 0.06), (0.72, 0.22), (0.98, 0.55), (1.08, 0.9)], 7)
    inner = [(r - 0.06, z + 0.06) for r, z in wall]
    outer = k.lathe([(0, 0), (0.36, 0), *wall, (0, 0.9)])
    return [Part("body", outer - k.lathe([(0, 0.14), *inner[1:], (inner[-1][0], 1.2), (0, 1.2)]))]


def teapot(k: Kit) -> list[Part]:
    body = k.lathe([(0, 0), (0.5, 0), *curve([(0.5, 0.02), (0.85, 0.5), (0.72, 1.0), (0.4, 1.2)], 6), (0, 1.2)])
    spout = k.hull(k.ball(0.18, (0.7, 0, 0.5)), k.ball(0.1, (1.15, 0, 0.95)))
    tip = k.hull(k.ball(0.1, (1.15, 0, 0.95)), k.ball(0.07, (1.3, 0, 1.15)))
    handle = k.ring(0.38, 0.075).rotate((90, 0, 0)).translate((-0.88, 0, 0.68))
    lid = k.join(k.lathe([(0, 1.18), (0.42, 1.18), (0.3, 1.32), (0, 1.34)], 0.03), k.ball(0.11, (0, 0, 1.42)))
    return [Part("body", k.join(body, spout, tip, handle)), Part("accent", lid)]


def candle(k: Kit) -> list[Part]:
    flame = k.lathe([(0, 1.5), *curve([(0.0, 1.5), (0.13, 1.66), (0.05, 1.9), (0.0, 2.05)], 6)])
    wax = k.lathe([(0, 0.1), (0.55, 0.1), (0.55, 1.35), (0.45, 1.3), (0, 1.27)], 0.04)
    dish = k.lathe([(0, 0), (0.8, 0), (0.86, 0.12), (0.78, 0.12), (0.74, 0.06), (0, 0.06)])
    return [
        Part("body", wax),
        Part("flame", flame),
        Part("dark", k.rod(0.025, 0.3, (0, 0, 1.24))),
        Part("accent", k.join(dish, k.rod(0.6, 0.1))),
    ]


def lipstick(k: Kit) -> list[Part]:
    bullet = k.rod(0.24, 1.0, (0, 0, 1.0)).trim_by_plane((-0.75, 0, -0.66), -1.24)
    return [
        Part("dark", k.lathe([(0, 0), (0.38, 0), (0.38, 0.72), (0, 0.72)], 0.03)),
        Part("metal", k.lathe([(0, 0.7), (0.31, 0.7), (0.31, 1.12), (0, 1.12)], 0.03)),
        Part("body", bullet),
    ]


def watch(k: Kit) -> list[Part]:
    face = (0, 0, 1.0)
    case = (
        k.lathe([(0, -0.14), (0.62, -0.14), (0.62, 0.12), (0.54, 0.16), (0, 0.16)], 0.03)
        .rotate((90, 0, 0))
        .translate(face)
    )
    dial = k.rod(0.52, 0.03, (0, 0, 0.15)).rotate((90, 0, 0)).translate(face)
    ticks = k.around(k.box(0.035, 0.11, 0.02, (0, 0.42, 0.175), r=0), 12).rotate((90, 0, 0)).translate(face)
    hands = k.join(
        k.box(0.05, 0.34, 0.02, (0, 0.13, 0.19), r=0),
        k.box(0.26, 0.05, 0.02, (0.1, 0, 0.19), r=0),
        k.rod(0.05, 0.06, (0, 0, 0.17)),
    )
    strap = [
        (0.0, 0.52 + 0.52 * math.cos(t) * 1.0, 1.0 + 1.0 * math.sin(t))
        for t in (2 * math.pi * i / 48 for i in range(48))
    ]
    band = k.sweep([(x, y, z) for x, y, z in strap], 0.08, closed=True).scale((3.6, 1, 0.97))
    crown_ = k.rod(0.08, 0.14).rotate((0, 90, 0)).translate((0.6, 0, 1.0))
    cut = k.rod(0.5, 0.5, (0, 0, -0.25)).rotate((90, 0, 0)).translate(face)
    return [Part("body", k.join(case, crown_)), Part("accent", band - cut), Part("light", dial),
            Part("dark", k.join(ticks, hands.rotate((90, 0, 0)).translate(face)))]  # fmt: skip


def ring(k: Kit) -> list[Part]:
    from .shapes import diamond  # the stone

    hoop = k.ring(0.74, 0.1).scale((1, 1, 1.7)).rotate((90, 0, 0)).translate((0, 0, 0.85))
    stone = diamond(k)[0].solid.scale((0.34, 0.34, 0.34)).translate((0, 0, 1.62))
    prongs = k.around(k.pill((0.14, 0, 1.58), (0.3, 0, 2.02), 0.035), 6)
    return [Part("body", k.join(hoop, prongs)), Part("gem", stone)]


def phone(k: Kit) -> list[Part]:
    lean = (-12, 0, 0)
    body, screen = k.box(0.98, 0.12, 2.0, r=0.055), k.box(0.88, 0.02, 1.88, (0, -0.055, 0.06), r=0.008)
    icons = [
        k.box(0.16, 0.012, 0.16, (-0.26 + 0.26 * (i % 3), -0.068, 1.3 - 0.26 * (i // 3)), r=0.005) for i in range(9)
    ]
    camera_ = k.box(0.36, 0.05, 0.4, (-0.26, 0.07, 1.5), r=0.02)
    parts = [("body", k.join(body, camera_)), ("screen", screen), ("glow", k.join(*icons))]
    return [Part(role, s.rotate(lean).translate((0, 0, 0.02))) for role, s in parts]


def laptop(k: Kit) -> list[Part]:
    base = k.box(2.0, 1.35, 0.09, r=0.035)
    keys = [
        k.box(0.13, 0.11, 0.02, (-0.78 + 0.156 * c, 0.36 - 0.15 * r, 0.085), r=0) for c in range(11) for r in range(4)
    ]
    pad = k.box(0.6, 0.34, 0.012, (0, -0.42, 0.085), r=0)
    lid = k.box(2.0, 0.06, 1.3, r=0.025).rotate((-18, 0, 0)).translate((0, 0.66, 0.06))
    screen = k.box(1.86, 0.02, 1.14, (0, -0.028, 0.08), r=0).rotate((-18, 0, 0)).translate((0, 0.66, 0.06))
    band = k.box(1.0, 0.02, 0.5, (0, -0.036, 0.4), r=0).rotate((-18, 0, 0)).translate((0, 0.66, 0.06))
    return [
        Part("body", k.join(base, lid)),
        Part("dark", k.join(*keys)),
        Part("metal", pad),
        Part("screen", screen),
        Part("glow", band),
    ]


def camera(k: Kit) -> list[Part]:
    body = k.join(k.box(1.8, 0.7, 1.1, r=0.09), k.box(0.7, 0.5, 0.3, (0, 0, 1.0), r=0.06))
    barrel = k.lathe(
        [(0, 0), (0.46, 0), (0.46, 0.3), (0.42, 0.34), (0.42, 0.56), (0.34, 0.56), (0.3, 0.44), (0, 0.44)], 0.01
    )
    lens = k.ball(0.34, (0, 0, 0.36), (1, 1, 0.4))
    shutter = k.rod(0.12, 0.12, (0.62, 0, 1.08))
    place = [(s.rotate((90, 0, 0)).translate((0, -0.3, 0.55))) for s in (barrel, lens)]
    grip = k.box(1.84, 0.72, 0.5, (0, 0, 0.28), r=0.06) - k.rod(0.5, 3, (0, 0, -1.5)).rotate((90, 0, 0)).translate(
        (0, 0, 0.55)
    )
    return [Part("body", body), Part("dark", k.join(place[0], grip)), Part("lens", place[1]), Part("metal", shutter)]


def headphones(k: Kit) -> list[Part]:
    band = [(0.92 * math.cos(a), 0.0, 0.75 + 1.15 * math.sin(a)) for a in (math.pi * i / 40 for i in range(41))]
    cup = k.lathe([(0, 0), (0.46, 0), (0.46, 0.22), (0, 0.26)], 0.07)
    pad = k.ring(0.3, 0.13).scale((1, 1, 0.9))
    cups = [cup.rotate((0, s * 90, 0)).translate((s * 0.8, 0, 0.56)).translate((0, 0, 0)) for s in (-1, 1)]
    pads = [pad.rotate((0, 90, 0)).translate((s * 0.7, 0, 0.56)) for s in (-1, 1)]
    return [
        Part("body", k.join(k.sweep(band, 0.085), *cups)),
        Part("dark", k.join(*pads)),
        Part("accent", k.sweep([(x * 0.93, y, (z - 0.75) * 0.94 + 0.75) for x, y, z in band[10:31]], 0.075)),
    ]


def speaker(k: Kit) -> list[Part]:
    def driver(r: float, z: float) -> tuple[Solid, Solid]:
        cone_ = k.lathe([(0, 0), (r, 0), (r, 0.06), (r * 0.8, 0.05), (r * 0.3, -0.02), (0, 0.06)])
        rim = k.ring(r, 0.04, (0, 0, 0.05))
        return tuple(s.rotate((90, 0, 0)).translate((0, -0.48, z)) for s in (cone_, rim))

    (low, low_rim), (high, high_rim) = driver(0.38, 0.62), driver(0.22, 1.46)
    return [
        Part("body", k.box(1.15, 0.95, 2.0, r=0.06)),
        Part("dark", k.join(low, high)),
        Part("accent", k.join(low_rim, high_rim)),
    ]


def sneaker(k: Kit) -> list[Part]:
    sole = k.hull(
        *(
            k.ball(r, (x, 0, 0.14), (1, w, 0.55))
            for x, r, w in ((-0.8, 0.24, 1.3), (0.0, 0.24, 1.25), (0.72, 0.26, 1.45))
        )
    )
    sole = sole.trim_by_plane((0, 0, 1), 0.03)
    heel = k.hull(k.ball(0.28, (-0.72, 0, 0.4)), k.ball(0.24, (-0.68, 0, 0.86)), k.ball(0.26, (-0.25, 0, 0.62)))
    arch_ = k.hull(k.ball(0.28, (-0.7, 0, 0.34)), k.ball(0.28, (-0.2, 0, 0.5)), k.ball(0.3, (0.3, 0, 0.34)))
    toe = k.hull(k.ball(0.29, (0.25, 0, 0.36)), k.ball(0.3, (0.68, 0, 0.26), (1.1, 1.15, 0.85)))
    tongue = k.hull(k.ball(0.1, (-0.05, 0, 0.72), (1, 1.8, 1)), k.ball(0.1, (-0.3, 0, 1.12), (1, 1.8, 1)))
    hole = k.ball(0.2, (-0.56, 0, 1.05), (1.35, 0.85, 1.2))
    laces = [
        k.pill((0.3 - 0.15 * i, -0.2, 0.66 + 0.085 * i), (0.24 - 0.15 * i, 0.2, 0.69 + 0.085 * i), 0.035)
        for i in range(4)
    ]
    stripes = [
        k.hull(k.ball(0.05, (x, s * 0.28, 0.3)), k.ball(0.05, (x - 0.22, s * 0.235, 0.66)))
        for x in (0.08, -0.12)
        for s in (-1, 1)
    ]
    cap = toe.trim_by_plane((1, 0, 0.1), 0.68).scale((1.012, 1.02, 1.02))
    upper = k.join(heel, arch_, toe) - hole
    return [Part("body", upper), Part("light", k.join(sole, *laces)), Part("accent", k.join(tongue, *stripes, cap))]


def hat(k: Kit) -> list[Part]:
    brim = k.lathe([(0, 0), (1.05, 0.06), (1.06, 0.11), (0, 0.1)], 0.02).scale((1, 0.9, 1))
    crown_ = k.lathe(
        [(0, 0.08), (0.6, 0.08), *curve([(0.6, 0.1), (0.54, 0.6), (0.46, 0.8), (0.2, 0.82)], 5), (0, 0.74)]
    )
    band = k.lathe([(0.55, 0.11), (0.615, 0.11), (0.6, 0.28), (0.54, 0.28)])
    return [Part("body", k.join(brim, crown_)), Part("accent", band)]


def cap(k: Kit) -> list[Part]:
    dome = k.ball(0.8, (0, 0, 0.12), (1, 1.05, 0.95)).trim_by_plane((0, 0, 1), 0.1)
    visor = k.hull(k.rod(0.72, 0.06, (0, -0.3, 0.1)), k.ball(0.5, (0, -0.95, 0.08), (1.1, 0.6, 0.09))).trim_by_plane(
        (0, -1, 0), 0.1
    )
    return [Part("body", dome), Part("accent", k.join(visor, k.ball(0.08, (0, 0, 0.88))))]


def helmet(k: Kit) -> list[Part]:
    shell_ = k.ball(0.95, (0, 0, 0.95), (0.9, 1.05, 1.0))
    opening = k.box(1.5, 1.0, 0.62, (0, -0.95, 0.72), r=0.16)
    base = shell_.trim_by_plane((0, 0, 1), 0.16)
    visor = k.ball(0.9, (0, 0, 0.95), (0.9, 1.05, 1.0)) ^ k.box(1.6, 1.1, 0.66, (0, -0.9, 0.7), r=0.1)
    stripe = (k.ball(0.96, (0, 0, 0.95), (0.9, 1.05, 1.0)) - shell_) ^ k.box(0.3, 3, 3, r=0)
    return [Part("body", base - opening), Part("lens", visor), Part("accent", stripe - opening.scale((1.05, 1, 1)))]


def umbrella(k: Kit) -> list[Part]:
    outer = k.ball(1.1, (0, 0, 0.95), (1, 1, 0.85)).trim_by_plane((0, 0, 1), 1.18)
    scallops = k.around(k.ball(0.3, (0.93, 0, 1.12), (0.95, 1.25, 0.7)), 8)
    canopy = outer - k.ball(1.05, (0, 0, 0.92), (1, 1, 0.85)) - scallops
    hook = [
        (0.14 + 0.14 * math.cos(a), 0.0, 0.18 + 0.14 * math.sin(a))
        for a in (math.pi + math.pi * i / 12 for i in range(13))
    ]
    stick = k.join(k.rod(0.035, 1.85, (0, 0, 0.18)), k.rod(0.03, 0.2, (0, 0, 1.85), 0.01))
    return [Part("body", canopy), Part("metal", stick), Part("accent", k.sweep(hook, 0.05))]


def book(k: Kit) -> list[Part]:
    cover = k.box(1.35, 0.42, 1.9, r=0.03) - k.box(1.35, 0.34, 2.2, (0.08, 0, -0.1), r=0)
    pages = k.box(1.28, 0.34, 1.82, (0.02, 0, 0.04), r=0.01)
    title = k.box(0.8, 0.02, 0.16, (0.02, -0.205, 1.35), r=0)
    mark = k.rod(0.28, 0.02).rotate((90, 0, 0)).translate((0.02, -0.2, 0.72))
    return [Part("body", cover), Part("paper", pages), Part("accent", k.join(title, mark))]


def clock(k: Kit) -> list[Part]:
    def front(solid: Solid) -> Solid:
        return solid.rotate((90, 0, 0)).translate((0, -0.05, 0.98))

    case = front(k.lathe([(0, -0.2), (0.82, -0.2), (0.82, 0.14), (0.72, 0.18), (0.68, 0.12), (0, 0.12)], 0.02))
    feet = k.join(*(k.pill((s * 0.45, 0, 0.4), (s * 0.62, 0, 0.07), 0.07) for s in (-1, 1)))
    bells = k.join(*(k.ball(0.3, (s * 0.42, 0.05, 1.7), (1, 1, 0.75)) for s in (-1, 1)))
    ticks = front(k.around(k.box(0.04, 0.12, 0.03, (0, 0.54, 0.13), r=0), 12))
    hands = front(
        k.join(
            k.box(0.06, 0.42, 0.03, (0, 0.17, 0.16), r=0),
            k.box(0.34, 0.06, 0.03, (0.13, 0, 0.16), r=0),
            k.rod(0.06, 0.08, (0, 0, 0.13)),
        )
    )
    return [
        Part("body", k.join(case, feet)),
        Part("accent", bells),
        Part("light", front(k.rod(0.68, 0.02, (0, 0, 0.115)))),
        Part("dark", k.join(ticks, hands)),
    ]


def key(k: Kit) -> list[Part]:
    bow = k.join(
        *(k.ring(0.24, 0.085).rotate((90, 0, 0)).translate((x, 0, z)) for x, z in ((0, 1.7), (-0.3, 1.38), (0.3, 1.38)))
    )
    shaft = k.rod(0.085, 1.35, (0, 0, 0.02))
    bits = k.join(k.box(0.36, 0.1, 0.13, (0.18, 0, 0.08), r=0.015), k.box(0.28, 0.1, 0.13, (0.14, 0, 0.32), r=0.015))
    return [Part("body", k.join(bow, shaft, bits, k.ring(0.12, 0.05, (0, 0, 1.12))))]


def crown(k: Kit) -> list[Part]:
    band = k.lathe([(0.78, 0), (0.88, 0), (0.88, 0.36), (0.78, 0.36)], 0.03)
    spike = k.hull(k.box(0.42, 0.08, 0.05, (0, 0.86, 0.3), r=0.02), k.ball(0.05, (0, 1.0, 1.1)))
    tips = k.around(k.ball(0.11, (0, 1.02, 1.2)), 8)
    gems = k.around(k.ball(0.1, (0, 0.89, 0.18), (1, 0.6, 1)), 8, 22.5)
    return [Part("body", k.join(band, k.around(spike, 8), tips)), Part("gem", gems)]


def trophy(k: Kit) -> list[Part]:
    cup = curve([(0.1, 0.75), (0.42, 0.95), (0.6, 1.45), (0.66, 2.0)], 6)
    inner = [(max(r - 0.05, 0), z + 0.06) for r, z in cup]
    outer = k.lathe([(0, 0.3), (0.34, 0.3), (0.12, 0.42), (0.09, 0.7), *cup, (0, 2.0)])
    ears = k.join(*(k.ring(0.32, 0.055).rotate((90, 0, 0)).translate((s * 0.68, 0, 1.5)) for s in (-1, 1)))
    hollow = k.lathe([(0, inner[0][1]), *inner[1:], (inner[-1][0], 2.2), (0, 2.2)])
    return [Part("body", k.join(outer, ears) - hollow), Part("dark", k.box(0.95, 0.95, 0.32, r=0.03))]


def bulb(k: Kit) -> list[Part]:
    glass = k.lathe(
        [(0, 0.5), *curve([(0.3, 0.5), (0.36, 0.75), (0.68, 1.2), (0.6, 1.75), (0.3, 1.97), (0.0, 2.0)], 6)]
    )
    screw = k.join(
        k.lathe([(0, 0.1), (0.28, 0.1), (0.3, 0.52), (0, 0.52)], 0.02),
        *(k.ring(0.29, 0.035, (0, 0, 0.16 + 0.1 * i)) for i in range(4)),
    )
    coil = [
        (0.2 * math.cos(a) * 1.2, 0.12 * math.sin(3 * a), 1.25 + 0.1 * math.sin(a))
        for a in (math.pi * i / 40 for i in range(41))
    ]
    wires = k.join(k.sweep(coil, 0.022), *(k.pill((s * 0.1, 0, 0.5), (s * 0.24, 0, 1.25), 0.02) for s in (-1, 1)))
    return [
        Part("body", glass),
        Part("metal", screw),
        Part("dark", k.ball(0.14, (0, 0, 0.1), (1, 1, 0.7))),
        Part("glow", wires),
    ]
