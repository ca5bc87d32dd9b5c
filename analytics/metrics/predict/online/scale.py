"""On which scale a metric's noise is the same on large days as on small ones."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from analytics.metrics.predict.stored import Stored
from analytics.metrics.stream import Floats

# Added before a logarithm, as a part of the median: an outage is a number then, and still far away.
_OFFSET = 0.02
_POWERS: Sequence[float] = (0.0, 0.5, 1.0)
# Where zeros are ordinary they are no proportion of anything.
_FEW_ZEROS = 0.05


@dataclass(frozen=True)
class Scale(Stored):
    """`power`: 0 for logarithms (noise in proportion), .5 for roots (counts), 1 for plain values (Box and Cox 1964)."""

    power: float
    offset: float

    def onto(self, value: float) -> float:
        if self.power == 1:
            return value
        shifted = max(0.0, value) + self.offset
        return math.sqrt(shifted) if self.power else math.log(shifted)

    def back(self, value: float) -> float:
        if self.power == 1:
            return value
        return max(0.0, (max(0.0, value) ** 2 if self.power else math.exp(min(value, 700.0))) - self.offset)

    @classmethod
    def fit(cls, values: Floats, season: int) -> Self:
        """The likeliest for the changes from season to season; plain where a value is below 0."""
        if values.min() < 0 or not np.median(values) > 0:
            return cls(1.0, 0.0)
        offset = _OFFSET * float(np.median(values))
        shifted = values + offset
        middle = float(np.exp(np.log(shifted).mean()))

        def likely(power: float) -> float:
            scaled = np.log(shifted) if power == 0 else shifted**power / power
            changes = np.abs(scaled[season:] - scaled[:-season])
            return float(np.log(max(float(changes.mean()), 1e-300)) + (1 - power) * np.log(middle))

        powers = _POWERS if np.mean(values == 0) < _FEW_ZEROS else _POWERS[1:]
        return cls(min(powers, key=likely), offset)
