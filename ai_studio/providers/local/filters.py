"""Plain image operations, the same for every scene. Arrays (h, w, 3), 0–1."""

# ruff: noqa: PLR2004 -- these numbers are the drawing, naming each would hide it

import numpy as np
from PIL import Image

from ai_studio.providers.local.geometry.mesh import Floats


def tone(light: Floats) -> Floats:
    """Linear light → sRGB 0–1, highlights rolled off above 0.7 so that colours below stay the brand's."""
    rolled = np.where(light < 0.7, light, 0.7 + 0.3 * (1 - np.exp(-(light - 0.7) / 0.55)))
    return encode_array(np.asarray(rolled, np.float32))


def untone(shown: Floats) -> Floats:
    """sRGB → linear for what is seen through glass; the rolled-off part stays rolled off."""
    return linear_array(shown)


def blur(image: Floats, radius: int) -> Floats:
    """Three box blurs, close to a Gaussian of sigma ≈ radius (Wells 1986); (h, w, c), edges repeated."""
    out = np.empty_like(image)
    for channel in range(image.shape[2]):  # one at a time: the running sums are doubles and would fill the memory
        layer = image[..., channel]
        for _ in range(3):
            layer = _box(_box(layer, radius, 0), radius, 1)
        out[..., channel] = layer
    return out


def _box(image: Floats, radius: int, axis: int) -> Floats:
    if radius < 1:
        return image
    pad = [(0, 0)] * image.ndim
    pad[axis] = (radius + 1, radius)
    total = np.cumsum(np.pad(image, pad, mode="edge"), axis=axis, dtype=np.float64)
    width = 2 * radius + 1
    high = np.take(total, np.arange(width, total.shape[axis]), axis=axis)
    low = np.take(total, np.arange(total.shape[axis] - width), axis=axis)
    return ((high - low) / width).astype(np.float32)


def resize(channel: Floats, width: int, height: int) -> Floats:
    """(h, w) → (height, width), bilinear."""
    image = Image.fromarray(np.ascontiguousarray(channel, np.float32))
    return np.asarray(image.resize((width, height), Image.Resampling.BILINEAR), np.float32)


def luma(rgb: Floats) -> Floats:
    return np.asarray(0.2126 * rgb[..., 0] + 0.7152 * rgb[..., 1] + 0.0722 * rgb[..., 2], np.float32)


def soften(rgb: Floats) -> Floats:
    """Blend pixels across strong edges with their neighbours: cheap anti-aliasing for single-pass film frames."""
    around = [np.roll(rgb, step, axis) for axis in (0, 1) for step in (-1, 1)]
    levels = np.stack([luma(picture) for picture in (rgb, *around)])
    weight = np.clip((np.ptp(levels, axis=0) - 0.06) * 3.2, 0, 0.62)[..., None]
    mean = (around[0] + around[1] + around[2] + around[3]) * np.float32(0.25)
    return np.asarray(rgb + (mean - rgb) * weight, np.float32)


def linear_array(srgb: Floats) -> Floats:
    """sRGB 0–1 → linear, any shape."""
    out: Floats = np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4).astype(np.float32)
    return out


def encode_array(light: Floats) -> Floats:
    """Linear 0–1 → sRGB 0–1, any shape."""
    light = np.clip(light, 0, 1)
    out: Floats = np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055).astype(np.float32)
    return out
