"""Steps that must follow soon: when the next step comes too late, an attempt may take the step before it later.

Every limit says that one time is at least another plus something, so the chains of events that keep them all have an
earliest, step by step (constraints of two variables with such signs are closed under minimum), and taking steps later
only where a limit demands it finds that chain. What no chain can end in is left out before, so that each attempt looks
at each step once for every further step, however many events there are.
"""

import numpy as np

from analytics.metrics.funnel.question import Question
from analytics.metrics.funnel.rows import Bools, Rows, in_window, unused
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


def pull(rows: Rows, question: Question, places: dict[int, Int64s], tried: Int64s) -> tuple[Int64s, Bools, Bools]:
    """The steps of attempts, some taken later; which attempts keep every limit so; which may with a later last step.

    `tried`, shape (steps, attempts), has a row for the last step of `places`; so has the first answer. An attempt may
    need a later last step only where events match several steps, and the one it would pull to is used already.
    """
    needed, pulled = list(places), tried.copy()
    kept, crossed = np.ones(tried.shape[1], np.bool_), np.zeros(tried.shape[1], np.bool_)
    for before, number in zip(needed[-2::-1], needed[:0:-1], strict=True):
        most = question.steps[number].max_seconds
        if most is None:
            break
        earliest = rows.at[pulled[number]] - most * MICROSECONDS
        late = np.flatnonzero(kept & (rows.at[pulled[before]] < earliest))
        if before == 0:
            kept[late] = False
            break
        start = rows.since(pulled[before, late], earliest[late])
        found = unused(rows, places[before], start, pulled, late)
        there = _fits(rows, question, number, found, pulled[:, late])
        pulled[before, late[there]] = found[there]
        kept[late[~there]] = False
        crossed[late[~there]] = rows.overlap
    return pulled, kept, crossed


def _fits(rows: Rows, question: Question, number: int, found: Int64s, pulled: Int64s) -> Bools:
    """Whether the found rows are in the window and early enough for step `number`."""
    least = question.steps[number].min_seconds
    latest = rows.at[pulled[number]] - (least * MICROSECONDS if least else -question.tolerance)
    known = np.minimum(found, len(rows) - 1)
    return in_window(rows, question, found, pulled[0]) & (rows.at[known] <= latest)
