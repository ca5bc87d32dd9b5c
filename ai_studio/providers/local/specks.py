"""Points of light, painted in place: stars, sparkles, snow. Arrays (h, w, 3)."""

import math

import numpy as np

from ai_studio.providers.local.geometry.mesh import Floats
from ai_studio.providers.local.light import RGB
from ai_studio.providers.local.noise import generator


def stars(seed: int, image: Floats, count: int, power: float = 1.0) -> None:
    """Points of light, added in place; sizes follow the picture."""
    height, width = image.shape[:2]
    rng = generator(seed, "stars")
    for u, v, size, heat in rng.random((count, 4)):
        r = (0.4 + 1.5 * size**4) * height / 1024
        light = (1.0, 0.9 + 0.1 * heat, 0.8 + 0.3 * heat)
        dot(image, u * width, v * height, max(0.7, r), light=light, power=power * (0.25 + size))


def dot(image: Floats, x: float, y: float, r: float, *, light: RGB, power: float) -> None:
    """Add a soft round light at (x, y) of radius r pixels."""
    reach = math.ceil(r * 2.5)
    x0, x1 = max(0, int(x) - reach), min(image.shape[1], int(x) + reach + 1)
    y0, y1 = max(0, int(y) - reach), min(image.shape[0], int(y) + reach + 1)
    if x0 >= x1 or y0 >= y1:
        return
    gy, gx = np.arange(y0, y1)[:, None] + 0.5 - y, np.arange(x0, x1)[None, :] + 0.5 - x
    soft = np.exp(-(gx * gx + gy * gy) / (r * r)) * power
    image[y0:y1, x0:x1] += soft[..., None].astype(np.float32) * np.asarray(light, np.float32)
