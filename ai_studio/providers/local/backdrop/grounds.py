"""Floor patterns: a factor on the floor's colour at (x, z), fading with the distance `away`."""

# ruff: noqa: PLR2004 -- these numbers are the drawing, naming each would hide it

from collections.abc import Callable

import numpy as np

from ai_studio.providers.local.geometry.mesh import Floats


def _sand(x: Floats, z: Floats, away: Floats) -> Floats:
    ripple = np.sin(x * 3.1 + z * 5.3 + 1.6 * np.sin(x * 0.9 + z * 0.35))
    return np.asarray(1 + 0.05 * ripple * np.exp(-away / 26), np.float32)


def _grass(x: Floats, z: Floats, away: Floats) -> Floats:
    patch = np.sin(x * 1.7 + 1.3 * np.sin(z * 1.1)) * np.sin(z * 1.9 + np.sin(x * 0.8))
    blades = np.sin(x * 61 + 3 * np.sin(z * 23)) * np.sin(z * 47 + 3 * np.sin(x * 19))
    return np.asarray(0.97 + 0.1 * patch + 0.1 * blades * np.exp(-away / 14), np.float32)


def _waves(x: Floats, z: Floats, away: Floats) -> Floats:
    wave = np.sin(x * 1.1 + z * 4.2 + 1.2 * np.sin(x * 0.8)) + 0.6 * np.sin(x * 3.7 - z * 7.1 + np.sin(z * 1.3))
    return np.asarray(1 + 0.16 * wave * np.exp(-away / 30), np.float32)


def _planks(x: Floats, z: Floats, away: Floats) -> Floats:
    board = np.floor(x * 1.6)
    gap = np.clip(np.abs((x * 1.6) % 1 - 0.5) * 2 - 0.965, 0, 0.035) / 0.035
    tone = np.sin(board * 12.9898) * 0.08 + 0.04 * np.sin(z * 3.1 + board * 5 + 2 * np.sin(x * 9))
    return np.asarray(1 + tone - 0.35 * gap * np.exp(-away / 20), np.float32)


def _asphalt(x: Floats, z: Floats, away: Floats) -> Floats:
    line = np.clip(1 - np.abs(np.abs(z + 2.6) - 0.09) * 14, 0, 1) * ((x * 0.45) % 1 < 0.55)
    grain = np.sin(x * 83 + 5 * np.sin(z * 31)) * np.sin(z * 71 + 4 * np.sin(x * 29))
    return np.asarray(1 + 0.05 * grain * np.exp(-away / 12) + 1.3 * line, np.float32)


GROUNDS: dict[str, Callable[[Floats, Floats, Floats], Floats]] = {
    "desert": _sand, "beach": _sand, "arctic": _sand, "forest": _grass, "meadow": _grass, "mountains": _grass,
    "ocean": _waves, "room": _planks, "stage": _planks, "city": _asphalt,
}  # fmt: skip
