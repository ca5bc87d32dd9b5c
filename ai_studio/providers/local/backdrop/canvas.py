"""What the painters of sets work on."""

# ruff: noqa: PLR2004 -- these numbers are the drawing, naming each would hide it

import math
from dataclasses import dataclass

import numpy as np

from ai_studio.providers.local import colour
from ai_studio.providers.local.backdrop.places import Place
from ai_studio.providers.local.geometry.mesh import Floats
from ai_studio.providers.local.light import Rig
from ai_studio.providers.local.scene import Scene
from ai_studio.providers.local.stage import Camera


@dataclass(slots=True, eq=False)
class Canvas:
    """What a painter may look at and paint on (`sky`)."""

    scene: Scene
    here: Place
    rig: Rig
    sky: Floats
    level: Floats  # tangent of the elevation of each pixel's ray
    camera: Camera
    x: Floats
    z: Floats

    def turn(self) -> Floats:
        """Heading of each column in radians, 0 in the middle."""
        axes = self.camera.axes()
        middle = math.atan2(-axes[2, 0], -axes[2, 2])
        row = self.level.shape[0] // 2
        heading = np.arctan2(self.x[row], self.z[row]) - middle
        return np.asarray((heading + math.pi) % (2 * math.pi) - math.pi, np.float32)

    def layer(self, top: Floats, colour_: str, amount: float = 1.0) -> None:
        """Fill from the horizon up to `top` (width,), a tangent per column, edges smoothed."""
        height = self.level.shape[0]
        alpha = np.clip((top[None, :] - self.level) * height * self.camera.focal / 2 + 0.5, 0, 1) * amount
        alpha *= self.level > -0.02
        paint_ = np.asarray(colour.linear(colour_), np.float32)
        self.sky += (paint_ - self.sky) * alpha[..., None].astype(np.float32)
