"""Packaging and tableware."""

# ruff: noqa: PLR2004 -- these numbers are the drawing, naming each would hide it

from ai_studio.providers.local.geometry.kit import Kit, Part, curve


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


def lipstick(k: Kit) -> list[Part]:
    bullet = k.rod(0.24, 1.0, (0, 0, 1.0)).trim_by_plane((-0.75, 0, -0.66), -1.24)
    return [
        Part("dark", k.lathe([(0, 0), (0.38, 0), (0.38, 0.72), (0, 0.72)], 0.03)),
        Part("metal", k.lathe([(0, 0.7), (0.31, 0.7), (0.31, 1.12), (0, 1.12)], 0.03)),
        Part("body", bullet),
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
