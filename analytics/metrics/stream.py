"""What the metrics read: the events of one brand that a question is about, as columns."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from analytics.metrics.limits import MOST_STEPS

Int64s = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
MICROSECONDS = 1_000_000

# Bits of `Stream.matches`: step k at k, exclusion j at EXCLUSION_BIT + j, any other event of the person at OTHER_BIT.
EXCLUSION_BIT = MOST_STEPS
OTHER_BIT = 62


@dataclass(frozen=True, eq=False)
class Stream:
    """One element per event, in no order.

    `person`: the brand's number of a person, identities merged. `at`: microseconds since 1970 UTC. `matches`: which
    steps and exclusions the event is, as bits. `value`: its breakdown value as an index into `values`; -1: it has none.
    """

    person: Int64s
    at: Int64s
    matches: Int64s
    value: Int64s | None = None
    values: Sequence[str] = ()


@dataclass(frozen=True, eq=False)
class Occurrences:
    """Events of one selection, one element each, in no order. `revenue_micros`: millionths of the brand's currency."""

    person: Int64s
    at: Int64s
    revenue_micros: Int64s = field(default_factory=lambda: np.zeros(0, np.int64))


@dataclass(frozen=True, eq=False)
class Samples:
    """Events of one selection with a number each, one element each, in no order.

    `amount`: NaN where the event has no such number. `value`: its breakdown value as an index into `values`; -1: none.
    """

    person: Int64s
    at: Int64s
    amount: Floats
    value: Int64s | None = None
    values: Sequence[str] = ()


@dataclass(frozen=True, eq=False)
class Column:
    """`value`: of each event an index into `values`, which ascend; -1: it has none."""

    value: Int64s
    values: Sequence[str]


@dataclass(frozen=True, eq=False)
class Traits:
    """Events of one selection with several properties, one element each, in no order."""

    person: Int64s
    at: Int64s
    columns: Mapping[str, Column]
