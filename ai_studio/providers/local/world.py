"""The staged things as one bag of triangles."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ai_studio.providers.local import colour
from ai_studio.providers.local.geometry.mesh import Floats, Ints
from ai_studio.providers.local.looks import Look, look
from ai_studio.providers.local.scene import Scene
from ai_studio.providers.local.stage import Matrix, Thing


@dataclass(frozen=True, slots=True, eq=False)
class World:
    """points (n, 3) world units; normals, local (3, n); faces (m, 3); look (m,) row of the looks table."""

    points: Matrix
    normals: Floats
    local: Floats
    faces: Ints
    look: Ints
    looks: tuple[Look, ...]
    base: Floats  # (k, 3) linear colour per look
    second: Floats  # (k, 3)

    def clear(self) -> np.ndarray:
        """(m,) True for faces that light passes through."""
        return np.array([item.transmission > 0 for item in self.looks])[self.look]


def build(scene: Scene, staged: Sequence[Thing], matrices: Sequence[Matrix] | None = None) -> World:
    """Place every piece; `matrices` (4 × 4) override the resting transforms while something moves."""
    rows: dict[tuple[int, str], int] = {}
    points, normals, local, faces, look_rows, offset = [], [], [], [], [], 0
    for at, thing in enumerate(staged):
        m = thing.matrix() if matrices is None else matrices[at]
        # Normals turn with the inverse transpose, so that stretched things keep true normals.
        inverse = np.linalg.inv(m[:3, :3]).T
        for piece in thing.pieces:
            p = piece.mesh.points
            points.append(_apply(m[:3, :3], p) + m[:3, 3])
            normals.append(_unit(_apply(inverse, piece.mesh.normals)))
            local.append(p + np.float32(at * 0.37))
            faces.append(piece.mesh.faces + offset)
            row = rows.setdefault((thing.item, piece.role), len(rows))
            look_rows.append(np.full(len(piece.mesh.faces), row, np.int64))
            offset += len(p)
    looks = tuple(look(scene, scene.items[at], at, role) for at, role in rows)
    return World(
        np.concatenate(points),
        np.ascontiguousarray(np.concatenate(normals).T.astype(np.float32)),
        np.ascontiguousarray(np.concatenate(local).T.astype(np.float32)),
        np.concatenate(faces),
        np.concatenate(look_rows),
        looks,
        np.array([colour.linear(item.colour) for item in looks], np.float32),
        np.array([colour.linear(item.second or item.colour) for item in looks], np.float32),
    )


def _apply(m: Matrix, p: np.ndarray) -> np.ndarray:
    # Written out: a BLAS product may round differently with another thread count.
    return np.stack([p[:, 0] * m[i, 0] + p[:, 1] * m[i, 1] + p[:, 2] * m[i, 2] for i in range(3)], 1)


def _unit(v: np.ndarray) -> np.ndarray:
    return v / np.maximum(np.sqrt((v**2).sum(1, keepdims=True)), 1e-9)
