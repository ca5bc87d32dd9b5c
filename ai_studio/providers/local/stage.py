"""Where everything stands: layout, sizes and the camera. World units, y up, floor at y = 0."""

# ruff: noqa: PLR2004 -- these numbers are the drawing, naming each would hide it

import math
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from ai_studio.providers.local.geometry import HEIGHT, SUPPORTS, Piece, subject, support
from ai_studio.providers.local.scene import Item, Scene, draw

Matrix = npt.NDArray[np.floating[Any]]
SIZES = {"tiny": 0.45, "small": 0.7, "medium": 1.0, "large": 1.25, "huge": 1.6}
# (x and z factor, y factor, lean in degrees about z)
PROPORTIONS = {
    "": (1.0, 1.0, 0.0), "tall": (0.86, 1.3, 0.0), "short": (1.12, 0.68, 0.0), "wide": (1.3, 0.94, 0.0),
    "slim": (0.66, 1.08, 0.0), "tilted": (1.0, 1.0, 15.0), "upsidedown": (1.0, 1.0, 180.0),
}  # fmt: skip
# view: (azimuth, elevation in degrees, zoom, focal length in units of the picture's half height)
VIEWS = {
    "threequarter": (28, 13, 1.0, 3.9), "front": (0, 7, 1.0, 4.6), "side": (90, 7, 1.0, 4.6), "top": (8, 66, 0.94, 4.6),
    "isometric": (45, 35.264, 0.94, 26.0), "closeup": (26, 11, 1.5, 3.4), "wide": (24, 11, 0.55, 3.0),
    "low": (24, 2.5, 0.96, 2.3), "high": (30, 34, 0.98, 3.9),
}  # fmt: skip


# Places with a painted horizon.
LANDSCAPES = frozenset(
    {"forest", "desert", "ocean", "beach", "city", "mountains", "meadow", "arctic", "room", "stage", "space", "sky"}
)


class Thing(NamedTuple):
    """One instance: which item it is, its place and its turn; `pieces` are shared between equal things."""

    item: int
    pieces: tuple[Piece, ...]
    scale: tuple[float, float, float]
    lean: float
    turn: float  # degrees about y
    place: tuple[float, float, float]
    fixed: bool = False  # a support: it stays when the others move

    def matrix(self) -> Matrix:
        """4 × 4, column vectors."""
        m = np.eye(4)
        pivot = HEIGHT / 2 * self.scale[1]
        m[:3, :3] = rotation_y(self.turn) @ rotation_z(self.lean) @ np.diag(self.scale)
        lifted = np.array([0.0, pivot, 0.0]) - rotation_y(self.turn) @ rotation_z(self.lean) @ np.array(
            [0.0, pivot, 0.0]
        )
        m[:3, 3] = np.array(self.place) + lifted
        return m


@dataclass(frozen=True, slots=True)
class Camera:
    """A pinhole: eye and target in world units, focal length in half picture heights."""

    eye: tuple[float, float, float]
    target: tuple[float, float, float]
    focal: float
    shift: tuple[float, float] = (0.0, 0.0)  # moves the picture, in half heights; keeps verticals straight

    def axes(self) -> Matrix:
        """Rows right, up, towards the viewer."""
        back = np.subtract(self.eye, self.target)
        back = back / math.sqrt(float((back * back).sum()))
        right = np.array([back[2], 0.0, -back[0]]) / math.hypot(back[2], back[0])
        return np.stack([right, _cross(back, right), back])

    def project(self, points: Matrix, width: int, height: int) -> tuple[Matrix, Matrix]:
        """World points (n, 3) → pixels (n, 2), distance along the view axis (n,)."""
        axes = self.axes()
        local = [sum((points[:, j] - self.eye[j]) * axes[i, j] for j in range(3)) for i in range(3)]
        depth = np.maximum(-np.asarray(local[2]), 0.05)
        scale = self.focal * height / 2
        x = width / 2 + scale * np.asarray(local[0]) / depth + self.shift[0] * height / 2
        y = height / 2 - scale * np.asarray(local[1]) / depth - self.shift[1] * height / 2
        return np.stack([x, y], 1), depth

    def rays(self, width: int, height: int) -> tuple[Matrix, Matrix, Matrix]:
        """View directions x, y, z, each (height, width), not normalised."""
        axes = self.axes().astype(np.float32)
        scale = self.focal * height / 2
        x = ((np.arange(width, dtype=np.float32) + 0.5 - width / 2 - self.shift[0] * height / 2) / scale)[None, :]
        y = (-(np.arange(height, dtype=np.float32) + 0.5 - height / 2 + self.shift[1] * height / 2) / scale)[:, None]
        return tuple(x * axes[0, i] + y * axes[1, i] - axes[2, i] for i in range(3))


