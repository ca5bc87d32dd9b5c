"""The one door into the local renderer: a request in, files and an explanation out."""

import io
from collections.abc import Callable

from PIL import Image

from ai_studio.providers.local import animation, contract, gltf, provenance, stage, template
from ai_studio.providers.local.contract import THUMBNAIL_SIDE, RenderedFile, RenderRequest, RenderResult
from ai_studio.providers.local.image import Shot, render_frame
from ai_studio.providers.local.light import rig
from ai_studio.providers.local.parse import Reading, parse

Progress = Callable[[int], None]
SIDES = {"standard": 1024, "high": 1536, "ultra": 2048}  # pixels on the side of a square of equal area
PREVIEW_SIDE = 768


def _quiet(_percent: int) -> None:
    """Nobody listens."""


def render(request: RenderRequest, *, progress: Progress = _quiet) -> RenderResult:
    """Make the files. Same request, same bytes. Raises InvalidRequest; needs no network, clock or database."""
    contract.check(request)
    progress(0)
    reading = parse(request)
    progress(3)
    files = _MAKERS[request.type](reading, request, progress)
    progress(100)
    return RenderResult(files, reading.scene.to_dict(), reading.understood, reading.ignored, reading.coverage)


def _part(progress: Progress, low: int, high: int) -> Callable[[float], None]:
    """A listener for shares 0–1 that reports percent between low and high."""
    return lambda share: progress(low + int((high - low) * share))


def _still(reading: Reading, request: RenderRequest, side: int, progress: Callable[[float], None]) -> Image.Image:
    scene = reading.scene
    size = contract.size_of(request.aspect_ratio, side)
    staged = stage.things(scene, request.quality)
    camera = stage.frame(scene, stage.corners(staged), size[0] / size[1])
    frame = render_frame(scene, staged, Shot(camera, *size, contract.passes(request)), tick=progress)
    return provenance.to_image(frame.rgb)


def _thumbnail(image: Image.Image, request: RenderRequest) -> RenderedFile:
    data = provenance.webp(image, request, THUMBNAIL_SIDE)
    width, height = Image.open(io.BytesIO(data)).size
    return RenderedFile("THUMBNAIL", "thumbnail.webp", "image/webp", data, width, height)


def _image(reading: Reading, request: RenderRequest, progress: Progress) -> tuple[RenderedFile, ...]:
    image = _still(reading, request, SIDES[request.quality], _part(progress, 5, 92))
    data = provenance.png(image, request)
    return RenderedFile("RESULT", "image.png", "image/png", data, *image.size), _thumbnail(image, request)


def _model(reading: Reading, request: RenderRequest, progress: Progress) -> tuple[RenderedFile, ...]:
    scene = reading.scene
    staged = stage.things(scene, request.quality)
    camera = stage.frame(scene, stage.corners(staged), 1.0)
    lights = rig(scene, gltf.floor_colour(scene), 0.0)
    data = gltf.glb(scene, staged, camera, lights, provenance.facts(request))
    progress(20)
    image = _still(reading, request, PREVIEW_SIDE, _part(progress, 20, 95))
    preview = RenderedFile("PREVIEW", "preview.png", "image/png", provenance.png(image, request), *image.size)
    return RenderedFile("RESULT", "model.glb", "model/gltf-binary", data), preview, _thumbnail(image, request)


def _animation(reading: Reading, request: RenderRequest, progress: Progress) -> tuple[RenderedFile, ...]:
    size = contract.size_of(request.aspect_ratio, animation.SIDES[request.quality])
    # A quarter of a still's passes: movement hides what a still would show.
    passes = max(1, contract.passes(request) // 4)
    pictures, repeat = animation.frames(reading.scene, request, size, passes, _part(progress, 5, 80))
    clip = animation.webp(pictures, repeat, request)
    progress(94)
    seconds = float(request.duration_seconds)
    model = animation.glb(reading, request)
    return (
        RenderedFile("RESULT", "animation.webp", "image/webp", clip, *size, duration_seconds=seconds),
        RenderedFile("EXTRA", "animation.glb", "model/gltf-binary", model, duration_seconds=seconds),
        RenderedFile("PREVIEW", "poster.png", "image/png", provenance.png(pictures[0], request), *size),
        _thumbnail(pictures[0], request),
    )


def _template(reading: Reading, request: RenderRequest, progress: Progress) -> tuple[RenderedFile, ...]:
    made = template.make(reading, request, _part(progress, 5, 75))
    progress(85)
    preview = Image.open(io.BytesIO(made.png)).convert("RGB")
    return (
        RenderedFile("RESULT", "template.json", "application/json", made.document, *made.size),
        RenderedFile("EXTRA", "template.svg", "image/svg+xml", made.svg, *made.size),
        RenderedFile("EXTRA", "hero.png", "image/png", made.hero, *made.hero_size),
        RenderedFile("PREVIEW", "preview.png", "image/png", provenance.png(preview, request), *preview.size),
        _thumbnail(preview, request),
    )


_MAKERS: dict[str, Callable[[Reading, RenderRequest, Progress], tuple[RenderedFile, ...]]] = {
    "IMAGE_2D": _image,
    "MODEL_3D": _model,
    "ANIMATION": _animation,
    "TEMPLATE": _template,
}
