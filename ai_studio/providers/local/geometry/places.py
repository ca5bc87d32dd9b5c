"""Furniture, vehicles and buildings."""

import math

from .kit import Kit, Part, Solid, curve


def chair(k: Kit) -> list[Part]:
    legs = [k.pill((x * 0.42, y * 0.4, 0.04), (x * 0.36, y * 0.34, 0.86), 0.045) for x in (-1, 1) for y in (-1, 1)]
    posts = [k.pill((x * 0.38, 0.36, 0.86), (x * 0.4, 0.5, 1.95), 0.045) for x in (-1, 1)]
    slats = [k.box(0.8, 0.06, 0.15, (0, 0.40 + 0.045 * i, 1.2 + 0.29 * i), r=0.03) for i in range(3)]
    return [Part("body", k.join(*legs, *posts, *slats)), Part("accent", k.box(0.98, 0.94, 0.11, (0, 0, 0.86), r=0.05))]


def stool(k: Kit) -> list[Part]:
    legs = [k.pill((x * 0.46, y * 0.46, 0.04), (x * 0.26, y * 0.26, 1.5), 0.05) for x in (-1, 1) for y in (-1, 1)]
    seat = k.lathe([(0, 1.48), (0.5, 1.48), (0.52, 1.66), (0, 1.62)], 0.04)
    return [Part("body", k.join(*legs, k.ring(0.5, 0.035, (0, 0, 0.62)))), Part("accent", seat)]


def armchair(k: Kit) -> list[Part]:
    base = k.join(k.box(1.5, 1.1, 0.42, (0, 0, 0.16), r=0.1), k.box(1.5, 0.34, 1.2, (0, 0.46, 0.16), r=0.15))
    arms = [k.box(0.32, 1.16, 0.78, (s * 0.86, 0, 0.16), r=0.14) for s in (-1, 1)]
    feet = [k.pill((x * 0.72, y * 0.4, 0.03), (x * 0.66, y * 0.36, 0.2), 0.04, 0.055) for x in (-1, 1) for y in (-1, 1)]
    cushions = [k.box(0.68, 0.86, 0.2, (s * 0.35, -0.12, 0.54), r=0.09) for s in (-1, 1)]
    return [Part("body", k.join(base, *arms)), Part("bark", k.join(*feet)), Part("accent", k.join(*cushions))]


def table(k: Kit) -> list[Part]:
    legs = [
        k.pill((x * 0.86, y * 0.46, 0.03), (x * 0.76, y * 0.4, 1.1), 0.045, 0.065) for x in (-1, 1) for y in (-1, 1)
    ]
    apron = k.box(1.6, 0.86, 0.14, (0, 0, 0.96), r=0.02)
    return [Part("body", k.box(2.0, 1.16, 0.1, (0, 0, 1.08), r=0.04)), Part("accent", k.join(*legs, apron))]


def lamp(k: Kit) -> list[Part]:
    outer = k.lathe([(0, 1.22), (0.66, 1.22), (0.4, 1.95), (0, 1.95)])
    shade = outer - k.lathe([(0, 1.1), (0.67, 1.1), (0.62, 1.22), (0.365, 1.96), (0.36, 2.1), (0, 2.1)])
    stem = k.join(
        k.lathe([(0, 0), (0.46, 0), (0.42, 0.09), (0.07, 0.14), (0.05, 0.4), (0.05, 1.6), (0, 1.6)], 0.01),
        k.ball(0.13, (0, 0, 0.62)),
    )
    return [Part("body", shade), Part("accent", stem), Part("lamp", k.ball(0.17, (0, 0, 1.55), (1, 1, 1.2)))]


def shelf(k: Kit) -> list[Part]:
    frame = k.box(1.5, 0.5, 2.0, r=0.02) - k.join(
        *(k.box(1.36, 0.5, 0.56, (0, -0.06, 0.07 + 0.64 * i), r=0) for i in range(3))
    )
    roles = ("accent", "red", "label", "leaf", "light", "dark")
    books: dict[str, list[Solid]] = {r: [] for r in roles}
    for i in range(3):
        x = -0.6
        for j in range(7 - 2 * (i == 1)):
            w, h = 0.09 + 0.03 * ((i * 5 + j * 3) % 4), 0.34 + 0.045 * ((i + j * 2) % 4)
            books[roles[(i * 2 + j) % 6]].append(k.box(w - 0.012, 0.3, h, (x + w / 2, 0, 0.07 + 0.64 * i), r=0.01))
            x += w
    return [Part("body", frame), *(Part(r, k.join(*b)) for r, b in books.items())]


