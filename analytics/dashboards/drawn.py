"""Pictures inside pages: in the page's own theme, in a width for a desk and one for a phone."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.safestring import SafeString, mark_safe

from analytics.charts.palette import Theme

DESK, PHONE = 1040, 340
# Of a heat map: the names, and a cell in which a number has room.
_NAMES, _CELL = 170, 38


@dataclass(frozen=True)
class Drawn:
    """The style sheet shows one of them."""

    desk: SafeString
    phone: SafeString


def drawn(draw: Callable[..., str], *, desk: int = DESK, phone: int = PHONE) -> Drawn:
    """`draw(theme=, width=)` gives an SVG, whose texts it has escaped."""
    wide, narrow = (draw(theme=Theme.PAGE, width=width) for width in (desk, phone))
    return Drawn(mark_safe(wide), mark_safe(narrow))  # noqa: S308 - see above


def heat_map_width(columns: int) -> int:
    """For a phone: beyond its own width the picture can be moved under the finger."""
    return max(PHONE, _NAMES + _CELL * columns)
