"""Unordered attempts of people with an event that matches several steps: which step it fills can be settled later.

The steps done are a matching of events to steps. Taken in time, an event is done when the matching can grow by it.
That is the earliest way to k steps for every k, because the sets of events that can be matched form a matroid (Edmonds,
Fulkerson 1965, "Transversals and matroid partition"); and once an event does not help, no later one like it does.
"""

from bisect import bisect_left
from collections import defaultdict
from heapq import heapify, heappop, heappush

import numpy as np

from analytics.metrics.funnel.rows import STEPS, Bools, Rows
from analytics.metrics.stream import Int64s

Places = dict[int, list[int]]


def people(rows: Rows) -> Bools:
    """Of each row, whether its person has an event that matches several steps."""
    steps = rows.matches & STEPS
    several = (steps & (steps - 1)) != 0
    before = np.append(0, np.cumsum(several))
    return before[rows.end] > before[rows.start]


def fill(rows: Rows, count: int, entry: Int64s, until: Int64s) -> list[list[int]]:
    """For each attempt the rows of the first, second … step done."""
    answers, start, places = [], -1, Places()
    for row, last in zip(entry.tolist(), until.tolist(), strict=True):
        if start != (start := int(rows.start[row])):
            places = _places(rows, start, int(rows.end[row]))
        answers.append(_done(rows.at, places, count, row, last))
    return answers


def _places(rows: Rows, start: int, end: int) -> Places:
    """Where a person's events are, by which steps they match."""
    places: Places = defaultdict(list)
    for row, steps in enumerate((rows.matches[start:end] & STEPS).tolist(), start):
        if steps:
            places[steps].append(row)
    return places


def _done(at: Int64s, places: Places, count: int, row: int, last: int) -> list[int]:
    waiting = [
        (found[place], steps, place)
        for steps, found in places.items()
        if (place := bisect_left(found, row)) < len(found)
    ]
    heapify(waiting)
    done: list[int] = []
    filled_by = [0] * count
    while waiting and len(done) < count:
        next_row, steps, place = heappop(waiting)
        if at[next_row] > last:
            break
        if _grow(steps, filled_by, set()):
            done.append(next_row)
            if place + 1 < len(places[steps]):
                heappush(waiting, (places[steps][place + 1], steps, place + 1))
    return done


def _grow(steps: int, filled_by: list[int], seen: set[int]) -> bool:
    """Give an event a step, moving others where that helps (an augmenting path)."""
    for step, owner in enumerate(filled_by):
        if steps >> step & 1 and step not in seen:
            seen.add(step)
            if not owner or _grow(owner, filled_by, seen):
                filled_by[step] = steps
                return True
    return False
