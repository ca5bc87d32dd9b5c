"""Every subject is closed, well wound and lit by unit normals."""

import numpy as np
import pytest
import trimesh

from ai_studio.providers.local.geometry import HEIGHT, SUPPORTS, subject, support
from ai_studio.providers.local.geometry.mesh import Mesh
from ai_studio.providers.local.lexicon.subjects import KINDS


def check(mesh: Mesh) -> None:
    solid = trimesh.Trimesh(mesh.points, mesh.faces, process=False)
    assert solid.is_watertight
    assert solid.is_winding_consistent
    assert solid.volume > 0
    assert np.allclose((mesh.normals.astype(float) ** 2).sum(1), 1, atol=1e-4)


@pytest.mark.parametrize("kind", sorted(KINDS))
@pytest.mark.parametrize("segments", [9, 24])
def test_a_subject_is_watertight_by_its_indices_alone(kind: str, segments: int) -> None:
    pieces = subject(kind, segments)
    for piece in pieces:
        check(piece.mesh)
    points = np.concatenate([piece.mesh.points for piece in pieces])
    assert points[:, 1].min() == pytest.approx(0, abs=1e-3)
    assert np.ptp(points, axis=0).max() == pytest.approx(HEIGHT, abs=0.02)


@pytest.mark.parametrize("kind", sorted(SUPPORTS))
def test_a_support_is_watertight(kind: str) -> None:
    check(support(kind, 24))
