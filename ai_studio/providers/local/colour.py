"""Colour arithmetic in OKLab (Ottosson 2020, bottosson.github.io/posts/oklab) and WCAG 2.2 contrast.

Without numpy: the parser needs it, and web reads prompts too.
"""

# ruff: noqa: PLR2004 -- these numbers are the drawing, naming each would hide it

import math

_INK, _PAPER = "#111114", "#ffffff"


def rgb(hex_colour: str) -> tuple[float, float, float]:
    """#rrggbb → sRGB in 0–1."""
    value = int(hex_colour[1:], 16)
    return (value >> 16) / 255, (value >> 8 & 255) / 255, (value & 255) / 255


def to_hex(srgb: tuple[float, float, float]) -> str:
    """sRGB in 0–1, clipped → #rrggbb."""
    return "#" + "".join(f"{round(min(1.0, max(0.0, c)) * 255):02x}" for c in srgb)


def linear(hex_colour: str) -> tuple[float, float, float]:
    """#rrggbb → linear light in 0–1 (IEC 61966-2-1)."""
    red, green, blue = (_decode(c) for c in rgb(hex_colour))
    return red, green, blue


def _decode(c: float) -> float:
    return float(c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4)


def _encode(c: float) -> float:
    c = min(1.0, max(0.0, c))
    return float(12.92 * c if c <= 0.0031308 else 1.055 * c ** (1 / 2.4) - 0.055)


def oklab(hex_colour: str) -> tuple[float, float, float]:
    """#rrggbb → OKLab (L 0–1, a, b)."""
    r, g, b = linear(hex_colour)
    long = (0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b) ** (1 / 3)
    mid = (0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b) ** (1 / 3)
    short = (0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b) ** (1 / 3)
    return (
        0.2104542553 * long + 0.7936177850 * mid - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * mid + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * mid - 0.8086757660 * short,
    )


def from_oklab(lightness: float, a: float, b: float) -> str:
    """OKLab → #rrggbb, out-of-gamut channels clipped."""
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    mid = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    red = 4.0767416621 * long - 3.3077115913 * mid + 0.2309699292 * short
    green = -1.2684380046 * long + 2.6097574011 * mid - 0.3413193965 * short
    blue = -0.0041960863 * long - 0.7034186147 * mid + 1.7076147010 * short
    return to_hex((_encode(red), _encode(green), _encode(blue)))


def shade(hex_colour: str, lightness: float, chroma: float) -> str:
    """Scale OKLab lightness and chroma; lightness above 1 moves towards white rather than clipping."""
    level, a, b = oklab(hex_colour)
    level = level * lightness if lightness <= 1 else level + (1 - level) * min(1.0, (lightness - 1) * 1.9)
    return from_oklab(min(0.995, level), a * chroma, b * chroma)


def mix(first: str, second: str, amount: float) -> str:
    """Between two colours in OKLab; 0 gives the first."""
    pairs = zip(oklab(first), oklab(second), strict=True)
    level, a, b = (x + (y - x) * amount for x, y in pairs)
    return from_oklab(level, a, b)


def rotate(hex_colour: str, degrees: float) -> str:
    """Turn the hue in OKLab, keeping lightness and chroma."""
    level, a, b = oklab(hex_colour)
    angle = math.radians(degrees)
    cos, sin = math.cos(angle), math.sin(angle)
    return from_oklab(level, a * cos - b * sin, a * sin + b * cos)


def lightness_of(hex_colour: str) -> float:
    """OKLab lightness, 0–1."""
    return oklab(hex_colour)[0]


def chroma_of(hex_colour: str) -> float:
    """OKLab chroma; about 0.25 for the most vivid sRGB colours."""
    _, a, b = oklab(hex_colour)
    return math.hypot(a, b)


def luminance(hex_colour: str) -> float:
    """WCAG relative luminance (w3.org/TR/WCAG22/#dfn-relative-luminance)."""
    red, green, blue = linear(hex_colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(first: str, second: str) -> float:
    """WCAG contrast ratio, 1–21 (w3.org/TR/WCAG22/#dfn-contrast-ratio)."""
    low, high = sorted((luminance(first), luminance(second)))
    return (high + 0.05) / (low + 0.05)


def readable(backgrounds: tuple[str, ...], wishes: tuple[str, ...] = (), ratio: float = 4.5) -> str:
    """The first wish readable on every background, else ink or paper, whichever reads better.

    One background always leaves a choice: the worst grey still has 4.58 against black or white.
    """
    for wish in wishes:
        if min(contrast(wish, b) for b in backgrounds) >= ratio:
            return wish
    return max((_INK, _PAPER, "#000000"), key=lambda c: (min(contrast(c, b) for b in backgrounds) >= ratio, c == _INK,
                                                          min(contrast(c, b) for b in backgrounds)))  # fmt: skip
