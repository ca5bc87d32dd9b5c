"""Still pictures, decoded to their last row by Pillow."""

from PIL import Image

from ai_studio.decoders import thumbnails
from ai_studio.decoders.bounds import Bad
from ai_studio.decoders.kinds import GIF, JPEG, PNG, Kind
from ai_studio.decoders.opening import has_alpha, opened
from ai_studio.decoders.wire import MadeFile, Order
from ai_studio.provenance import facts
from ai_studio.provenance import pictures as marks


def files_of(order: Order, kind: Kind) -> list[MadeFile]:
    """A PNG, JPEG or WebP that does not move."""
    with opened(order.data, kind, pixels=order.limits.pixels) as image:
        if getattr(image, "n_frames", 1) > 1:
            raise Bad(f"The {kind.name} moves; a picture was asked for.")
        image.load()
        thumbnail = thumbnails.of(order, image)
        data = marked(order.data, kind, image, order.facts)
    return [MadeFile("RESULT", f"image.{kind.suffix}", kind.media_type, data, *image.size), thumbnail]


def marked(data: bytes, kind: Kind, image: Image.Image, said: facts.Facts) -> bytes:
    """The same picture with its provenance. ValueError where its parts do not fit together."""
    xmp = facts.packet(said)
    if kind is PNG:
        return marks.png(data, xmp)
    if kind is JPEG:
        return marks.jpeg(data, xmp)
    if kind is GIF:
        return marks.gif(data, xmp)
    return marks.webp(data, xmp, width=image.width, height=image.height, has_alpha=has_alpha(image))
