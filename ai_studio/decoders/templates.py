"""Templates: a JSON document against its schema, its promises checked, its pictures decoded, all of it drawn."""

import base64
import binascii
import io
import json
import re
from typing import Any

from jsonschema.exceptions import ValidationError
from PIL import Image

from ai_studio.decoders import pictures, strict_json, template_promises, thumbnails
from ai_studio.decoders.bounds import Bad
from ai_studio.decoders.kinds import JPEG, PNG, WEBP, Kind, kind_of
from ai_studio.decoders.opening import opened
from ai_studio.decoders.wire import MadeFile, Order
from ai_studio.provenance import facts
from ai_studio.provenance import pictures as marks
from ai_studio.providers.local.template.document import validator
from ai_studio.providers.local.template.svg import rasterise, to_svg

MAX_PICTURES = 20
_DATA = re.compile(r"data:image/[a-z]{3,5};base64,", re.ASCII)
# One clear pixel, where a picture is still to be filled in.
_NOTHING = (
    "data:image/png;base64,"
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNgYGBgAAAABQABpfZFQAAAAABJRU5ErkJggg=="
)


def files_of(order: Order, kind: Kind) -> list[MadeFile]:
    """The document, its drawing as SVG and PNG, and the pictures that came in it as `data:` addresses.

    An image binding's default is such an address, or empty: a place that is still to be filled.
    """
    document = _document(order)
    taken = _pictures_of(document, order)
    size = (document["canvas"]["width"], document["canvas"]["height"])
    svg = to_svg(document, dict.fromkeys(_image_bindings(document), _NOTHING) | _addresses(taken))
    preview = _drawn(svg, order)
    with Image.open(io.BytesIO(preview)) as drawn:
        thumbnail = thumbnails.of(order, drawn.convert("RGB"))
    text = json.dumps(document, ensure_ascii=False, indent=1).encode()
    return [
        MadeFile("RESULT", f"template.{kind.suffix}", kind.media_type, text, *size),
        MadeFile("EXTRA", "template.svg", "image/svg+xml", svg.encode(), *size),
        *taken.values(),
        MadeFile("PREVIEW", "preview.png", PNG.media_type, preview, *size),
        thumbnail,
    ]


def _document(order: Order) -> dict[str, Any]:
    document = strict_json.parse(order.data)
    if not isinstance(document, dict):
        raise Bad("The template is no object.")
    document = {**document, "scene": document.get("scene", {}), "provenance": order.facts}
    try:
        validator().validate(document)
    except ValidationError as error:
        where = ".".join(str(part) for part in error.absolute_path) or "the document"
        raise Bad(f"The template is not in its form: {where[:120]} ({error.validator}).") from error
    template_promises.check(document, pixels=order.limits.pixels)
    return document


def _image_bindings(document: dict[str, Any]) -> list[str]:
    return [name for name, binding in document["bindings"].items() if binding["type"] == "image"]


def _pictures_of(document: dict[str, Any], order: Order) -> dict[str, MadeFile]:
    """Pictures by their binding, whose default becomes the name of the file beside the template."""
    taken: dict[str, MadeFile] = {}
    for name in _image_bindings(document):
        said = document["bindings"][name]["default"]
        if said:
            taken[name] = _picture(name, said, order)
            document["bindings"][name]["default"] = taken[name].name
    if len(taken) > MAX_PICTURES:
        raise Bad(f"The template has more than {MAX_PICTURES} pictures.")
    return taken


def _picture(binding: str, address: str, order: Order) -> MadeFile:
    start = _DATA.match(address)
    try:
        data = base64.b64decode(address[start.end() :], validate=True) if start else b""
    except (binascii.Error, ValueError):
        data = b""
    kind = kind_of(data)
    if kind not in {PNG, JPEG, WEBP}:
        raise Bad(f"The picture {binding[:60]} does not come with the template.")
    with opened(data, kind, pixels=order.limits.pixels) as image:
        image.load()
        marked = pictures.marked(data, kind, image, order.facts)
    return MadeFile("EXTRA", f"picture-{binding[:60]}.{kind.suffix}", kind.media_type, marked, *image.size)


def _addresses(taken: dict[str, MadeFile]) -> dict[str, str]:
    return {
        name: f"data:{file.media_type};base64,{base64.b64encode(file.data).decode()}" for name, file in taken.items()
    }


def _drawn(svg: str, order: Order) -> bytes:
    try:
        return marks.png(rasterise(svg), facts.packet(order.facts))
    except (ValueError, OverflowError) as error:
        raise Bad("The template cannot be drawn.") from error
