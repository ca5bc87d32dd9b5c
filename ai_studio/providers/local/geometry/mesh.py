"""Triangles with normals: a closed solid becomes a closed, softly bevelled mesh with one normal per vertex.

Hard edges need two normals. Splitting vertices there would open the mesh, so each hard edge gets a thin bevel strip and
each corner a small polygon instead: the mesh stays watertight by its indices alone, and edges catch the light.
"""

# ruff: noqa: PLR2004 -- these numbers are the drawing, naming each would hide it

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.floating[Any]]
Ints = npt.NDArray[np.integer[Any]]
CREASE_COSINE = np.cos(np.deg2rad(34))


@dataclass(frozen=True, slots=True, eq=False)
class Mesh:
    """points (n, 3) float32, y up; normals (n, 3) unit float32; faces (m, 3) int64, counter-clockwise from outside."""

    points: Floats
    normals: Floats
    faces: Ints


def bevelled(points: Floats, faces: Ints, width: float) -> Mesh:
    """Closed triangles (n, 3), (m, 3) → Mesh with hard edges bevelled by about `width`."""
    normals = face_normals(points, faces)
    twin = _twins(faces, len(points))
    hard = _hard_edges(normals, twin)
    group = _smooth_groups(faces, twin, hard)
    names, corner = np.unique(group, return_inverse=True)
    corner = corner.reshape(faces.shape)
    source = faces.ravel()[names]
    moved = points[source] + _inward(points, faces, normals, twin, hard, corner, width)
    strips = _strips(corner, twin, hard)
    fans = _fans(corner, faces, twin, hard)
    every = np.concatenate([corner, *([strips] if len(strips) else []), *([fans] if len(fans) else [])])
    return Mesh(
        moved.astype(np.float32),
        _vertex_normals(points, faces, normals, corner, len(names)),
        np.ascontiguousarray(every.astype(np.int64)),
    )


def face_normals(points: Floats, faces: Ints) -> Floats:
    """Unit normals (m, 3); slivers without area get a zero vector."""
    a, b, c = (points[faces[:, i]] for i in range(3))
    cross = np.cross(b - a, c - a)
    length = np.sqrt((cross**2).sum(1, keepdims=True))
    return np.asarray(np.divide(cross, length, out=np.zeros_like(cross), where=length > 1e-14))


def _twins(faces: Ints, count: int) -> Ints:
    """Half-edge h = 3·face + i runs from corner i to i+1; its twin is the same edge of the neighbour face."""
    start, end = faces.ravel(), np.roll(faces, -1, axis=1).ravel()
    forward, backward = start * count + end, end * count + start
    order = np.argsort(forward, kind="stable")
    return np.asarray(order[np.searchsorted(forward[order], backward)])


