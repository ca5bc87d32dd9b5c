"""Ink lines for the styles that are drawn."""

import numpy as np

from ai_studio.providers.local.geometry.mesh import Floats
from ai_studio.providers.local.scene import Scene

_LINED = frozenset(
    {"cartoon", "sketch", "blueprint", "popart", "bauhaus", "watercolor", "risograph", "hologram", "neon"}
)


def needs_lines(scene: Scene) -> bool:
    return scene.style in _LINED


def edges(guide: Floats, near: Floats) -> Floats:
    """Ink lines (h, w) 0–1 where surface, direction or distance changes between neighbours."""
    found = np.zeros(near.shape, np.float32)
    for axis in (0, 1):
        a, b = guide, np.roll(guide, -1, axis)
        both = (a[..., 3] > 0) & (b[..., 3] > 0)
        turn = np.where(both, 1 - (a[..., :3] * b[..., :3]).sum(-1), 0.0)
        other = a[..., 3] != b[..., 3]
        depth = np.abs(near - np.roll(near, -1, axis)) > 0.03 * np.maximum(near, 1e-6) + 1e-5
        found = np.maximum(found, np.maximum(np.clip(turn * 1.6 - 0.35, 0, 1), (other | depth).astype(np.float32)))
    thick = max(1, round(near.shape[0] / 700))
    for _ in range(thick):
        found = np.maximum.reduce([found, np.roll(found, 1, 0), np.roll(found, 1, 1)])
    return found
