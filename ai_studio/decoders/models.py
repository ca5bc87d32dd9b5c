"""3D models and their animations: GLB, read whole before anything is believed."""

from typing import Any

from ai_studio.decoders import glb, gltf_parts, gltf_shape, thumbnails
from ai_studio.decoders.bounds import Bad
from ai_studio.decoders.glb import Document
from ai_studio.decoders.gltf_motion import seconds_of
from ai_studio.decoders.gltf_numbers import Numbers
from ai_studio.decoders.gltf_textures import Textures
from ai_studio.decoders.kinds import Kind
from ai_studio.decoders.wire import MadeFile, Order


def files_of(order: Order, kind: Kind) -> list[MadeFile]:
    """A model, or for an animation a model that moves."""
    document, binary = glb.read(order.data)
    gltf_shape.check(document, nodes=order.limits.nodes)
    gltf_parts.check(document)
    numbers = Numbers(document, binary, order.limits)
    numbers.check()
    textures = Textures(numbers)
    textures.check()
    seconds = seconds_of(numbers)
    moves = order.type == "ANIMATION"
    if moves and not seconds:
        raise Bad("The model does not move; an animation was asked for.")
    name = f"{'animation' if moves else 'model'}.{kind.suffix}"
    data = _marked(document, binary, order.facts)
    result = MadeFile("RESULT", name, kind.media_type, data, duration_seconds=seconds if moves else None)
    return [result, thumbnails.given(order) or _drawn(order, numbers, textures)]


def _drawn(order: Order, numbers: Numbers, textures: Textures) -> MadeFile:
    from ai_studio.decoders import gltf_picture

    return thumbnails.of_picture(order, gltf_picture.draw(numbers, textures))


def _marked(document: Document, binary: bytes, facts: dict[str, Any]) -> bytes:
    former = document["asset"].get("extras")
    document["asset"]["extras"] = {**(former if isinstance(former, dict) else {}), **facts}
    return glb.write(document, binary)
