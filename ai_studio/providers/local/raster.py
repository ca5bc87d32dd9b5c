"""A small triangle rasteriser in numpy: exact spans per row, nearest surface wins."""

# ruff: noqa: PLR2004 -- these numbers are the drawing, naming each would hide it

from typing import NamedTuple

import numpy as np

from ai_studio.providers.local.geometry.mesh import Floats, Ints

EMPTY = -1
_DEPTH_BITS = 31
_ID_BITS = 32


class Hits(NamedTuple):
    """What each pixel sees. pixels (k,) flat indices; faces (k,) rows of the face array; nearness (k,) float32."""

    pixels: Ints
    faces: Ints
    nearness: Floats


def _spread(counts: Ints) -> tuple[Ints, Ints]:
    """For counts c: the index i repeated c[i] times, and the running number 0…c[i]-1 within each."""
    owner = np.repeat(np.arange(len(counts)), counts)
    starts = np.cumsum(counts) - counts
    return owner, np.arange(len(owner)) - starts[owner]


def rasterise(xy: Floats, near: Floats, faces: Ints, width: int, height: int) -> Hits:
    """Project triangles onto a grid.

    xy (n, 2) in pixels, y down; near (n,) larger is closer and affine in screen space, all in (0, 1);
    faces (m, 3), both windings are drawn (callers cull). Pixel centres lie at +0.5.
    """
    corner = xy[faces]
    order = np.argsort(corner[:, :, 1], axis=1, kind="stable")
    sorted_xy = np.take_along_axis(corner, order[:, :, None], axis=1)
    high, middle, low = (sorted_xy[:, i].T for i in range(3))
    top = np.clip(np.ceil(high[1] - 0.5), 0, height).astype(np.int64)
    bottom = np.clip(np.ceil(low[1] - 0.5), 0, height).astype(np.int64)
    face, step = _spread(np.maximum(bottom - top, 0))
    row = top[face] + step
    y = row + 0.5
    long_x = _cross(high, low, face, y)
    short_x = np.where(y < middle[1][face], _cross(high, middle, face, y), _cross(middle, low, face, y))
    left = np.clip(np.ceil(np.minimum(long_x, short_x) - 0.5), 0, width).astype(np.int64)
    right = np.clip(np.ceil(np.maximum(long_x, short_x) - 0.5), 0, width).astype(np.int64)
    span, offset = _spread(np.maximum(right - left, 0))
    column, row, face = left[span] + offset, row[span], face[span]
    gx, gy, base = _planes(corner, near[faces])
    depth = gx[face] * (column + 0.5) + gy[face] * (row + 0.5) + base[face]
    return _nearest(row * width + column, depth, face, width * height)


def _cross(a: Floats, b: Floats, face: Ints, y: Floats) -> Floats:
    """Where the edge a–b (2, m) crosses height y. Neighbours compute the same expression, so no cracks open."""
    (xa, ya), (xb, yb) = a, b
    slope = (xb - xa) / np.where(yb - ya == 0, 1, yb - ya)
    return np.asarray(xa[face] + (y - ya[face]) * slope[face])


def _planes(corner: Floats, value: Floats) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Gradient and constant of the affine function through three (x, y, value) points per face."""
    a, b = corner[:, 1] - corner[:, 0], corner[:, 2] - corner[:, 0]
    area = a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]
    area = np.where(np.abs(area) < 1e-12, 1e-12, area)
    da, db = value[:, 1] - value[:, 0], value[:, 2] - value[:, 0]
    gx = (da * b[:, 1] - db * a[:, 1]) / area
    gy = (db * a[:, 0] - da * b[:, 0]) / area
    return gx, gy, value[:, 0] - gx * corner[:, 0, 0] - gy * corner[:, 0, 1]


def _nearest(pixel: Ints, depth: Floats, face: Ints, size: int) -> Hits:
    """Depth in the high bits, face in the low: one integer maximum decides, ties go to one face always."""
    level = (np.clip(depth, 0, 1) * (2**_DEPTH_BITS - 1)).astype(np.int64)
    buffer = np.full(size, EMPTY, np.int64)
    np.maximum.at(buffer, pixel, (level << _ID_BITS) | face)
    seen = np.flatnonzero(buffer != EMPTY)
    won = buffer[seen]
    nearness = (won >> _ID_BITS).astype(np.float32) / np.float32(2**_DEPTH_BITS - 1)
    return Hits(seen, won & (2**_ID_BITS - 1), nearness)


def barycentric(xy: Floats, faces: Ints, hits: Hits, width: int) -> Floats:
    """Screen-space weights (k, 3) of the corners at each seen pixel's centre."""
    corner = xy[faces[hits.faces]]
    x, y = hits.pixels % width + 0.5, hits.pixels // width + 0.5
    a, b = corner[:, 1] - corner[:, 0], corner[:, 2] - corner[:, 0]
    px, py = x - corner[:, 0, 0], y - corner[:, 0, 1]
    area = a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]
    area = np.where(np.abs(area) < 1e-12, 1e-12, area)
    v = (px * b[:, 1] - py * b[:, 0]) / area
    w = (py * a[:, 0] - px * a[:, 1]) / area
    return np.stack([1 - v - w, v, w], 1).astype(np.float32)
