"""The plot of a chart over time: where a value and a bucket are, axes, legend."""

from collections.abc import Sequence
from dataclasses import dataclass

from analytics.charts.drawing import Drawing, wide
from analytics.charts.numbers import short, ticks

_SIZE = 11
_ABOVE, _BELOW, _RIGHT = 56, 30, 16
_LEGEND_LINE, _SWATCH, _BETWEEN = 18, 22, 14
# How much of its colour a band has.
BAND = 0.14


@dataclass(frozen=True)
class Key:
    name: str
    colour: str
    dashed: bool = False
    band: bool = False


@dataclass(frozen=True)
class Frame:
    """`scale`: the round values of the axis. Buckets are spread evenly, the first and the last half a step inside.

    `keys`: the legend, in as many lines as it needs.
    """

    drawing: Drawing
    labels: Sequence[str]
    scale: Sequence[float]
    unit: str
    keys: Sequence[Key] = ()

    @property
    def left(self) -> float:
        return max(wide(short(value, self.unit), _SIZE) for value in self.scale) + 18

    @property
    def right(self) -> float:
        return self.drawing.width - _RIGHT

    @property
    def bottom(self) -> float:
        return self.drawing.height - _BELOW

    @property
    def top(self) -> float:
        return _ABOVE + _LEGEND_LINE * max(0, len(self._legend()) - 1)

    def x(self, bucket: int) -> float:
        return self.left + (bucket + 0.5) * (self.right - self.left) / max(1, len(self.labels))

    def y(self, value: float) -> float:
        low, high = self.scale[0], self.scale[-1]
        return self.bottom - (value - low) / (high - low) * (self.bottom - self.top)

    def draw_axes(self) -> None:
        for value in self.scale:
            y = self.y(value)
            self.drawing.line([(self.left, y), (self.right, y)], "axis" if value == 0 else "grid")
            said = short(value, self.unit)
            self.drawing.text((self.left - 8, y + 4), said, size=_SIZE, colour="soft", anchor="end")
        for bucket in self._labelled():
            at = (self.x(bucket), self.bottom + 18)
            self.drawing.text(at, self.labels[bucket], size=_SIZE, colour="soft", anchor="middle")

    def draw_legend(self) -> None:
        for number, line in enumerate(self._legend()):
            x, y = self.left, 44 + _LEGEND_LINE * number
            for key in line:
                if key.band:
                    self.drawing.box((x, y - 5), 16, 10, key.colour, opacity=BAND)
                else:
                    self.drawing.line([(x, y), (x + 16, y)], key.colour, width=2.5, dashed=key.dashed)
                self.drawing.text((x + _SWATCH, y + 4), key.name, colour="soft", room=self.right - x - _SWATCH)
                x += _wide(key)

    def _legend(self) -> Sequence[Sequence[Key]]:
        """Line by line, as they have room."""
        lines: list[list[Key]] = []
        left = 0.0
        for key in self.keys:
            if not lines or _wide(key) > left:
                lines.append([])
                left = self.right - self.left + _BETWEEN
            lines[-1].append(key)
            left -= _wide(key)
        return lines

    def _labelled(self) -> Sequence[int]:
        """Evenly spaced ones that do not touch each other."""
        widest = max((wide(label, _SIZE) for label in self.labels), default=0) + 16
        fitting = max(1, int((self.right - self.left) / max(1.0, widest)))
        every = -(-len(self.labels) // fitting)
        return range(0, len(self.labels), max(1, every))


def _wide(key: Key) -> float:
    return _SWATCH + wide(key.name, 12) + _BETWEEN


def scale_of(values: Sequence[float]) -> Sequence[float]:
    """From zero, so that a change looks as large as it is."""
    return ticks(min([0.0, *values]), max([0.0, *values]))
