"""The thumbnail of any result: WebP, at most 512 pixels a side, as the local renderer makes them."""

import io

from PIL import Image

from ai_studio.decoders.bounds import Bad
from ai_studio.decoders.kinds import PICTURES, kind_of
from ai_studio.decoders.opening import has_alpha, opened
from ai_studio.decoders.wire import MadeFile, Order
from ai_studio.provenance import facts

SIDE = 512


def of(order: Order, image: Image.Image) -> MadeFile:
    """Of the provider's own thumbnail when it gave a good one, else of `image`."""
    return of_picture(order, _given(order) or image)


def given(order: Order) -> MadeFile | None:
    """Of the provider's own thumbnail, when it gave a good one: a result is not refused for it."""
    image = _given(order)
    return None if image is None else of_picture(order, image)


def _given(order: Order) -> Image.Image | None:
    kind = kind_of(order.thumbnail or b"")
    if order.thumbnail is None or kind not in PICTURES:
        return None
    try:
        with opened(order.thumbnail, kind, pixels=order.limits.pixels) as image:
            image.load()
            return image.copy()
    except Bad:
        return None


def of_picture(order: Order, image: Image.Image) -> MadeFile:
    small = image.convert("RGBA" if has_alpha(image) else "RGB")
    small.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS, reducing_gap=None)
    out = io.BytesIO()
    small.save(out, "WEBP", quality=86, method=4, xmp=facts.packet(order.facts))
    return MadeFile("THUMBNAIL", "thumbnail.webp", "image/webp", out.getvalue(), *small.size)
