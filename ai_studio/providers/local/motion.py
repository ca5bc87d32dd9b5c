"""How things move: each motion is a loop, a transform about the thing's middle as a function of phase 0–1."""

# ruff: noqa: PLR2004 -- these numbers are the drawing, naming each would hide it

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from ai_studio.providers.local.gltf import Track, quaternion
from ai_studio.providers.local.scene import Scene
from ai_studio.providers.local.stage import Matrix, Thing, rotation_x, rotation_y, rotation_z

KEYS = 25  # glTF keys per loop: enough that linear steps of a turn stay below 15°
_TAU = 2 * math.pi
_EYE = np.eye(3)


class Pose(NamedTuple):
    """Offset in world units, rotation (3, 3), scale (x, y, z), all about the middle of the thing."""

    move: tuple[float, float, float] = (0.0, 0.0, 0.0)
    turn: Matrix = _EYE
    scale: tuple[float, float, float] = (1.0, 1.0, 1.0)


def _spin(t: float, _i: int, _thing: Thing) -> Pose:
    # The slight lean lets even a bottle show that it turns.
    return Pose(turn=rotation_y(360 * t) @ rotation_z(5))


def _bounce(t: float, i: int, thing: Thing) -> Pose:
    u = (2 * t + i * 0.13) % 1
    height = 4 * u * (1 - u)
    squash = max(0.0, 1 - height * 4) * 0.16
    return Pose((0, height * 0.75 - squash * thing.scale[1], 0), scale=(1 + squash * 0.6, 1 - squash, 1 + squash * 0.6))


def _float(t: float, i: int, _thing: Thing) -> Pose:
    a = _TAU * (t + i * 0.17)
    return Pose((0, 0.24 + 0.14 * math.sin(a), 0), rotation_y(9 * math.sin(a)) @ rotation_z(4 * math.cos(a)))


def _pulse(t: float, i: int, thing: Thing) -> Pose:
    beat = math.exp(-(((2 * t + i * 0.1) % 1 - 0.25) ** 2) / 0.02)
    s = 1 + 0.16 * beat
    return Pose((0, (s - 1) * thing.scale[1], 0), scale=(s, s, s))


def _orbit(t: float, i: int, thing: Thing) -> Pose:
    """Around the middle of the picture; a thing that stands there circles a point beside it."""
    x, _, z = thing.place
    cx, cz = (0.0, 0.0) if math.hypot(x, z) > 0.3 else (0.7, 0.0)
    c, s = math.cos(_TAU * t), math.sin(_TAU * t)
    dx, dz = x - cx, z - cz
    return Pose((cx + c * dx + s * dz - x, 0, cz - s * dx + c * dz - z), rotation_y(360 * t))


def _wave(t: float, i: int, thing: Thing) -> Pose:
    a = _TAU * t - 0.9 * i - thing.place[0] * 0.6
    return Pose((0, 0.3 + 0.3 * math.sin(a), 0), rotation_z(10 * math.cos(a)))


def _swing(t: float, i: int, thing: Thing) -> Pose:
    angle = 18 * math.sin(_TAU * (t + 0.08 * i))
    top = thing.scale[1]
    return Pose(
        (-top * math.sin(math.radians(-angle)), top * (1 - math.cos(math.radians(angle))) + 0.1, 0), rotation_z(angle)
    )


def _shake(t: float, i: int, _thing: Thing) -> Pose:
    a = _TAU * (6 * t + 0.2 * i)
    return Pose((0.06 * math.sin(a), 0.02 * abs(math.sin(a * 1.5)), 0), rotation_z(3 * math.sin(a)))


def _zoom(t: float, _i: int, _thing: Thing) -> Pose:
    return Pose(turn=rotation_y(10 * math.sin(_TAU * t)))


def _drop(t: float, i: int, thing: Thing) -> Pose:
    u = min(1.0, max(0.0, (t * 1.35 - 0.04 * i)))
    fall = (
        3.2 * (1 - (u / 0.45) ** 2)
        if u < 0.45
        else 0.5 * max(0.0, math.sin((u - 0.45) / 0.3 * math.pi)) * math.exp(-(u - 0.45) * 4)
    )
    return Pose((0, max(0.0, fall), 0))


def _rise(t: float, i: int, _thing: Thing) -> Pose:
    u = t * t * (3 - 2 * t) if t < 0.85 else (1 - t) / 0.15 * 0.939
    return Pose((0, 1.5 * u, 0), rotation_y(40 * math.sin(math.pi * u)))