def _cross(a: Matrix, b: Matrix) -> Matrix:
    return np.array([a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]])


def rotation_y(degrees: float) -> Matrix:
    c, s = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return np.array([[c, 0, s], [0, 1, 0], [-s, 0, c]])


def rotation_z(degrees: float) -> Matrix:
    c, s = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]])


def rotation_x(degrees: float) -> Matrix:
    c, s = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return np.array([[1, 0, 0], [0, c, -s], [0, s, c]])


def segments(scene: Scene, quality: str) -> int:
    """Tessellation: facets are wanted in low poly; crowds get fewer because each is smaller."""
    if scene.style == "lowpoly":
        return {"standard": 9, "high": 10, "ultra": 12}[quality]
    count = sum(item.count for item in scene.items)
    base = {"standard": 48, "high": 72, "ultra": 96}[quality]
    return base if count <= 2 else max(24, int(base * (0.72 if count <= 5 else 0.5)))


def things(scene: Scene, quality: str) -> list[Thing]:
    """Every instance, in prompt order, standing in the scene's layout."""
    n = segments(scene, quality)
    order = [at for at, item in enumerate(scene.items) for _ in range(item.count)]
    sizes = [_scale(scene.items[at]) for at in order]
    pieces = [subject(scene.items[at].kind, n) for at in order]
    reach = [_footprint(p, s) for p, s in zip(pieces, sizes, strict=True)]
    heights = [max(float(p.mesh.points[:, 1].max()) for p in ps) * s[1] for ps, s in zip(pieces, sizes, strict=True)]
    spots = _layout(scene, len(order), reach, heights)
    placed = [
        Thing(
            at,
            pieces[i],
            sizes[i],
            PROPORTIONS[scene.items[at].proportion][2],
            _turn(scene, i, len(order)) + spots[i][3],
            spots[i][:3],
        )
        for i, at in enumerate(order)
    ]
    placed = [t._replace(place=(t.place[0], t.place[1] - _sunk(t), t.place[2])) if t.lean else t for t in placed]
    return _supported(scene, placed, n, max(math.hypot(s[0], s[2]) + r for s, r in zip(spots, reach, strict=True)))


def _sunk(thing: Thing) -> float:
    """How far a leaning thing's lowest point is from the height it should stand at."""
    m = thing.matrix()
    low = min(float((p.mesh.points * m[1, :3]).sum(1).min()) for p in thing.pieces)
    return low + float(m[1, 3]) - thing.place[1]


def _supported(scene: Scene, placed: list[Thing], n: int, radius: float) -> list[Thing]:
    """Put a podium, steps or a slab under everything."""
    if scene.support not in SUPPORTS:
        return placed
    pieces = (Piece("support", support(scene.support, n)),)
    height = float(pieces[0].mesh.points[:, 1].max())
    lifted = [t._replace(place=(t.place[0], t.place[1] + height, t.place[2])) for t in placed]
    return [*lifted, Thing(0, pieces, (radius * 1.12, 1.0, radius * 1.12), 0.0, 0.0, (0.0, 0.0, 0.0), fixed=True)]


def _scale(item: Item) -> tuple[float, float, float]:
    wide, tall, _ = PROPORTIONS[item.proportion]
    size = SIZES[item.size]
    return wide * size, tall * size, wide * size


