"""Clothing, jewellery and what one carries."""

import math

from ai_studio.providers.local.geometry.kit import Kit, Part, curve
from ai_studio.providers.local.geometry.shapes import diamond


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
    hoop = k.ring(0.74, 0.1).scale((1, 1, 1.7)).rotate((90, 0, 0)).translate((0, 0, 0.85))
    stone = diamond(k)[0].solid.scale((0.34, 0.34, 0.34)).translate((0, 0, 1.62))
    prongs = k.around(k.pill((0.14, 0, 1.58), (0.3, 0, 2.02), 0.035), 6)
    return [Part("body", k.join(hoop, prongs)), Part("gem", stone)]


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


def crown(k: Kit) -> list[Part]:
    band = k.lathe([(0.78, 0), (0.88, 0), (0.88, 0.36), (0.78, 0.36)], 0.03)
    spike = k.hull(k.box(0.42, 0.08, 0.05, (0, 0.86, 0.3), r=0.02), k.ball(0.05, (0, 1.0, 1.1)))
    tips = k.around(k.ball(0.11, (0, 1.02, 1.2)), 8)
    gems = k.around(k.ball(0.1, (0, 0.89, 0.18), (1, 0.6, 1)), 8, 22.5)
    return [Part("body", k.join(band, k.around(spike, 8), tips)), Part("gem", gems)]
