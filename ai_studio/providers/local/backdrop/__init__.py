"""What is behind and under the subject: floors, skies and painted horizons. Linear RGB (height, width, 3)."""

import numpy as np

from ai_studio.providers.local import colour
from ai_studio.providers.local.backdrop.canvas import Canvas
from ai_studio.providers.local.backdrop.grounds import GROUNDS
from ai_studio.providers.local.backdrop.horizons import PAINTERS, PAPERS
from ai_studio.providers.local.backdrop.places import PLACES, Place, place
from ai_studio.providers.local.geometry.mesh import Floats
from ai_studio.providers.local.light import Rig
from ai_studio.providers.local.scene import Scene
from ai_studio.providers.local.stage import Camera


def paint(scene: Scene, camera: Camera, rig: Rig, width: int, height: int) -> tuple[Floats, Floats]:
    """The empty set as (height, width, 3) and the floor's share of each pixel (height, width)."""
    here = place(scene)
    x, y, z = camera.rays(width, height)
    level = (y / np.sqrt(x * x + z * z)).astype(np.float32)
    sky = _sky(here, level)
    canvas = Canvas(scene, here, rig, sky, level, camera, x, z)
    painter = PAINTERS.get(scene.setting)
    if painter and scene.setting not in PAPERS:
        painter(canvas)
    share = np.zeros((height, width), np.float32)
    if here.ground:
        share = np.clip(-level * height * 0.9 + 0.5, 0, 1).astype(np.float32)
        floor = _floor(canvas, y)
        canvas.sky += (floor - canvas.sky) * share[..., None]
    if painter and scene.setting in PAPERS:
        painter(canvas)
    return _lit(scene, rig, canvas.sky, width, height), share


def _sky(here: Place, level: Floats) -> Floats:
    low, high = (np.asarray(colour.linear(c), np.float32) for c in (here.wall, here.top))
    t = np.clip(level / 0.55, 0, 1)[..., None]
    return np.asarray(low + (high - low) * t * (2 - t), np.float32)


def _floor(c: Canvas, y: Floats) -> Floats:
    """The floor with its texture, fading into the horizon with distance."""
    base = np.asarray(colour.linear(c.here.floor), np.float32)
    distance = c.camera.eye[1] / np.maximum(-y, 1e-4)
    gx, gz = c.camera.eye[0] + c.x * distance, c.camera.eye[2] + c.z * distance
    away = np.sqrt((gx - c.camera.target[0]) ** 2 + (gz - c.camera.target[2]) ** 2)
    pattern = GROUNDS.get(c.scene.setting)
    shade = pattern(gx, gz, np.clip(distance, 0, 60)) if pattern else 1.0
    floor = base * (np.asarray(shade)[..., None] if pattern else np.float32(1.0))
    far = np.asarray(colour.linear(c.here.wall), np.float32)
    reach = 9.0 if c.scene.setting not in PLACES else 34.0
    haze = (1 - np.exp(-np.maximum(away - 2, 0) / reach))[..., None]
    return np.asarray(floor + (far - floor) * haze * (1.0 if c.scene.setting not in PLACES else 0.4), np.float32)


def _lit(scene: Scene, rig: Rig, image: Floats, width: int, height: int) -> Floats:
    """The rig on the set: its brightness and colour, and a soft glow behind the subject."""
    yy = (np.arange(height, dtype=np.float32) / height - 0.46)[:, None] * 1.1
    xx = (np.arange(width, dtype=np.float32) / width - 0.5)[None, :] * (width / height) ** 0.5
    radius = np.sqrt(xx * xx + yy * yy)
    pool = np.exp(-((radius / 0.42) ** 2)) if rig.pool else 0.0
    glow = 1.06 - 0.42 * radius**1.5
    level = rig.dim * (1 - 0.5 * rig.pool) + rig.pool * 0.9 * pool
    light = np.asarray([rig.key_light[i] * 0.45 + rig.sky[i] * 0.55 for i in range(3)], np.float32)
    light /= max(float(light.max()), 1e-6)
    tinted = image * (light * 0.7 + 0.3)
    out = np.asarray(tinted * (glow * level)[..., None], np.float32)
    if scene.light == "neon":
        out += _neon_wash(xx, yy)
    return out


def _neon_wash(xx: Floats, yy: Floats) -> Floats:
    pink, cyan = (np.asarray(colour.linear(c), np.float32) for c in ("#ff2d95", "#12c9ff"))
    left = np.exp(-((xx + 0.55) ** 2 + yy**2) / 0.16)[..., None]
    right = np.exp(-((xx - 0.55) ** 2 + (yy + 0.1) ** 2) / 0.16)[..., None]
    return np.asarray(left * pink * 0.42 + right * cyan * 0.34, np.float32)
