"""Who meets a condition on what they did, or on who they are."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from analytics.metrics.people import earliest, places
from analytics.metrics.stream import Int64s, Occurrences


class Which(StrEnum):
    """Which of a person's events must lie in the span: so many of them, the very first, or the very last."""

    ANY = "any"
    FIRST = "first"
    LAST = "last"


@dataclass(frozen=True)
class Span:
    """Microseconds since 1970 UTC; `end` is not part of it. None: without a bound."""

    start: int | None = None
    end: int | None = None

    def holds(self, at: Int64s) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        within = np.ones(len(at), np.bool_)
        if self.start is not None:
            within &= at >= self.start
        if self.end is not None:
            within &= at < self.end
        return within


@dataclass(frozen=True)
class Did:
    """`least` to `most` events in the span (None: no most); with Which.FIRST or LAST that one alone counts."""

    span: Span = Span()
    which: Which = Which.ANY
    least: int = 1
    most: int | None = None


@dataclass(frozen=True, eq=False)
class Everyone:
    """One element for each person of the brand, merged ones once, by ascending number.

    `created_at`: microseconds since 1970 UTC, when the first of their names came in. `identified`: they said
    who they are.
    """

    person: Int64s
    created_at: Int64s
    identified: np.ndarray[tuple[int], np.dtype[np.bool_]]


def who_did(did: Did, events: Occurrences, everyone: Int64s) -> Int64s:
    """The numbers, ascending. `events` of the selection: for ANY those of the span at least, for FIRST and LAST also
    all before, or after."""
    if did.which is Which.FIRST:
        people, first = earliest(events.person, events.at)
        return np.sort(people[did.span.holds(first)])
    if did.which is Which.LAST:
        people, last = earliest(events.person, -events.at)
        return np.sort(people[did.span.holds(-last)])
    counts = _counts(events.person[did.span.holds(events.at)], everyone)
    enough = counts >= did.least
    return everyone[enough if did.most is None else enough & (counts <= did.most)]


def _counts(person: Int64s, everyone: Int64s) -> Int64s:
    where = places(everyone, person)
    return np.bincount(where[where >= 0], minlength=len(everyone)).astype(np.int64)
