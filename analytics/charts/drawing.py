"""The document and its few shapes."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from xml.sax.saxutils import escape, quoteattr
from zlib import crc32

from analytics.charts.palette import Theme, fill, stroke, style_sheet

FONT = "Inter, system-ui, -apple-system, 'Segoe UI', Roboto, Aileron, sans-serif"
# A letter's mean width in parts of the font's size: which font the reader has is not known.
_LETTER = 0.56
# Control characters and halves of a pair: XML cannot write them.
_UNWRITABLE = dict.fromkeys([*(set(range(32)) - {9, 10, 13}), *range(0xD800, 0xE000), 0xFFFE, 0xFFFF])

Point = tuple[float, float]


@dataclass
class Drawing:
    """Shapes are painted in the order in which they are added. Pixels, from the upper left."""

    width: float
    height: float
    title: str
    about: str
    theme: Theme
    _shapes: list[str] = field(default_factory=list)

    @property
    def key(self) -> str:
        """Ids stay apart where a page holds several pictures, or one in several widths."""
        return f"{crc32(clean(f'{self.width:g} {self.title}{self.about}').encode()):08x}"

    def svg(self) -> str:
        size = f'width="{self.width:g}" height="{self.height:g}" viewBox="0 0 {self.width:g} {self.height:g}"'
        named = f'role="img" aria-labelledby="t{self.key} d{self.key}" font-family={quoteattr(FONT)}'
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" {size} {named}>'
            f'<title id="t{self.key}">{clean(self.title)}</title><desc id="d{self.key}">{clean(self.about)}</desc>'
            f"{style_sheet(self.theme)}{self._hatch()}"
            f'<rect width="100%" height="100%" {fill("paper", self.theme)}/>{"".join(self._shapes)}</svg>\n'
        )

    def text(
        self,
        at: Point,
        said: str,
        *,
        size: float = 12,
        colour: str = "ink",
        anchor: str = "start",
        bold: bool = False,
        room: float | None = None,
    ) -> None:
        """One line; what is longer than `room` ends in an ellipsis and tells the whole when pointed at."""
        shown = said if room is None else fitted(said, room, size)
        look = f'font-size="{size:g}" text-anchor="{anchor}"' + (' font-weight="600"' if bold else "")
        whole = f"<title>{clean(said)}</title>" if shown != said else ""
        place = f'x="{at[0]:.1f}" y="{at[1]:.1f}"'
        self._shapes.append(f"<text {place} {look} {fill(colour, self.theme)}>{clean(shown)}{whole}</text>")

    def box(
        self,
        at: Point,
        width: float,
        height: float,
        colour: str,
        *,
        opacity: float = 1,
        about: str = "",
        round_: float = 2,
    ) -> None:
        place = f'x="{at[0]:.1f}" y="{at[1]:.1f}" width="{max(0.0, width):.1f}" height="{max(0.0, height):.1f}"'
        self._shape(f'rect {place} rx="{round_:g}" fill-opacity="{opacity:.3g}" {fill(colour, self.theme)}', about)

    def hatched(self, at: Point, width: float, height: float, *, about: str = "") -> None:
        """Not known yet, which is not the same as none."""
        place = f'x="{at[0]:.1f}" y="{at[1]:.1f}" width="{max(0.0, width):.1f}" height="{max(0.0, height):.1f}"'
        self._shape(f'rect {place} rx="2" fill="url(#h{self.key})"', about)

    def line(self, points: Sequence[Point], colour: str, *, width: float = 1, dashed: bool = False) -> None:
        path = "M" + "L".join(f"{x:.1f},{y:.1f}" for x, y in points)
        dashes = ' stroke-dasharray="4 4"' if dashed else ""
        look = f'fill="none" stroke-width="{width:g}" stroke-linejoin="round" stroke-linecap="round"{dashes}'
        self._shape(f'path d="{path}" {look} {stroke(colour, self.theme)}')

    def area(self, points: Sequence[Point], colour: str, *, opacity: float) -> None:
        path = "M" + "L".join(f"{x:.1f},{y:.1f}" for x, y in points) + "Z"
        self._shape(f'path d="{path}" fill-opacity="{opacity:g}" {fill(colour, self.theme)}')

    def dot(self, at: Point, radius: float, colour: str, *, hollow: bool = False, about: str = "") -> None:
        place = f'cx="{at[0]:.1f}" cy="{at[1]:.1f}" r="{radius:g}"'
        look = f'fill="none" stroke-width="2" {stroke(colour, self.theme)}' if hollow else fill(colour, self.theme)
        self._shape(f"circle {place} {look}", about)

    def _shape(self, written: str, about: str = "") -> None:
        name = written.split(" ", 1)[0]
        self._shapes.append(f"<{written}><title>{clean(about)}</title></{name}>" if about else f"<{written}/>")

    def _hatch(self) -> str:
        lines = f'<path d="M0,6L6,0" stroke-width="1" {stroke("axis", self.theme)}/>'
        box = f'<rect width="6" height="6" fill-opacity=".5" {fill("grid", self.theme)}/>'
        size = 'width="6" height="6" patternUnits="userSpaceOnUse"'
        return f'<defs><pattern id="h{self.key}" {size}>{box}{lines}</pattern></defs>'


def clean(said: str) -> str:
    return escape(said.translate(_UNWRITABLE))


def wide(said: str, size: float) -> float:
    """About how many pixels it takes."""
    return len(said) * size * _LETTER


def fitted(said: str, room: float, size: float) -> str:
    if wide(said, size) <= room:
        return said
    return said[: max(0, int(room / (size * _LETTER)) - 1)].rstrip() + "…"
