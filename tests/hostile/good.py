"""Good files of every kind, small, made here: what the hostile ones are mutations of."""

import base64
import io
import json
import tempfile
from functools import cache
from pathlib import Path

import av
import numpy as np
from PIL import Image

from ai_studio.providers.local import animation, gltf, light, provenance, stage
from ai_studio.providers.local.contract import RenderRequest
from ai_studio.providers.local.parse import parse
from ai_studio.providers.local.template.document import compose
from ai_studio.providers.local.template.layout import zones

SIZE = (96, 64)


@cache
def picture(kind: str, *, mode: str = "RGB") -> bytes:
    out = io.BytesIO()
    Image.effect_mandelbrot(SIZE, (-2, -1, 1, 1), 60).convert(mode).save(out, kind)
    return out.getvalue()


@cache
def moving(kind: str, frames: int = 5) -> bytes:
    first, *others = (Image.linear_gradient("L").resize(SIZE).rotate(30 * n).convert("RGB") for n in range(frames))
    out = io.BytesIO()
    first.save(out, kind, save_all=True, append_images=others, duration=80, loop=0)
    return out.getvalue()


@cache
def film(codec: str = "libx264", container: str = "mp4", *, frames: int = 16, **options: str) -> bytes:
    """The first frame is black."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "film"
        with av.open(str(path), "w", format=container, options={"fflags": "bitexact", **options}) as out:
            stream = out.add_stream(codec, rate=8)
            stream.width, stream.height, stream.pix_fmt = (*SIZE, "yuv420p")
            for number in range(frames):
                pixels = np.zeros((SIZE[1], SIZE[0], 3), np.uint8)
                pixels[:, : number * 6 % SIZE[0]] = (200, 15 * number % 256, 90)
                out.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
            out.mux(stream.encode())
        return path.read_bytes()


@cache
def model() -> bytes:
    request = RenderRequest("MODEL_3D", "a red ceramic mug")
    scene = parse(request).scene
    staged = stage.things(scene, request.quality)
    camera = stage.frame(scene, stage.corners(staged), 1.0)
    return gltf.glb(scene, staged, camera, light.rig(scene, gltf.floor_colour(scene), 0.0), provenance.facts(request))


@cache
def moving_model() -> bytes:
    request = RenderRequest("ANIMATION", "a red ceramic mug, spinning")
    return animation.glb(parse(request), request)


@cache
def template() -> bytes:
    """With its picture inside, as it comes from elsewhere, and without the provenance that is not its to say."""
    request = RenderRequest("TEMPLATE", "summer sale poster, a red mug")
    scene = parse(request).scene
    document = compose(scene, request, (512, 512), *zones(scene, (512, 512)))
    hero = "data:image/png;base64," + base64.b64encode(picture("PNG")).decode()
    document["bindings"]["image"]["default"] = hero
    del document["provenance"]
    return json.dumps(document).encode()
