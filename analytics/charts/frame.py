"""The plot of a chart over time: where a value and a bucket are, axes, legend."""

from collections.abc import Sequence
from dataclasses import dataclass

from analytics.charts.drawing import Drawing, wide
from analytics.charts.numbers import short, ticks

_SIZE = 11
_ABOVE, _BELOW, _RIGHT = 56, 30, 16
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
    """`scale`: the round values of the axis. Buckets are spread evenly, the first and the last half a step inside."""

    drawing: Drawing
    labels: Sequence[str]
    scale: Sequence[float]
    unit: str

    @property
    def left(self) -> float:
        return max(wide(short(value, self.unit), _SIZE) for value in self.scale) + 18

    @property
    def right(self) -> float:
        return self.drawing.width - _RIGHT

    @property
    def bottom(self) -> float:
        return self.drawing.height - _BELOW

    def x(self, bucket: int) -> float:
        return self.left + (bucket + 0.5) * (self.right - self.left) / max(1, len(self.labels))

    def y(self, value: float) -> float:
        low, high = self.scale[0], self.scale[-1]
        return self.bottom - (value - low) / (high - low) * (self.bottom - _ABOVE)

    def draw_axes(self) -> None:
        for value in self.scale:
            y = self.y(value)
            self.drawing.line([(self.left, y), (self.right, y)], "axis" if value == 0 else "grid")
            said = short(value, self.unit)
            self.drawing.text((self.left - 8, y + 4), said, size=_SIZE, colour="soft", anchor="end")
        for bucket in self._labelled():
            at = (self.x(bucket), self.bottom + 18)
            self.drawing.text(at, self.labels[bucket], size=_SIZE, colour="soft", anchor="middle")

    def draw_legend(self, keys: Sequence[Key]) -> None:
        """As wide as there is room."""
        x = self.left
        room = (self.right - self.left) / max(1, len(keys)) - 14
        for key in keys:
            if key.band:
                self.drawing.box((x, 39), 16, 10, key.colour, opacity=BAND)
            else:
                self.drawing.line([(x, 44), (x + 16, 44)], key.colour, width=2.5, dashed=key.dashed)
            self.drawing.text((x + 22, 48), key.name, colour="soft", room=room - 22)
            x += min(room, wide(key.name, 12) + 26) + 14

    def _labelled(self) -> Sequence[int]:
        """Evenly spaced ones that do not touch each other."""
        widest = max((wide(label, _SIZE) for label in self.labels), default=0) + 16
        fitting = max(1, int((self.right - self.left) / max(1.0, widest)))
        every = -(-len(self.labels) // fitting)
        return range(0, len(self.labels), max(1, every))


def scale_of(values: Sequence[float]) -> Sequence[float]:
    """From zero, so that a change looks as large as it is."""
    return ticks(min([0.0, *values]), max([0.0, *values]))