def _hard_edges(normals: Floats, twin: Ints) -> npt.NDArray[np.bool_]:
    own = np.repeat(normals, 3, axis=0)
    other = normals[twin // 3]
    sliver = (np.abs(own).sum(1) == 0) | (np.abs(other).sum(1) == 0)
    return ((own * other).sum(1) < CREASE_COSINE) & ~sliver


def _smooth_groups(faces: Ints, twin: Ints, hard: npt.NDArray[np.bool_]) -> Ints:
    """Label per corner; corners at one vertex share a label when no hard edge lies between their faces."""
    half = np.flatnonzero(~hard)
    face, place = half // 3, half % 3
    mate = twin[half]
    # The half-edge starts where its twin ends, and the other way round.
    left = np.concatenate([half, 3 * face + (place + 1) % 3])
    right = np.concatenate([3 * (mate // 3) + (mate + 1) % 3, mate])
    label = np.arange(faces.size)
    while True:
        low = np.minimum(label[left], label[right])
        new = label.copy()
        np.minimum.at(new, left, low)
        np.minimum.at(new, right, low)
        new = new[new]
        if np.array_equal(new, label):
            return np.asarray(label)
        label = new


def _vertex_normals(points: Floats, faces: Ints, normals: Floats, corner: Ints, count: int) -> Floats:
    """Face normals weighted by the corner's angle, so the triangulation does not show."""
    p = points[faces]
    one, two = np.roll(p, -1, axis=1) - p, np.roll(p, 1, axis=1) - p
    lengths = np.sqrt((one**2).sum(2) * (two**2).sum(2))
    cosine = np.divide((one * two).sum(2), lengths, out=np.ones_like(lengths), where=lengths > 1e-14)
    angle = np.arccos(np.clip(cosine, -1, 1)).ravel()
    weighted = np.repeat(normals, 3, axis=0) * angle[:, None]
    total = np.stack([np.bincount(corner.ravel(), weighted[:, i], count) for i in range(3)], 1)
    length = np.sqrt((total**2).sum(1, keepdims=True))
    up = np.zeros_like(total)
    up[:, 1] = 1
    return np.where(length > 1e-9, total / np.maximum(length, 1e-9), up).astype(np.float32)


def _inward(  # noqa: PLR0917 -- the six arrays describe one mesh
    points: Floats,
    faces: Ints,
    normals: Floats,
    twin: Ints,
    hard: npt.NDArray[np.bool_],
    corner: Ints,
    width: float,
) -> Floats:
    """How far each split vertex moves back from its hard edges, within its own face."""
    half = np.flatnonzero(hard)
    own = normals[half // 3]
    start, end = points[faces.ravel()[half]], points[faces.ravel()[3 * (half // 3) + (half + 1) % 3]]
    # Perpendicular to the edge, pointing into the face whose half-edge this is.
    inside = np.cross(own, end - start)
    inside /= np.maximum(np.sqrt((inside**2).sum(1, keepdims=True)), 1e-12)
    move = np.zeros((corner.max() + 1, 3))
    for ends in (half, 3 * (half // 3) + (half + 1) % 3):
        np.add.at(move, corner.ravel()[ends], inside)
    length = np.sqrt((move**2).sum(1, keepdims=True))
    edge = np.sqrt(((np.roll(points[faces], -1, axis=1) - points[faces]) ** 2).sum(2))
    reach = np.full(len(move), np.inf)
    np.minimum.at(reach, corner.ravel(), np.minimum(edge, np.roll(edge, 1, axis=1)).ravel())
    step = np.minimum(width, reach * 0.25)[:, None]
    return np.asarray(np.where(length > 1e-9, move / np.maximum(length, 1e-9) * step, 0.0))


def _quads(corner: Ints, twin: Ints, hard: npt.NDArray[np.bool_]) -> tuple[Ints, Ints, Ints, Ints]:
    """For each hard edge once: the four split vertices, own start and end, neighbour's start and end."""
    flat = corner.ravel()
    half = np.flatnonzero(hard & (np.arange(len(twin)) < twin))
    mate = twin[half]
    after, mate_after = 3 * (half // 3) + (half + 1) % 3, 3 * (mate // 3) + (mate + 1) % 3
    return flat[half], flat[after], flat[mate_after], flat[mate]


def _strips(corner: Ints, twin: Ints, hard: npt.NDArray[np.bool_]) -> Ints:
    own_a, own_b, other_a, other_b = _quads(corner, twin, hard)
    first = np.stack([own_b, own_a, other_a], 1)[own_a != other_a]
    second = np.stack([own_b, other_a, other_b], 1)[own_b != other_b]
    return np.concatenate([first, second])


def _fans(corner: Ints, faces: Ints, twin: Ints, hard: npt.NDArray[np.bool_]) -> Ints:
    """Where three or more hard edges meet, close the polygon between the strips."""
    own_a, own_b, other_a, other_b = _quads(corner, twin, hard)
    tails = np.concatenate([other_a, own_b])
    heads = np.concatenate([own_a, other_b])
    following = {int(t): int(h) for t, h in zip(tails, heads, strict=True) if t != h}
    triangles: list[tuple[int, int, int]] = []
    while following:
        first = min(following)
        ring = [first]
        while (nxt := following.pop(ring[-1], first)) != first:
            ring.append(nxt)
        triangles += [(ring[0], ring[i], ring[i + 1]) for i in range(1, len(ring) - 1)]
    return np.array(triangles, dtype=np.int64).reshape(-1, 3)
