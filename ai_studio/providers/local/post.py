"""From the composed picture to the finished one: style, effects and the mood's grade. Arrays (h, w, 3), 0–1."""

# ruff: noqa: PLR2004 -- these numbers are the drawing, naming each would hide it

import numpy as np

from ai_studio.providers.local.effects import apply_effects
from ai_studio.providers.local.filters import blur, luma, resize
from ai_studio.providers.local.geometry.mesh import Floats
from ai_studio.providers.local.scene import Scene
from ai_studio.providers.local.styles import styled

# mood: saturation, contrast, warmth, exposure, vignette, bloom, lift of the blacks
MOODS = {
    "neutral": (1.0, 1.0, 0.0, 1.0, 0.1, 0.06, 0.0), "calm": (0.8, 0.88, -0.02, 1.05, 0.06, 0.12, 0.03),
    "energetic": (1.3, 1.18, 0.02, 1.04, 0.1, 0.08, 0.0), "happy": (1.2, 1.04, 0.04, 1.1, 0.02, 0.1, 0.01),
    "playful": (1.3, 1.0, 0.02, 1.1, 0.0, 0.06, 0.02), "sad": (0.5, 0.92, -0.07, 0.82, 0.26, 0.02, 0.02),
    "dramatic": (1.08, 1.38, 0.02, 0.86, 0.42, 0.1, -0.01), "dreamy": (0.92, 0.84, 0.02, 1.12, 0.08, 0.5, 0.05),
    "mysterious": (0.78, 1.16, -0.06, 0.68, 0.5, 0.16, 0.0), "romantic": (1.02, 0.92, 0.09, 1.06, 0.14, 0.3, 0.03),
    "luxurious": (0.94, 1.2, 0.035, 0.88, 0.3, 0.14, -0.005), "cozy": (1.06, 1.0, 0.12, 0.98, 0.22, 0.12, 0.01),
    "cold": (0.86, 1.06, -0.11, 1.02, 0.1, 0.06, 0.01), "fresh": (1.14, 1.02, -0.02, 1.12, 0.0, 0.1, 0.01),
    "futuristic": (1.05, 1.16, -0.08, 0.96, 0.2, 0.24, 0.0), "nostalgic": (0.72, 0.88, 0.1, 1.0, 0.26, 0.14, 0.07),
    "summery": (1.34, 1.08, 0.06, 1.1, 0.04, 0.12, 0.0),
}  # fmt: skip


def finish(scene: Scene, rgb: Floats, alpha: Floats, lines: Floats, phase: float) -> Floats:
    """Effects, style and mood over the composed picture."""
    with_effects = apply_effects(scene, styled(scene, rgb, alpha, lines), alpha, phase)
    return np.clip(_graded(scene, with_effects), 0, 1)


def _graded(scene: Scene, rgb: Floats) -> Floats:
    """The mood's grade, mixed in by guidance. Brand colours keep their hue: only a neutral mood is neutral."""
    values = (
        1 + (v - 1) * scene.strength if i in (0, 1, 3) else v * scene.strength for i, v in enumerate(MOODS[scene.mood])
    )
    saturation, contrast, warmth, exposure, vignette, bloom, lift = values
    vignette += 0.35 * ("vignette" in scene.effects)
    bloom += 0.5 * ("bloom" in scene.effects) + 0.6 * (scene.style in ("neon", "hologram"))
    if "effect=vignette" in scene.without:
        vignette = 0.0
    out = rgb * np.float32(exposure)
    out = _bloomed(out, bloom if "effect=bloom" not in scene.without else 0.0)
    grey = luma(out)[..., None]
    out = grey + (out - grey) * np.float32(max(0.0, saturation))
    out = (out - 0.5) * np.float32(contrast) + np.float32(0.5 + lift)
    out = out * np.asarray([1 + warmth, 1 + warmth * 0.2, 1 - warmth], np.float32)
    return _vignetted(out, vignette)


def _bloomed(rgb: Floats, amount: float) -> Floats:
    if amount <= 0.01:
        return rgb
    h, w = rgb.shape[:2]
    small = np.stack([resize(rgb[..., i], max(8, w // 4), max(8, h // 4)) for i in range(3)], -1)
    bright = np.clip(small - 0.62, 0, 2)
    glow = blur(bright, max(1, h // 110)) + 0.7 * blur(bright, max(2, h // 36))
    big = np.stack([resize(glow[..., i], w, h) for i in range(3)], -1)
    return 1 - (1 - np.clip(rgb, 0, 1)) * (1 - np.clip(big * np.float32(amount), 0, 1))


def _vignetted(rgb: Floats, amount: float) -> Floats:
    if amount <= 0:
        return rgb
    h, w = rgb.shape[:2]
    y, x = (np.arange(h) / h - 0.5)[:, None], (np.arange(w) / w - 0.5)[None, :]
    fall = 1 - np.float32(amount * 1.5) * np.clip((x * x + y * y) * 1.9 - 0.12, 0, 1)
    return np.asarray(rgb * fall[..., None], np.float32)
