"""Seeded random fields: the same seed and name give the same numbers everywhere."""

import numpy as np
from PIL import Image

from ai_studio.providers.local.geometry.mesh import Floats
from ai_studio.providers.local.scene import Scene, draw


def generator(seed: int, *names: str | int) -> np.random.Generator:
    """A stream of its own for each purpose (`names`)."""
    return np.random.Generator(np.random.PCG64(int(draw(seed, *names) * 2**32)))


def clouds(seed: int, name: str, width: int, height: int, cells: int, *, octaves: int = 5) -> Floats:
    """Fractal noise in 0–1, (height, width): random grids enlarged by bicubic interpolation and summed."""
    rng = generator(seed, name)
    total, weight, amplitude = np.zeros((height, width), np.float32), 0.0, 1.0
    for octave in range(octaves):
        n = min(cells * 2**octave, 256)
        grid = rng.random((max(2, n * height // max(width, 1) + 2), n + 2), np.float32)
        big = Image.fromarray(grid).resize((width, height), Image.Resampling.BICUBIC)
        total += np.asarray(big, np.float32) * amplitude
        weight += amplitude
        amplitude *= 0.5
    return total / np.float32(weight)


def grain(scene: Scene, shape: tuple[int, int], name: str = "grain") -> Floats:
    """Film grain, (h, w), mean 0, about ±1."""
    return generator(scene.seed, name).standard_normal(shape, np.float32)
