"""A layered design from the scene: picture, panels and texts whose contrast is computed, not hoped for."""

import base64
import json
from collections.abc import Callable
from typing import NamedTuple

from ai_studio.providers.local import contract, provenance, stage
from ai_studio.providers.local.contract import RenderRequest
from ai_studio.providers.local.image import Shot, render_frame
from ai_studio.providers.local.parse import Reading
from ai_studio.providers.local.scene import Scene
from ai_studio.providers.local.template.document import compose
from ai_studio.providers.local.template.layout import Area, zones
from ai_studio.providers.local.template.svg import rasterise, to_svg

SIDES = {"standard": 1080, "high": 1440, "ultra": 1920}


class Made(NamedTuple):
    """The document and everything that shows it."""

    document: bytes
    svg: bytes
    png: bytes
    size: tuple[int, int]
    hero: bytes
    hero_size: tuple[int, int]


def make(reading: Reading, request: RenderRequest, tick: Callable[[float], None]) -> Made:
    """Compose document, picture, SVG and preview."""
    scene = reading.scene
    size = contract.size_of(request.aspect_ratio, SIDES[request.quality])
    picture, panel = zones(scene, size)
    hero, hero_size = _hero(scene, request, picture, tick)
    document = compose(scene, request, size, picture, panel)
    svg = to_svg(document, {"image": "data:image/png;base64," + base64.b64encode(hero).decode()})
    text = json.dumps(document, ensure_ascii=False, indent=1, sort_keys=False)
    return Made(text.encode(), svg.encode(), rasterise(svg), size, hero, hero_size)


def _hero(
    scene: Scene, request: RenderRequest, area: Area, tick: Callable[[float], None]
) -> tuple[bytes, tuple[int, int]]:
    size = (max(64, round(area.width)), max(64, round(area.height)))
    staged = stage.things(scene, request.quality)
    camera = stage.frame(scene, stage.corners(staged), size[0] / size[1])
    frame = render_frame(scene, staged, Shot(camera, *size, min(4, contract.passes(request))), tick=tick)
    return provenance.png(provenance.to_image(frame.rgb), request), size
