"""Vehicles."""

import math

from ai_studio.providers.local.geometry.kit import Kit, Part, Solid, curve


def _wheel(k: Kit, x: float, y: float, r: float) -> tuple[Solid, Solid]:
    tyre = k.lathe([(0.0, -0.11), (r, -0.11), (r, 0.11), (0.0, 0.11)], 0.04).rotate((90, 0, 0)).translate((x, y, r))
    hub = (
        k.lathe([(0, -0.125), (r * 0.56, -0.125), (r * 0.56, 0.125), (0, 0.125)], 0.02)
        .rotate((90, 0, 0))
        .translate((x, y, r))
    )
    return tyre, hub


def _wheels(k: Kit, places: tuple[float, ...], y: float, r: float) -> list[Part]:
    pairs = [_wheel(k, x, s * y, r) for x in places for s in (-1, 1)]
    return [Part("dark", k.join(*(t for t, _ in pairs))), Part("metal", k.join(*(h for _, h in pairs)))]


def car(k: Kit) -> list[Part]:
    outline = [(-1.1, 0.2), (1.1, 0.2), (1.13, 0.46), (1.0, 0.62), (0.52, 0.7), (-0.95, 0.7), (-1.12, 0.58)]
    hull_ = k.plate(outline, 0.92, 0.07)
    cabin = k.plate([(-0.84, 0.64), (0.58, 0.64), (0.2, 1.06), (-0.5, 1.06)], 0.76, 0.08)
    glass = k.join(
        k.plate([(-0.68, 0.7), (0.42, 0.7), (0.14, 0.99), (-0.44, 0.99)], 0.78, 0.04),
        k.plate([(-0.78, 0.7), (0.53, 0.7), (0.2, 1.02), (-0.5, 1.02)], 0.62, 0.04).translate((0.03, 0, 0)),
    )
    arches = k.join(*(k.rod(0.27, 2, (0, 0, -1)).rotate((90, 0, 0)).translate((x, 0, 0.22)) for x in (-0.68, 0.68)))
    lights = k.join(*(k.ball(0.09, (1.07, s * 0.31, 0.5), (0.5, 1.2, 0.8)) for s in (-1, 1)))
    tail = k.join(*(k.box(0.05, 0.2, 0.09, (-1.1, s * 0.3, 0.5), r=0.02) for s in (-1, 1)))
    return [
        Part("body", k.join(hull_, cabin) - arches),
        Part("window", glass),
        Part("lamp", lights),
        Part("red", tail),
        *_wheels(k, (-0.68, 0.68), 0.39, 0.23),
    ]


def truck(k: Kit) -> list[Part]:
    cab = k.plate([(0.5, 0.24), (1.12, 0.24), (1.12, 0.72), (0.98, 1.14), (0.5, 1.14)], 0.86, 0.06)
    glass = k.plate([(0.66, 0.72), (1.07, 0.72), (0.95, 1.06), (0.66, 1.06)], 0.88, 0.03)
    cargo = k.box(1.58, 0.94, 1.06, (-0.34, 0, 0.3), r=0.05)
    lights = k.join(*(k.ball(0.08, (1.1, s * 0.3, 0.42), (0.5, 1, 1)) for s in (-1, 1)))
    bed_ = k.box(2.2, 0.7, 0.12, (0, 0, 0.2), r=0.02)
    return [
        Part("body", cab),
        Part("accent", cargo),
        Part("window", glass),
        Part("lamp", lights),
        Part("light", bed_),
        *_wheels(k, (-0.72, 0.0, 0.8), 0.38, 0.22),
    ]


def boat(k: Kit) -> list[Part]:
    keel = k.hull(k.ball(0.16, (-0.8, 0, 0.2)), k.ball(0.12, (0.55, 0, 0.2)))
    rim = k.hull(
        k.ball(0.1, (-0.95, 0.3, 0.55)),
        k.ball(0.1, (-0.95, -0.3, 0.55)),
        k.ball(0.1, (0.3, 0.36, 0.55)),
        k.ball(0.1, (0.3, -0.36, 0.55)),
        k.ball(0.06, (1.1, 0, 0.62)),
    )
    hull_ = k.hull(keel, rim).trim_by_plane((0, 0, -1), -0.58)
    deck = (
        (rim.scale((0.93, 0.86, 1)).translate((0, 0, 0.05)))
        .trim_by_plane((0, 0, -1), -0.62)
        .trim_by_plane((0, 0, 1), 0.56)
    )
    sail = k.plate([(0.04, 0.78), (-0.86, 0.78), (0.0, 1.95)], 0.035, 0.01)
    jib = k.plate([(0.14, 0.8), (0.92, 0.72), (0.12, 1.75)], 0.03, 0.01)
    return [
        Part("body", hull_),
        Part("bark", k.join(deck, k.rod(0.035, 1.5, (0.05, 0, 0.55)))),
        Part("accent", jib),
        Part("light", sail),
    ]


