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

    def taken(self, which: npt.NDArray[np.bool_]) -> "Occurrences":
        """Some of them."""
        return Occurrences(self.person[which], self.at[which], self.revenue_micros[which])


@dataclass(frozen=True, eq=False)
class Activity:
    """All that some people did, one element for each event, in no order: with the revenue in the brand's currency, and
    what the studio paid for it, in USD, both in millionths."""

    person: Int64s
    at: Int64s
    revenue_micros: Int64s
    cost_micros: Int64s


@dataclass(frozen=True)
class Arrivals:
    """What of a brand's events and merges of people had arrived at one moment, so that what is new can be told from it
    later: how many of both there were and, of those that came after `until`, when (microseconds since 1970 UTC).

    What has a moment after `until` that is not among these is new. Whether that is all, the numbers tell.
    """

    until: int
    events: int
    merges: int
    late_events: tuple[int, ...]
    late_merges: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class News:
    """Since some Arrivals: new events, of whoever their people are now; and who turned out to be whom."""

    activity: Activity
    merged: Int64s
    into: Int64s
    arrivals: Arrivals


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