def _footprint(pieces: tuple[Piece, ...], scale: tuple[float, float, float]) -> float:
    """Radius of the standing circle."""
    return max(float(np.abs(p.mesh.points[:, [0, 2]]).max()) * 1.08 for p in pieces) * scale[0]


def _turn(scene: Scene, at: int, count: int) -> float:
    spread = 10 if scene.layout in ("grid", "row", "symmetrical") or count == 1 else 34
    return (draw(scene.seed, "turn", at) - 0.5) * spread


Spot = tuple[float, float, float, float]


def _layout(scene: Scene, count: int, reach: list[float], heights: list[float]) -> list[Spot]:
    """(x, y, z, extra turn) for each instance."""
    name = scene.layout
    if name in ("auto", "left", "right", "centered"):
        name = "centered" if count == 1 else "row" if count <= 3 else "cluster" if name != "centered" else "circle"
    step = 2 * max(reach) * 1.12
    if count == 1:
        return [(0.0, 0.0, 0.0, {"diagonal": 30.0, "spiral": -24.0, "scattered": 55.0}.get(name, 0.0))]
    if name == "row":
        return _row(reach)
    if name == "stack":
        return _stack(heights)
    return [(*_SPOTS[name](i, count, step, scene.seed),) for i in range(count)]


def _row(reach: list[float]) -> list[Spot]:
    ends = np.cumsum([2 * r * 1.08 for r in reach])
    return [(float(end - r * 1.08 - ends[-1] / 2), 0.0, 0.0, 0.0) for end, r in zip(ends, reach, strict=True)]


def _stack(heights: list[float]) -> list[Spot]:
    floors = np.cumsum([0.0, *heights])
    return [(0.04 * (-1) ** i, float(floors[i]), 0.0, 23.0 * i) for i in range(len(heights))]


