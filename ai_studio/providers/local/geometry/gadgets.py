"""Devices and things on a desk."""

import math

from ai_studio.providers.local.geometry.kit import Kit, Part, Solid, curve


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
