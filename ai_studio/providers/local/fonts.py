"""The one font: Aileron (CC0), which Pillow carries inside itself, so no machine needs fonts installed."""

# ruff: noqa: PLR2004 -- these numbers are the drawing, naming each would hide it

import io
from functools import cache

from PIL import ImageFont

FAMILY = "Aileron"
FALLBACKS = f"{FAMILY}, Inter, Helvetica, Arial, sans-serif"
_REFERENCE = 200  # measured once at this size and scaled: hinting would make lengths depend on the size


@cache
def data() -> bytes:
    """The TrueType file."""
    found = ImageFont.load_default(_REFERENCE)
    stream = found.path if isinstance(found, ImageFont.FreeTypeFont) else None
    if not isinstance(stream, io.BytesIO):
        msg = "Pillow was built without FreeType: template previews need it"
        raise RuntimeError(msg)  # noqa: TRY004 -- the installation is wrong, not an argument
    return stream.getvalue()


@cache
def _face() -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(io.BytesIO(data()), _REFERENCE, layout_engine=ImageFont.Layout.BASIC)


def width_of(text: str, size: float, *, bold: bool = False) -> float:
    """Advance width in pixels; bold is drawn with an outline of BOLD em."""
    return _face().getlength(text) * size / _REFERENCE + (BOLD * size if bold else 0)


BOLD = 0.035


@cache
def _missing_shape() -> bytes:
    return bytes(_face().getmask("\uffff"))


@cache
def has(character: str) -> bool:
    """Whether the font can draw the character."""
    return character.isspace() or bytes(_face().getmask(character)) != _missing_shape()


def missing(text: str) -> str:
    """The characters of `text` that the font lacks, each once, in order."""
    return "".join(dict.fromkeys(c for c in text if not has(c)))


def wrap(text: str, size: float, width: float, *, bold: bool) -> list[str]:
    """Break at spaces so that lines fit `width` pixels; a longer word is broken where it must be."""
    lines: list[str] = []
    for word in text.split():
        joined = f"{lines[-1]} {word}" if lines else word
        if lines and width_of(joined, size, bold=bold) <= width:
            lines[-1] = joined
        else:
            lines += _broken(word, size, width, bold=bold)
    return lines or [""]


def _broken(word: str, size: float, width: float, *, bold: bool) -> list[str]:
    pieces = [""]
    for character in word:
        if pieces[-1] and width_of(pieces[-1] + character, size, bold=bold) > width:
            pieces.append("")
        pieces[-1] += character
    return pieces


def fit(
    text: str, size: float, width: float, height: float, *, bold: bool, line_height: float
) -> tuple[float, list[str]]:
    """The largest size up to `size` at which the wrapped text fits the box, and its lines."""
    while True:
        lines = wrap(text, size, width, bold=bold)
        widest = max(len(line) for line in lines)
        whole = all(" " in text[:1] or line in text for line in lines) and widest > 0
        if (len(lines) * size * line_height <= height and whole) or size < 9:
            return round(size, 2), lines
        size *= 0.94