def bed(k: Kit) -> list[Part]:
    frame = k.join(k.box(1.5, 2.0, 0.26, (0, 0, 0.14), r=0.04), k.box(1.56, 0.12, 1.0, (0, 0.98, 0.0), r=0.05))
    feet = [k.rod(0.06, 0.2, (x * 0.66, y * 0.9, 0)) for x in (-1, 1) for y in (-1, 1)]
    pillows = [k.box(0.6, 0.42, 0.2, (s * 0.35, 0.66, 0.55), r=0.09) for s in (-1, 1)]
    return [
        Part("bark", k.join(frame, *feet)),
        Part("light", k.join(k.box(1.44, 1.9, 0.24, (0, -0.01, 0.36), r=0.1), *pillows)),
        Part("body", k.box(1.5, 1.2, 0.29, (0, -0.37, 0.345), r=0.11)),
    ]


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


def house(k: Kit) -> list[Part]:
    walls = k.join(
        k.box(1.5, 1.2, 0.95, r=0.02), k.plate([(-0.75, 0.94), (0.75, 0.94), (0, 1.6)], 1.2).translate((0, 0, 0))
    )
    roof = k.join(
        *(k.box(1.16, 1.46, 0.09, r=0.02).rotate((0, s * 41.3, 0)).translate((s * 0.44, 0, 1.27)) for s in (-1, 1))
    )
    chimney = k.box(0.2, 0.2, 0.55, (0.42, 0.25, 1.35), r=0.02)
    door = k.box(0.32, 0.06, 0.6, (0, -0.61, 0.0), r=0.02)
    panes = k.join(
        *(k.box(0.28, 0.06, 0.3, (x, y, 0.42), r=0.02) for x in (-0.48, 0.48) for y in (-0.61, 0.61)),
        *(k.box(0.06, 0.3, 0.3, (s * 0.76, 0, 0.42), r=0.02) for s in (-1, 1)),
    )
    frames = k.join(
        *(k.box(0.36, 0.04, 0.38, (x, -0.6, 0.38), r=0.01) for x in (-0.48, 0.48)), k.box(1.9, 1.6, 0.04, r=0.015)
    )
    return [
        Part("body", walls),
        Part("accent", k.join(roof, door)),
        Part("red", chimney),
        Part("window", panes),
        Part("light", frames),
    ]


def tower(k: Kit) -> list[Part]:
    blocks = [(0.9, 0.8, 1.1), (0.72, 0.64, 1.6), (0.5, 0.46, 1.86)]
    body = k.join(*(k.box(x, y, z, r=0.02) for x, y, z in blocks), k.rod(0.02, 0.24, (0, 0, 1.84), 0.006))
    rows: list[Solid] = []
    for x, y, low, high in ((0.9, 0.8, 0.1, 1.06), (0.72, 0.64, 1.16, 1.56), (0.5, 0.46, 1.66, 1.82)):
        z = low
        while z < high - 0.05:
            rows.append(
                k.join(
                    k.box(x + 0.012, y - 0.12, 0.055, (0, 0, z), r=0), k.box(x - 0.12, y + 0.012, 0.055, (0, 0, z), r=0)
                )
            )
            z += 0.11
    return [Part("body", body), Part("window", k.join(*rows))]


