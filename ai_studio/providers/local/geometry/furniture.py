"""Furniture."""

from ai_studio.providers.local.geometry.kit import Kit, Part, Solid


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
