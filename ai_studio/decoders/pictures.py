"""Still pictures, decoded to their last row by Pillow."""

import io
import struct
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

from PIL import Image, ImageFile

from ai_studio.decoders import thumbnails
from ai_studio.decoders.bounds import Bad
from ai_studio.decoders.kinds import JPEG, PNG, Kind
from ai_studio.decoders.wire import MadeFile, Order
from ai_studio.provenance import facts, pictures

ImageFile.LOAD_TRUNCATED_IMAGES = False
# What Pillow's readers raise for odd files, all of which its documentation leaves open.
_BROKEN = (OSError, ValueError, SyntaxError, EOFError, OverflowError, IndexError, KeyError, TypeError, struct.error)
_BOMBS = (Image.DecompressionBombError, Image.DecompressionBombWarning)


def files_of(order: Order, kind: Kind) -> list[MadeFile]:
    """A PNG, JPEG or WebP that does not move."""
    with opened(order.data, kind, pixels=order.limits.pixels) as image:
        if getattr(image, "n_frames", 1) > 1:
            raise Bad(f"The {kind.name} moves; a picture was asked for.")
        image.load()
        thumbnail = thumbnails.of(order, image)
        data = marked(order, kind, image)
    return [MadeFile("RESULT", f"image.{kind.suffix}", kind.media_type, data, *image.size), thumbnail]


@contextmanager
def opened(data: bytes, kind: Kind, *, pixels: int) -> Iterator[Image.Image]:
    """The picture before its pixels are read. What goes wrong with them inside is Bad too."""
    Image.MAX_IMAGE_PIXELS = pixels
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=[kind.name.upper()]) as image:
                if image.width * image.height > pixels:
                    raise Bad(f"The picture has more than {pixels:,} pixels.")
                yield image
    except _BOMBS as error:
        raise Bad(f"The picture has more than {pixels:,} pixels.") from error
    except _BROKEN as error:
        raise Bad(f"The {kind.name} cannot be decoded: it is damaged or cut short.") from error


def marked(order: Order, kind: Kind, image: Image.Image) -> bytes:
    """The same picture with its provenance."""
    xmp = facts.packet(order.facts)
    if kind is PNG:
        return pictures.png(order.data, xmp)
    if kind is JPEG:
        return pictures.jpeg(order.data, xmp)
    alpha = image.mode in {"RGBA", "LA", "PA"}
    return pictures.webp(order.data, xmp, width=image.width, height=image.height, has_alpha=alpha)
