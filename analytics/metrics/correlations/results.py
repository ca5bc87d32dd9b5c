"""What is told of two metrics, and why nothing is told of one."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

LEVEL = 0.05
# Below this even a true r of .5 is missed about every fifth time (`make bench-correlations`).
FEW_POINTS = 45
HIGH, MEDIUM = 0.7, 0.4


class Significance(StrEnum):
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Why(StrEnum):
    """Why there is no correlation to tell."""

    TOO_FEW_POINTS = "too_few_points"
    TOO_MANY_GAPS = "too_many_gaps"
    ZERO_VARIANCE = "zero_variance"
    TOO_FEW_CHANGES = "too_few_changes"


@dataclass(frozen=True, eq=False)
class Measured:
    """A metric's complete buckets, oldest first; None where there is no value."""

    name: str
    values: Sequence[float | None]


@dataclass(frozen=True)
class Refused:
    """`given` and `needed`: points with a value, or changes from one to the next."""

    name: str
    why: Why
    given: int
    needed: int


@dataclass(frozen=True)
class Correlation:
    """`first` at a bucket goes with `second` `lead` buckets later; a negative lead: with `second` that much earlier.

    `r`, `low` and `high` are of what trend, season and memory leave; `plain_r` is Pearson's of the series as they are.
    `p` and the interval allow for every lead that was tried, `q` for every pair.
    """

    first: str
    second: str
    lead: int
    r: float
    low: float
    high: float
    plain_r: float
    points: int
    effective_points: float
    p: float
    q: float

    @property
    def established(self) -> bool:
        return self.q < LEVEL

    @property
    def low_confidence(self) -> bool:
        return self.points < FEW_POINTS

    @property
    def significance(self) -> Significance:
        if not self.established or self.low_confidence or abs(self.r) <= MEDIUM:
            return Significance.LOW
        return Significance.HIGH if abs(self.r) > HIGH else Significance.MEDIUM


@dataclass(frozen=True)
class Correlations:
    """`pairs`: the strongest evidence first. `refused` took no part; those `apart` have too few buckets in common."""

    pairs: Sequence[Correlation]
    refused: Sequence[Refused]
    apart: Sequence[tuple[str, str]]
