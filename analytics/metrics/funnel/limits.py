"""Steps that must follow soon: when the next step comes too late, an attempt may take the step before it later.

Every limit says that one time is at least another plus something, so the chains of events that keep them all have an
earliest, step by step (constraints of two variables with such signs are closed under minimum), and taking steps later
only where a limit demands it finds that chain. What no chain can end in is left out before, so that each attempt looks
at each step once for every further step, however many events there are.
"""

import numpy as np

from analytics.metrics.funnel.question import Question
from analytics.metrics.funnel.rows import Bools, Rows, unused
from analytics.metrics.stream import MICROSECONDS, Int64s


def supported(rows: Rows, question: Question, number: int, places: Int64s) -> Int64s:
    """Rows that may fill the step after some row of `places`, the rows that may fill the step before it."""
    step, own = question.steps[number], rows.places(number)
    if step.max_seconds is None:
        return own
    found = own[:-1]
    at = rows.at[found]
    low = rows.since(found, at - step.max_seconds * MICROSECONDS)
    latest = -step.min_seconds * MICROSECONDS if step.min_seconds else question.tolerance
    high = rows.since(found, at + latest + 1)
    itself = (places[np.searchsorted(places, found)] == found) & (low <= found) & (found < high)
    count = np.searchsorted(places, high) - np.searchsorted(places, low) - itself
    return np.append(found[count > 0], len(rows))


def pull(rows: Rows, question: Question, places: dict[int, Int64s], tried: Int64s) -> tuple[Bools, Int64s]:
    """Which attempts can keep every limit up to the last step of `places`, and their steps, some taken later.

    `tried`, shape (steps, attempts): with a row for that last step. Shape of the answers: (attempts,) and as `tried`.
    """
    needed, pulled = list(places), tried.copy()
    kept = np.ones(tried.shape[1], np.bool_)
    for before, number in zip(needed[-2::-1], needed[:0:-1], strict=True):
        most = question.steps[number].max_seconds
        if most is None:
            break
        earliest = rows.at[pulled[number]] - most * MICROSECONDS
        late = np.flatnonzero(rows.at[pulled[before]] < earliest)
        if before == 0:
            kept[late] = False
            break
        start = rows.since(pulled[before, late], earliest[late])
        pulled[before, late] = unused(rows, places[before], start, pulled, late)
    return kept, pulled
