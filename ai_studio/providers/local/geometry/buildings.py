"""Buildings."""

from ai_studio.providers.local.geometry.kit import Kit, Part, Solid


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