def _grid(i: int, count: int, step: float, _seed: int) -> Spot:
    columns = math.ceil(math.sqrt(count))
    rows = math.ceil(count / columns)
    return (i % columns - (columns - 1) / 2) * step, 0.0, -(i // columns - (rows - 1) / 2) * step, 0.0


def _ring(i: int, count: int, step: float, _seed: int) -> Spot:
    radius = max(step * 0.6, step * count / (2 * math.pi))
    angle = 2 * math.pi * i / count + math.pi / 2
    return radius * math.cos(angle), 0.0, radius * math.sin(angle), -math.degrees(angle) + 90


def _scatter(i: int, count: int, step: float, seed: int) -> Spot:
    x, _, z, _ = _cluster(i, count, step * 1.45, seed)
    dx, dz = draw(seed, "dx", i) - 0.5, draw(seed, "dz", i) - 0.5
    return x + dx * step * 0.5, 0.0, z + dz * step * 0.5, draw(seed, "spin", i) * 300


def _diagonal(i: int, count: int, step: float, _seed: int) -> Spot:
    t = i - (count - 1) / 2
    return t * step * 0.75, 0.0, -t * step * 0.75, 0.0


def _triangle(i: int, count: int, step: float, _seed: int) -> Spot:
    row = int((math.sqrt(8 * i + 1) - 1) / 2)
    rows = int((math.sqrt(8 * (count - 1) + 1) - 1) / 2) + 1
    column = i - row * (row + 1) // 2
    return (column - row / 2) * step, 0.0, ((rows - 1) / 2 - row) * step * -0.87, 0.0


def _spiral(i: int, _count: int, step: float, _seed: int) -> Spot:
    angle, radius = i * math.radians(137.508), step * 0.62 * math.sqrt(i)
    return radius * math.cos(angle), 0.06 * i, radius * math.sin(angle), math.degrees(-angle)


def _arc(i: int, count: int, step: float, _seed: int) -> Spot:
    angle = math.pi * (0.1 + 0.8 * i / max(1, count - 1))
    radius = step * max(1.0, count / (math.pi * 0.8))
    return -radius * math.cos(angle), 0.0, radius * (0.5 - math.sin(angle)), 90 - math.degrees(angle)


def _symmetrical(i: int, count: int, step: float, _seed: int) -> Spot:
    """The first in the middle, the others left and right in turn, each pair a step back."""
    side, pair = (-1 if i % 2 else 1), (i + 1) // 2
    x = side * pair * step if count % 2 else side * (i // 2 + 0.5) * step
    return x, 0.0, -pair * step * 0.35, -side * 14.0 * (pair > 0)


def _cluster(i: int, count: int, step: float, seed: int) -> Spot:
    """Sunflower seeds: even, round, never in line."""
    angle = i * math.radians(137.508) + draw(seed, "cluster") * 6.283
    radius = step * 0.56 * math.sqrt(i + (0.35 if count > 1 else 0))
    return radius * math.cos(angle), 0.0, radius * math.sin(angle) * 0.9, 0.0


_SPOTS = {
    "grid": _grid, "circle": _ring, "scattered": _scatter, "diagonal": _diagonal, "triangle": _triangle,
    "spiral": _spiral, "arc": _arc, "symmetrical": _symmetrical, "cluster": _cluster, "centered": _ring,
}  # fmt: skip


# Directions in which to look for a thing's outermost points (and opposite them).
_COMPASS = [
    (math.cos(e) * math.sin(a), math.sin(e), math.cos(e) * math.cos(a))
    for e in (-1.0, -0.5, 0.0, 0.5, 1.0, 1.57)
    for a in (0.0, 0.52, 1.05, 1.57, 2.09, 2.62)
]


def corners(staged: list[Thing]) -> Matrix:
    """World-space points (n, 3) that stick out furthest in many directions: enough to frame all things."""
    found = []
    for thing in staged:
        points = np.concatenate([p.mesh.points for p in thing.pieces])
        reach = [points[:, 0] * x + points[:, 1] * y + points[:, 2] * z for x, y, z in _COMPASS]
        rim = points[np.unique([end for r in reach for end in (r.argmax(), r.argmin())])]
        m = thing.matrix()
        found.append(np.stack([(rim * m[i, :3]).sum(1) + m[i, 3] for i in range(3)], 1))
    return np.concatenate(found)


def frame(scene: Scene, bounds: Matrix, ratio: float) -> Camera:
    """A camera that shows all `bounds` (n, 3) with room to breathe; ratio is width / height."""
    base, elevation, zoom, focal = VIEWS[scene.view]
    if scene.view == "threequarter" and scene.setting in LANDSCAPES:
        elevation = 5.5  # low enough for the horizon to be in the picture
    azimuth = base + (draw(scene.seed, "azimuth") - 0.5) * (0 if scene.view in ("front", "side", "isometric") else 12)
    a, e = math.radians(azimuth), math.radians(elevation)
    low, high = bounds.min(0), bounds.max(0)
    target = (low + high) / 2
    away = np.array([math.sin(a) * math.cos(e), math.sin(e), math.cos(a) * math.cos(e)])
    camera = Camera(tuple(target + away * 10), tuple(target), focal)
    axes = camera.axes()
    local = np.stack([((bounds - target) * axes[i]).sum(1) for i in range(3)], 1)
    # Distance at which a point just touches the margin, for width and for height; the largest need wins.
    room = 0.76 * zoom
    near = np.maximum(np.abs(local[:, 0]) / (room * min(ratio, 1.6)), np.abs(local[:, 1]) / (room * 0.98))
    distance = float((near * focal + local[:, 2]).max())
    distance /= _size_zoom(scene)
    shift = {"left": (-0.42 * ratio, 0.0), "right": (0.42 * ratio, 0.0)}.get(scene.layout, (0.0, 0.0))
    eye = (target + away * max(distance, 1.2)).tolist()
    return Camera(tuple(eye), tuple(target.tolist()), focal, shift)


def _size_zoom(scene: Scene) -> float:
    """A lone tiny thing should look tiny: the camera would otherwise hide the word by coming closer."""
    if len({item.size for item in scene.items}) != 1:
        return 1.0
    return {"tiny": 0.5, "small": 0.75, "medium": 1.0, "large": 1.14, "huge": 1.3}[scene.items[0].size]
