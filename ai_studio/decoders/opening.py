"""Pictures of anybody, opened by Pillow within bounds."""

import io
import struct
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

from PIL import Image, ImageFile

from ai_studio.decoders.bounds import Bad
from ai_studio.decoders.kinds import Kind

ImageFile.LOAD_TRUNCATED_IMAGES = False
# What Pillow's readers raise for odd files, all of which its documentation leaves open.
_BROKEN = (OSError, ValueError, SyntaxError, EOFError, OverflowError, IndexError, KeyError, TypeError, struct.error)
_BOMBS = (Image.DecompressionBombError, Image.DecompressionBombWarning)


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


def has_alpha(image: Image.Image) -> bool:
    return image.mode in {"RGBA", "LA", "PA"} or "transparency" in image.info
