"""Pictures of anybody, opened by Pillow within bounds."""

import io
import struct
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

from PIL import Image, ImageFile

from ai_studio.decoders import png_rows
from ai_studio.decoders.bounds import Bad
from ai_studio.decoders.kinds import JPEG, PNG, Kind

ImageFile.LOAD_TRUNCATED_IMAGES = False
# What Pillow's readers raise for odd files, all of which its documentation leaves open.
_BROKEN = (
    OSError,
    ValueError,
    SyntaxError,
    EOFError,
    OverflowError,
    IndexError,
    KeyError,
    TypeError,
    struct.error,
    zlib.error,
)
_BOMBS = (Image.DecompressionBombError, Image.DecompressionBombWarning)


@contextmanager
def opened(data: bytes, kind: Kind, *, pixels: int) -> Iterator[Image.Image]:
    """The picture before its pixels are read. What goes wrong with them inside is Bad too."""
    Image.MAX_IMAGE_PIXELS = pixels
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            if kind is PNG:
                _check_png(data, pixels)
            with Image.open(io.BytesIO(data), formats=[kind.name.upper()]) as image:
                _check_size(image, pixels)
                if kind is JPEG:
                    _check_jpeg(data)
                yield image
    except _BOMBS as error:
        raise Bad(f"The picture has more than {pixels:,} pixels.") from error
    except _BROKEN as error:
        raise Bad(f"The {kind.name} cannot be decoded: it is damaged or cut short.") from error


def _check_size(image: Image.Image, pixels: int) -> None:
    if image.width * image.height > pixels:
        raise Bad(f"The picture has more than {pixels:,} pixels.")


def _check_png(data: bytes, pixels: int) -> None:
    """What Pillow does not look at while it reads pixels: checksums, and whether rows are missing."""
    with Image.open(io.BytesIO(data), formats=["PNG"]) as unread:
        _check_size(unread, pixels)
        unread.verify()
    if not png_rows.are_all_there(data):
        raise ValueError("Rows are missing.")


def _check_jpeg(data: bytes) -> None:
    from ai_studio.decoders import jpeg_rows

    if not jpeg_rows.are_all_there(data):
        raise ValueError("Rows are missing.")


def has_alpha(image: Image.Image) -> bool:
    return image.mode in {"RGBA", "LA", "PA"} or "transparency" in image.info
