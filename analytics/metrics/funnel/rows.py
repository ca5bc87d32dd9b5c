"""The events of a stream in the order of people and time, and two ways to look something up in them."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from analytics.metrics.funnel.question import Question
from analytics.metrics.limits import MOST_EXCLUSIONS, MOST_STEPS
from analytics.metrics.stream import EXCLUSION_BIT, Int64s, Stream

Bools = npt.NDArray[np.bool_]
HALF = 16
# Above so many runs of rising times a comparison sort of one packed number beats stable passes.
MOST_RUNS = 64
MOST_BITS = 63
KNOWN = np.int64((1 << (EXCLUSION_BIT + MOST_EXCLUSIONS)) - 1)
STEPS = np.int64((1 << MOST_STEPS) - 1)


@dataclass(frozen=True, eq=False)
class Rows:
    """One element per event; events of a person lie together, in time. `origin`: the event's place in the stream.

    `first`: the first row of the same person and instant. `start`, `end`: the rows of the event's person.
    """

    person: Int64s
    at: Int64s
    matches: Int64s
    origin: Int64s
    first: Int64s
    start: Int64s
    end: Int64s

    def __len__(self) -> int:
        return len(self.at)

    @cached_property
    def overlap(self) -> bool:
        """Whether an event matches more than one step or exclusion."""
        known = self.matches & KNOWN
        return bool((known & (known - 1)).any())

    def places(self, bit: int) -> Int64s:
        """Rows that match, and behind them the row after the last."""
        return np.append(np.flatnonzero(self.matches & np.int64(1 << bit)), len(self))

    def since(self, rows: Int64s, moments: Int64s) -> Int64s:
        """For each row: the first row of its person at that moment or later; the person's end when there is none."""
        low, high = self.start[rows], self.end[rows]
        while len(left := np.flatnonzero(low < high)):
            middle = (low[left] + high[left]) >> 1
            earlier = self.at[middle] < moments[left]
            low[left[earlier]] = middle[earlier] + 1
            high[left[~earlier]] = middle[~earlier]
        return low


def unused(rows: Rows, places: Int64s, start: Int64s, filled: Int64s, walking: Int64s) -> Int64s:
    """For each walking attempt the first of `places` (as `Rows.places` gives) from `start` on that it has not used."""
    position = np.searchsorted(places, start)
    found = places[position]
    while rows.overlap and (again := (filled[:, walking] == found).any(axis=0)).any():
        position[again] += 1
        found = places[position]
    return found


def in_window(rows: Rows, question: Question, found: Int64s, entry: Int64s) -> Bools:
    """Whether each found row (or the row after the last) is of the attempt's person and in its window."""
    at = rows.at[np.minimum(found, len(rows) - 1)]
    return (found < rows.end[entry]) & (at - rows.at[entry] <= question.window)


def sort(stream: Stream, kept: Bools | None = None) -> Rows:
    """Rows of a stream, without those that are not `kept`. Equal streams give equal rows, however they are shuffled."""
    chosen = None if kept is None else np.flatnonzero(kept)
    person, at = (stream.person, stream.at) if chosen is None else (stream.person[chosen], stream.at[chosen])
    order = _order(person, at)
    person, at = person[order], at[order]
    origin = order if chosen is None else chosen[order]
    new_person = _changes(person)
    new_instant = new_person | _changes(at)
    _settle_ties(stream, origin, new_instant)
    heads = np.flatnonzero(new_person)
    sizes = np.diff(np.append(heads, len(at)))
    return Rows(
        person=person,
        at=at,
        matches=stream.matches[origin],
        origin=origin,
        first=_spread(new_instant),
        start=np.repeat(heads, sizes),
        end=np.repeat(heads + sizes, sizes),
    )


def _order(person: Int64s, at: Int64s) -> Int64s:
    """By person, then time. A store that reads an index answers in a few runs of rising times, which sort quickly."""
    if not len(at):
        return np.zeros(0, np.int64)
    codes, since = person - person.min(), at - at.min()
    person_bits, at_bits = int(codes.max()).bit_length(), int(since.max()).bit_length()
    if person_bits + at_bits <= MOST_BITS and np.count_nonzero(at[1:] < at[:-1]) > MOST_RUNS:
        return np.argsort((codes << at_bits) | since)
    order = np.argsort(at, kind="stable")
    for shift in range(0, person_bits, HALF):
        digit = (codes >> shift).astype(np.uint16)
        order = order[np.argsort(digit[order], kind="stable")]
    return order


def _settle_ties(stream: Stream, origin: Int64s, new_instant: Bools) -> None:
    """Of events at one instant those come first that match shallow steps only; then by all that tells them apart."""
    tied = ~new_instant
    tied[:-1] |= tied[1:]
    places = np.flatnonzero(tied)
    rows, instant = origin[places], np.cumsum(new_instant)[places] if len(places) else places
    matches = stream.matches[rows]
    keys = [matches, matches & STEPS, instant]
    if stream.value is not None:
        keys.insert(0, stream.value[rows])
    origin[places] = rows[np.lexsort(keys)]


def _changes(column: Int64s) -> Bools:
    changes = np.ones(len(column), np.bool_)
    np.not_equal(column[1:], column[:-1], out=changes[1:])
    return changes


def _spread(heads: Bools) -> Int64s:
    return np.flatnonzero(heads)[np.cumsum(heads) - 1] if len(heads) else np.zeros(0, np.int64)