def _flip(t: float, i: int, _thing: Thing) -> Pose:
    u = (t + 0.05 * i) % 1
    return Pose((0, 0.9 * math.sin(math.pi * u), 0), rotation_x(-360 * u))


def _roll(t: float, i: int, thing: Thing) -> Pose:
    x = 0.8 * math.sin(_TAU * t)
    return Pose((x, 0, 0), rotation_z(-math.degrees(x / thing.scale[1])))


def _slide(t: float, i: int, _thing: Thing) -> Pose:
    return Pose((0.75 * math.sin(_TAU * t), 0, 0), rotation_y(8 * math.cos(_TAU * t)))


def _dance(t: float, i: int, thing: Thing) -> Pose:
    a = _TAU * (2 * t + 0.25 * i)
    squash = 0.07 * math.sin(2 * a)
    return Pose(
        (0.12 * math.sin(a), 0.06 * abs(math.sin(a)), 0),
        rotation_z(9 * math.sin(a)) @ rotation_y(14 * math.cos(a)),
        (1 - squash / 2, 1 + squash, 1 - squash / 2),
    )


def _still(_t: float, _i: int, _thing: Thing) -> Pose:
    return Pose()


MOTIONS: dict[str, Callable[[float, int, Thing], Pose]] = {
    "spin": _spin, "bounce": _bounce, "float": _float, "pulse": _pulse, "orbit": _orbit, "wave": _wave, "swing": _swing,
    "shake": _shake, "zoom": _zoom, "drop": _drop, "rise": _rise, "flip": _flip, "roll": _roll, "slide": _slide,
    "dance": _dance, "still": _still,
}  # fmt: skip


def name_of(scene: Scene) -> str:
    """The motion to use; the default is the one that shows a product from all sides."""
    if scene.motion != "auto":
        return scene.motion
    return next(m for m in ("spin", "float", "pulse", "still") if f"motion={m}" not in scene.without)


def camera_zoom(scene: Scene, phase: float) -> float:
    """Factor on the focal length: only "zoom" moves the camera."""
    return 1 + 0.22 * (0.5 - 0.5 * math.cos(_TAU * phase)) if name_of(scene) == "zoom" else 1.0


def matrices(scene: Scene, staged: Sequence[Thing], phase: float) -> list[Matrix]:
    """World transforms (4 × 4) of every thing at a phase of the loop."""
    move = MOTIONS[name_of(scene)]
    found: list[Matrix] = []
    for i, thing in enumerate(staged):
        pose, rest = (_still if thing.fixed else move)(phase, i, thing), thing.matrix()
        middle = np.array([thing.place[0], thing.place[1] + thing.scale[1], thing.place[2]])
        m = np.eye(4)
        m[:3, :3] = pose.turn @ np.diag(pose.scale)
        m[:3, 3] = middle + pose.move - m[:3, :3] @ middle
        found.append(m @ rest)
    return found


def tracks(scene: Scene, staged: Sequence[Thing], seconds: float, loops: int) -> tuple[np.ndarray, list[Track]]:
    """Key times (k,) in seconds and the animated properties that really change."""
    move = MOTIONS[name_of(scene)]
    count = (KEYS - 1) * loops + 1
    times = np.linspace(0, seconds, count)
    phases = [(i % (KEYS - 1)) / (KEYS - 1) for i in range(count)]
    found: list[Track] = []
    for i, thing in enumerate(staged):
        if thing.fixed:
            continue
        poses = [move(p, i, thing) for p in phases]
        middle = np.array([thing.place[0], thing.place[1] + thing.scale[1], thing.place[2]])
        found.append(Track(i, "translation", middle + np.array([p.move for p in poses])))
        found.append(Track(i, "rotation", _continuous(np.array([quaternion(p.turn) for p in poses]))))
        found.append(Track(i, "scale", np.array([p.scale for p in poses])))
    moving = [t for t in found if np.ptp(t.values, axis=0).max() > 1e-6]
    return times, moving or found[:1]


def _continuous(q: np.ndarray) -> np.ndarray:
    """q and −q are the same turn: keep neighbours on one side, or viewers spin the long way round."""
    for i in range(1, len(q)):
        if (q[i] * q[i - 1]).sum() < 0:
            q[i] = -q[i]
    return q
