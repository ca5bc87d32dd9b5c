"""What ends an attempt early: exclusions, and in strict funnels any other event in between."""

from dataclasses import replace

import numpy as np

from analytics.metrics.funnel import attempts
from analytics.metrics.funnel.attempts import NEVER, NONE, Attempts
from analytics.metrics.funnel.question import Exclusion, ExclusionMode, Order, Question
from analytics.metrics.funnel.rows import Rows, unused
from analytics.metrics.stream import EXCLUSION_BIT, Int64s


def mark(tried: Attempts, question: Question) -> Attempts:
    """The attempts, cut where something ended them."""
    if question.order is Order.STRICT:
        tried = _strict(tried, question)
    if not question.exclusions or not len(tried):
        return tried
    ended_at, cut = _first_exclusion(tried, question)
    drops = question.marking is ExclusionMode.DROP_USER
    steps = np.arange(len(question.steps))[:, None]
    # A dropped attempt counts as deep as the step it was on the way to, so that only a deeper or equal clean one saves.
    filled = np.where(steps >= cut + drops, NONE, tried.filled)
    ended = ended_at != NEVER
    return Attempts(
        rows=tried.rows,
        filled=filled,
        depth=attempts.deepest(filled),
        marked=ended & drops,
        ended_at=ended_at,
        over=tried.over | ended,
    )


def _strict(tried: Attempts, question: Question) -> Attempts:
    """Between two filled steps no event of the person; one at the same instant as a step is not in between."""
    rows, filled = tried.rows, tried.filled.copy()
    broken, previous = np.zeros(len(tried), np.bool_), filled[0]
    for row in filled[1:]:
        present = np.flatnonzero((row != NONE) & ~broken)
        here = row[present]
        between = _after(rows, question, previous[present]) < rows.since(here, rows.at[here] - question.tolerance)
        broken[present[between]] = True
        row[broken] = NONE
        previous = np.where(row != NONE, row, previous)
    over = _after(rows, question, previous) < rows.end[previous]
    return replace(tried, filled=filled, depth=attempts.deepest(filled), over=over)


def _after(rows: Rows, question: Question, previous: Int64s) -> Int64s:
    """The first row that is later than these and not simultaneous."""
    return rows.since(previous, rows.at[previous] + question.tolerance + 1)


def _first_exclusion(tried: Attempts, question: Question) -> tuple[Int64s, Int64s]:
    """When the first exclusion hit each attempt (or NEVER), and the first step that it had not reached then."""
    ended_at = np.full(len(tried), NEVER)
    cut = np.full(len(tried), len(question.steps))
    for number, exclusion in enumerate(question.exclusions):
        going = np.flatnonzero(tried.depth >= exclusion.from_step)
        hit_at = _hits(tried, question, number, going)
        earlier = hit_at < ended_at[going]
        going, hit_at = going[earlier], hit_at[earlier]
        ended_at[going] = hit_at
        cut[going] = _cut(tried, exclusion, going, hit_at)
    return ended_at, cut


def _hits(tried: Attempts, question: Question, number: int, going: Int64s) -> Int64s:
    """When the exclusion hits these attempts; NEVER when it does not, or when their window had run out."""
    rows, exclusion = tried.rows, question.exclusions[number]
    filled = tried.filled[:, going]
    opening = _nearest(filled[exclusion.from_step :: -1])
    closing = _nearest(filled[exclusion.to_step :])
    found = unused(rows, rows.places(EXCLUSION_BIT + number), _after(rows, question, opening), tried.filled, going)
    at = rows.at[np.minimum(found, len(rows) - 1)]
    window_ends = rows.at[filled[0]] + question.window
    last = np.where(closing == NONE, window_ends, rows.at[closing] - question.tolerance - 1)
    return np.where((found < rows.end[opening]) & (at <= np.minimum(last, window_ends)), at, NEVER)


def _nearest(filled: Int64s) -> Int64s:
    """The first of these steps that is filled; NONE when none is."""
    first = (filled != NONE).argmax(axis=0)
    return filled[first, np.arange(filled.shape[1])]


def _cut(tried: Attempts, exclusion: Exclusion, going: Int64s, hit_at: Int64s) -> Int64s:
    start = exclusion.from_step + 1
    filled = tried.filled[start:, going]
    later = (filled != NONE) & (tried.rows.at[filled] > hit_at)
    return np.where(later.any(axis=0), start + later.argmax(axis=0), len(tried.filled))
