"""Pictures that move: animated WebP and GIF, decoded to their last frame by Pillow."""

from collections.abc import Iterator

from PIL import Image, ImageSequence

from ai_studio.decoders import pictures, thumbnails
from ai_studio.decoders.bounds import Bad
from ai_studio.decoders.kinds import Kind
from ai_studio.decoders.opening import opened
from ai_studio.decoders.wire import MadeFile, Order

# What players show for frames that name no time, or too little of one.
SHORTEST_MS, INSTEAD_MS = 20, 100
_FLAT = 8  # levels between a frame's darkest and lightest: an empty frame, no thumbnail


def files_of(order: Order, kind: Kind) -> list[MadeFile]:
    """An animated WebP or GIF of at least two frames."""
    with opened(order.data, kind, pixels=order.limits.pixels) as image:
        size, first, total_ms, count = image.size, None, 0, 0
        for frame in _frames(image, order):
            total_ms += _shown_ms(frame)
            count += 1
            if first is None or (is_flat(first) and not is_flat(frame)):
                first = frame.convert("RGBA")
        if first is None or count == 1:
            raise Bad(f"The {kind.name} does not move; an animation was asked for.")
        data = pictures.marked(order.data, kind, image, order.facts)
    seconds = total_ms / 1000
    if seconds > order.limits.seconds:
        raise Bad(f"It is longer than {order.limits.seconds:g} seconds.")
    result = MadeFile("RESULT", f"animation.{kind.suffix}", kind.media_type, data, *size, duration_seconds=seconds)
    return [result, thumbnails.of(order, first)]


def is_flat(image: Image.Image) -> bool:
    """Whether it shows nothing: all black, all white."""
    low, high = image.convert("L").resize((64, 64)).getextrema()
    return float(str(high)) - float(str(low)) < _FLAT


def _frames(image: Image.Image, order: Order) -> Iterator[Image.Image]:
    for number, frame in enumerate(ImageSequence.Iterator(image), 1):
        if number > order.limits.frames or number * image.width * image.height > order.limits.film_pixels:
            raise Bad(f"It has more than {order.limits.frames:,} frames, or too many pixels in them.")
        frame.load()
        yield frame


def _shown_ms(frame: Image.Image) -> int:
    said = int(frame.info.get("duration", 0))
    return said if said >= SHORTEST_MS else INSTEAD_MS
