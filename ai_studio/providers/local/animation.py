"""Animated WebP and animated glTF of one scene."""

import io
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

import numpy as np
from PIL import Image

from ai_studio.providers.local import gltf, motion, stage
from ai_studio.providers.local.contract import RenderRequest
from ai_studio.providers.local.image import Sets, Shot, render_frame
from ai_studio.providers.local.light import rig
from ai_studio.providers.local.parse import Reading
from ai_studio.providers.local.provenance import facts, to_image, xmp
from ai_studio.providers.local.scene import Scene
from ai_studio.providers.local.stage import Camera, Matrix, Thing

LOOP_SECONDS = 2.0
SIDES = {"standard": 400, "high": 512, "ultra": 640}  # pixels on the side of a square of equal area
FRAME_RATES = {"standard": 24, "high": 24, "ultra": 30}
LONG_RATE = 12  # frames per second of clips longer than LONG_SECONDS: the file would outgrow a page
LONG_SECONDS = 4
_SAMPLES = 12


def loops(seconds: float) -> int:
    """Whole loops in a clip, so that its end meets its start."""
    return max(1, round(seconds / LOOP_SECONDS))


def camera_for(scene: Scene, staged: list[Thing], ratio: float) -> Camera:
    """A camera that keeps the whole movement in the picture."""
    everywhere = [_moved(staged, motion.matrices(scene, staged, i / _SAMPLES)) for i in range(_SAMPLES)]
    return stage.frame(scene, np.concatenate([stage.corners(staged), *everywhere]), ratio)


def _moved(staged: list[Thing], matrices: list[Matrix]) -> Matrix:
    found = []
    for thing, m in zip(staged, matrices, strict=True):
        points = np.concatenate([p.mesh.points[:: max(1, len(p.mesh.points) // 40)] for p in thing.pieces])
        found.append(np.stack([sum(points[:, j] * m[i, j] for j in range(3)) + m[i, 3] for i in range(3)], 1))
    return np.concatenate(found)


def frames(
    scene: Scene, request: RenderRequest, size: tuple[int, int], passes: int, tick: Callable[[float], None]
) -> tuple[list[Image.Image], int]:
    """The pictures of one loop and how often the clip repeats them."""
    seconds = float(request.duration_seconds)
    rate = FRAME_RATES[request.quality] if seconds <= LONG_SECONDS else LONG_RATE
    repeat = loops(seconds)
    count = max(2, round(seconds * rate / repeat))
    if motion.name_of(scene) == "still" and not scene.effects:
        count = 2
    staged = stage.things(scene, "standard")
    camera = camera_for(scene, staged, size[0] / size[1])
    pictures: list[Image.Image] = []
    sets: Sets = {}
    for i in range(count):
        phase = i / count
        at = replace(camera, focal=camera.focal * motion.camera_zoom(scene, phase))
        shot = Shot(at, *size, passes, phase)
        frame = render_frame(scene, staged, shot, matrices=motion.matrices(scene, staged, phase), sets=sets)
        pictures.append(to_image(frame.rgb))
        tick((i + 1) / count)
    return pictures, repeat


def webp(pictures: list[Image.Image], repeat: int, request: RenderRequest) -> bytes:
    """Animated WebP that lasts exactly the asked duration: frame times are whole milliseconds that add up."""
    total = round(float(request.duration_seconds) * 1000)
    count = len(pictures) * repeat
    marks = [total * i // count for i in range(count + 1)]
    out = io.BytesIO()
    pictures[0].save(
        out,
        "WEBP",
        save_all=True,
        append_images=[pictures[i % len(pictures)] for i in range(1, count)],
        duration=[b - a for a, b in pairwise(marks)],
        loop=0,
        quality=80,
        method=2,
        minimize_size=False,
        xmp=xmp(request).encode(),
    )
    return out.getvalue()


def glb(reading: Reading, request: RenderRequest) -> bytes:
    """The same movement as glTF animation channels."""
    scene = reading.scene
    staged = stage.things(scene, request.quality)
    camera = camera_for(scene, staged, 1.0)
    seconds = float(request.duration_seconds)
    times, tracks = motion.tracks(scene, staged, seconds, loops(seconds))
    return gltf.glb(scene, staged, camera, rig(scene, gltf.floor_colour(scene), 0.0), facts(request), times, tracks)