def rocket(k: Kit) -> list[Part]:
    body = k.lathe([(0, 0.3), (0.26, 0.3), *curve([(0.3, 0.32), (0.42, 0.8), (0.4, 1.3)], 6), (0, 1.32)])
    nose = k.lathe([(0, 1.3), *curve([(0.4, 1.3), (0.3, 1.65), (0.0, 2.0)], 8)])
    fin = k.plate([(0.3, 0.72), (0.72, 0.3), (0.72, 0.0), (0.26, 0.34)], 0.07, 0.02)
    port = k.join(
        *(
            k.lathe([(0, 0), (0.17, 0), (0.17, 0.08), (0, 0.08)], 0.02)
            .rotate((90, 0, a))
            .translate((0, 0, 0))
            .translate((math.sin(math.radians(a)) * 0.38, -math.cos(math.radians(a)) * 0.38, 1.0))
            for a in (20, 200)
        )
    )
    flame = k.lathe([(0, -0.3), *curve([(0.0, -0.3), (0.14, 0.05), (0.2, 0.3)], 5), (0, 0.3)])
    return [
        Part("body", body),
        Part("accent", k.join(nose, k.around(fin, 3, 30))),
        Part("window", port),
        Part("flame", flame),
    ]


def plane(k: Kit) -> list[Part]:
    body = k.hull(
        k.ball(0.2, (-1.0, 0, 0.6), (1.2, 0.5, 0.7)),
        k.ball(0.24, (0.3, 0, 0.5)),
        k.ball(0.2, (0.75, 0, 0.48), (1.4, 1, 0.9)),
    )
    wing = k.hull(
        k.ball(0.05, (0.3, 0, 0.46), (1, 1, 0.8)),
        k.ball(0.06, (-0.2, 0, 0.46), (1, 1, 0.6)),
        k.ball(0.04, (-0.22, 1.15, 0.56), (3, 1, 0.6)),
        k.ball(0.04, (-0.22, -1.15, 0.56), (3, 1, 0.6)),
    )
    tail = k.hull(
        k.ball(0.04, (-0.98, 0, 0.64), (3, 1, 0.8)),
        k.ball(0.03, (-1.12, 0.42, 0.68), (2, 1, 0.6)),
        k.ball(0.03, (-1.12, -0.42, 0.68), (2, 1, 0.6)),
    )
    fin = k.plate([(-0.72, 0.66), (-1.12, 0.66), (-1.22, 1.14), (-1.04, 1.14)], 0.06, 0.02)
    engines = k.join(*(k.pill((-0.02, s * 0.52, 0.36), (0.26, s * 0.52, 0.36), 0.1) for s in (-1, 1)))
    windows = k.join(
        *(k.ball(0.045, (0.45 - 0.16 * i, s * 0.225, 0.56), (1, 0.5, 1)) for i in range(7) for s in (-1, 1)),
        k.ball(0.13, (0.83, 0, 0.57), (1, 1, 0.5)),
    )
    return [Part("body", k.join(body, wing)), Part("accent", k.join(tail, fin, engines)), Part("window", windows)]


def train(k: Kit) -> list[Part]:
    boiler = k.rod(0.34, 1.1).rotate((0, 90, 0)).translate((-0.1, 0, 0.72))
    cab = k.box(0.6, 0.8, 0.95, (-0.42, 0, 0.3), r=0.04) - k.box(0.34, 1, 0.34, (-0.42, 0, 0.78), r=0.05)
    roof = k.box(0.74, 0.92, 0.1, (-0.42, 0, 1.24), r=0.04)
    stack = k.lathe([(0, 1.0), (0.1, 1.0), (0.1, 1.28), (0.17, 1.42), (0, 1.42)], 0.01).translate((0.72, 0, 0))
    nose = k.lathe([(0, 0), (0.3, 0), (0.26, 0.08), (0, 0.1)], 0.02).rotate((0, 90, 0)).translate((0.98, 0, 0.72))
    base = k.join(
        k.box(1.9, 0.66, 0.14, (0.1, 0, 0.24), r=0.03),
        k.hull(k.box(0.06, 0.6, 0.1, (1.05, 0, 0.1), r=0.02), k.box(0.2, 0.4, 0.05, (1.2, 0, 0.05), r=0.02)),
    )
    dome = k.ball(0.15, (0.3, 0, 1.04))
    return [
        Part("body", k.join(boiler, cab)),
        Part("accent", k.join(roof, stack, base)),
        Part("metal", k.join(nose, dome)),
        *_wheels(k, (-0.55, -0.05, 0.4, 0.8), 0.36, 0.2),
    ]