def castle(k: Kit) -> list[Part]:
    def teeth(r: float, z: float, n: int) -> Solid:
        return k.around(k.box(0.09, 0.09, 0.1, (r, 0, z), r=0), n)

    corners = [(x, y) for x in (-0.72, 0.72) for y in (-0.56, 0.56)]
    towers = [
        k.join(k.rod(0.22, 1.15), k.rod(0.25, 0.08, (0, 0, 1.07)), teeth(0.2, 1.13, 8)).translate((x, y, 0))
        for x, y in corners
    ]
    walls = k.box(1.44, 1.12, 0.72, r=0) - k.box(1.2, 0.88, 0.8, (0, 0, 0.5), r=0)
    merlons = k.join(*(k.box(0.11, 0.1, 0.1, (-0.5 + 0.2 * i, s * 0.51, 0.7), r=0) for i in range(6) for s in (-1, 1)))
    keep = k.join(
        k.box(0.58, 0.5, 1.35, r=0),
        *(k.box(0.1, 0.1, 0.1, (x, y, 1.34), r=0) for x in (-0.24, 0, 0.24) for y in (-0.2, 0.2)),
    )
    gate = k.join(
        k.box(0.3, 0.2, 0.3, (0, -0.5, 0), r=0), k.rod(0.15, 0.2).rotate((90, 0, 0)).translate((0, -0.4, 0.3))
    )
    roofs = [k.rod(0.29, 0.5, (x, y, 1.2), 0.01) for x, y in corners[:4]]
    flag = k.join(k.rod(0.015, 0.5, (0, 0, 1.4)), k.plate([(0.01, 1.72), (0.3, 1.8), (0.01, 1.9)], 0.02))
    return [
        Part("body", k.join(*towers, walls, merlons, keep) - gate),
        Part("accent", k.join(*roofs, flag)),
        Part("dark", k.box(0.3, 0.06, 0.42, (0, -0.5, 0), r=0)),
    ]


def temple(k: Kit) -> list[Part]:
    steps = [k.box(2.0 - 0.14 * i, 1.4 - 0.14 * i, 0.1, (0, 0, 0.1 * i), r=0.01) for i in range(3)]
    column = k.join(
        k.rod(0.085, 0.9, (0, 0, 0.3), 0.07),
        k.box(0.22, 0.22, 0.06, (0, 0, 0.28), r=0.01),
        k.box(0.22, 0.22, 0.07, (0, 0, 1.18), r=0.01),
    )
    places = [(-0.72 + 0.288 * i, s * 0.46) for i in range(6) for s in (-1, 1)] + [
        (s * 0.72, y) for s in (-1, 1) for y in (-0.15, 0.15)
    ]
    roof = k.plate([(-0.95, 1.4), (0.95, 1.4), (0, 1.8)], 1.24, 0.01)
    cella = k.box(1.0, 0.55, 0.95, (0, 0, 0.28), r=0)
    return [
        Part(
            "body",
            k.join(
                *steps,
                *(column.translate((x, y, 0)) for x, y in places),
                k.box(1.76, 1.16, 0.18, (0, 0, 1.24), r=0.01),
                cella,
            ),
        ),
        Part("accent", roof),
    ]


def lighthouse(k: Kit) -> list[Part]:
    def at(z: float) -> float:
        return 0.42 - 0.16 * z / 1.35

    bands = [
        k.lathe([(0, z), (at(z), z), (at(z + 0.27), z + 0.27), (0, z + 0.27)]) for z in (0.27 * i for i in range(5))
    ]
    gallery = k.lathe([(0, 1.35), (0.36, 1.35), (0.36, 1.42), (0, 1.42)], 0.01)
    roof = k.join(k.lathe([(0, 1.72), (0.3, 1.72), (0, 1.98)], 0.01), k.ball(0.04, (0, 0, 2.0)))
    rock_ = k.ball(0.75, (0, 0, -0.02), (1, 1, 0.3)).trim_by_plane((0, 0, 1), -0.1)
    return [
        Part("body", k.join(*bands[0::2])),
        Part("red", k.join(*bands[1::2], roof)),
        Part("dark", gallery),
        Part("lamp", k.rod(0.17, 0.3, (0, 0, 1.42))),
        Part("stone", rock_),
    ]


def windmill(k: Kit) -> list[Part]:
    body = k.lathe([(0, 0), (0.55, 0), (0.36, 1.2), (0, 1.2)], 0.02)
    cap_ = k.ball(0.38, (0, 0, 1.2), (1, 1, 0.85)).trim_by_plane((0, 0, 1), 1.18)
    arm = k.join(k.box(0.05, 0.04, 0.85, (0, 0, 0.05), r=0.01), k.box(0.22, 0.02, 0.62, (0.1, 0, 0.24), r=0.005))
    sails = k.join(*(arm.rotate((0, 45 + 90 * i, 0)) for i in range(4)), k.ball(0.08)).translate((0, -0.5, 1.28))
    axle = k.pill((0, -0.48, 1.28), (0, -0.2, 1.28), 0.04)
    door = k.box(0.22, 0.12, 0.4, (0, -0.49, 0), r=0.02)
    return [Part("body", body), Part("accent", cap_), Part("light", sails), Part("bark", k.join(axle, door))]
