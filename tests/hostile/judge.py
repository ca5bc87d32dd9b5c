"""Whether an accepted file is good, decided by others than those who accepted it.

What is kept is judged, for that is what people will open: it must be whole for the judge, carry its mark, and hold
nothing of what was smuggled. What came must be whole too, where the judge can tell.
"""

import io
import json
from collections.abc import Sequence

import av
import numpy as np
import trimesh
from PIL import Image

from ai_studio.provenance import marks
from ai_studio.providers.base import OutputFile
from ai_studio.providers.local.template.document import validator
from tests.hostile.cases import Case
from tests.hostile.pictures import SCRIPT


def wrong(case: Case, files: Sequence[OutputFile]) -> str | None:
    """What is bad about having accepted it; None when it is fine."""
    if case.never:
        return "it must be refused"
    result = next(file for file in files if file.role == "RESULT")
    if SCRIPT in result.data or b"PK\x03\x04" in result.data:
        return "what was smuggled is still there"
    if marks.find(io.BytesIO(result.data)) is None:
        return "it carries no mark"
    try:
        for media_type, data in ((result.media_type, case.data), *((file.media_type, file.data) for file in files)):
            _read(media_type, data)
    except Exception as error:  # noqa: BLE001 -- whatever the judge cannot read is bad
        return f"{type(error).__name__}: {error}"
    return None


def _read(media_type: str, data: bytes) -> None:
    kind, _, name = media_type.partition("/")
    if media_type == "image/svg+xml":
        return
    if kind == "image":
        _read_picture(data)
    elif kind == "video":
        _read_film(data, name)
    elif kind == "model":
        _read_model(data)
    elif b'"provenance"' in data:
        validator().validate(json.loads(data))


def _read_picture(data: bytes) -> None:
    with Image.open(io.BytesIO(data)) as image:
        image.verify()
    with Image.open(io.BytesIO(data)) as image:
        for number in range(getattr(image, "n_frames", 1)):
            image.seek(number)
            image.load()


def _read_film(data: bytes, container: str) -> None:
    with av.open(io.BytesIO(data), format=container) as film:
        frames = sum(1 for _ in film.decode(video=0))
        promised = film.streams.video[0].frames
    if not frames or frames < promised:
        raise ValueError(f"{frames} frames of {promised}")


def _read_model(data: bytes) -> None:
    scene = trimesh.load(io.BytesIO(data), file_type="glb", force="scene")
    if not scene.geometry:
        raise ValueError("no geometry")
    for mesh in scene.geometry.values():
        if not np.isfinite(mesh.vertices).all():
            raise ValueError("no finite places")
