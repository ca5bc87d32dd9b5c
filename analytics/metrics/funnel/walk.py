"""Ordered and strict attempts: all of them take a step at a time, together."""

import numpy as np

from analytics.metrics.funnel import attempts
from analytics.metrics.funnel.attempts import NONE, Attempts
from analytics.metrics.funnel.question import Question, Step
from analytics.metrics.funnel.rows import Bools, Rows
from analytics.metrics.stream import MICROSECONDS, Int64s


def walk(rows: Rows, question: Question) -> Attempts:
    """Attempts before exclusions and strictness. What an attempt costs does not grow with its person's events."""
    entry = attempts.entries(rows, question, (rows.matches & 1).astype(np.bool_))
    filled = np.full((len(question.steps), len(entry)), NONE, np.int64)
    filled[0] = entry
    walking, before = np.arange(len(entry)), 0
    for number, step in enumerate(question.steps):
        if number == 0 or step.optional:
            continue
        found = _next(rows, question, number, filled[:, walking], before)
        walking, found = walking[found != NONE], found[found != NONE]
        filled[number, walking] = found
        before = number
    _fill_optional(rows, question, filled)
    return attempts.of(rows, filled)


def _next(rows: Rows, question: Question, number: int, filled: Int64s, before: int) -> Int64s:
    """The row that fills the step for each attempt, or NONE."""
    step, previous = question.steps[number], filled[before]
    found = unused(rows, number, _from(rows, question, step, previous), filled)
    known = np.minimum(found, len(rows) - 1)
    at, since = rows.at[known], rows.at[previous]
    fits = (found < rows.end[previous]) & (at - rows.at[filled[0]] <= question.window)
    if step.max_seconds is not None:
        fits &= at - since <= step.max_seconds * MICROSECONDS
    return np.where(fits, found, NONE)


def _from(rows: Rows, question: Question, step: Step, previous: Int64s) -> Int64s:
    """The first row that may follow."""
    if step.min_seconds:
        return rows.since(previous, rows.at[previous] + step.min_seconds * MICROSECONDS)
    return simultaneous(rows, question, previous)


def simultaneous(rows: Rows, question: Question, previous: Int64s) -> Int64s:
    """The first row that counts as not before these."""
    if question.tolerance:
        return rows.since(previous, rows.at[previous] - question.tolerance)
    return rows.first[previous]


def unused(rows: Rows, number: int, start: Int64s, filled: Int64s) -> Int64s:
    """The first row at `start` or later that matches the step and that the attempt has not used."""
    places = rows.places(number)
    position = np.searchsorted(places, start)
    found = places[position]
    while (again := _used(found, filled)).any():
        position[again] += 1
        found = places[position]
    return found


def _used(found: Int64s, filled: Int64s) -> Bools:
    used = np.zeros(len(found), np.bool_)
    for taken in filled:
        used |= found == taken
    return used


def _fill_optional(rows: Rows, question: Question, filled: Int64s) -> None:
    """Optional steps, in the gaps between those that are not: they change nothing for the steps after them."""
    for number, step in enumerate(question.steps):
        if not step.optional:
            continue
        walking = np.flatnonzero(_reached_gap(question, number, filled))
        mine = filled[:, walking]
        previous = _last_filled(mine[:number])
        found = unused(rows, number, simultaneous(rows, question, previous), mine)
        at = rows.at[np.minimum(found, len(rows) - 1)]
        fits = (found < rows.end[previous]) & (at <= _gap_ends(rows, question, number, mine))
        filled[number, walking[fits]] = found[fits]


def _reached_gap(question: Question, number: int, filled: Int64s) -> Bools:
    before = max(step for step in range(number) if not question.steps[step].optional)
    return filled[before] != NONE


def _gap_ends(rows: Rows, question: Question, number: int, filled: Int64s) -> Int64s:
    """The last moment for an optional step: that of the next that is not optional, or of the window."""
    window_ends = rows.at[filled[0]] + question.window
    after = [step for step in range(number, len(question.steps)) if not question.steps[step].optional]
    if not after:
        return window_ends
    closing = filled[after[0]]
    closed = rows.at[closing] + question.tolerance
    return np.where(closing == NONE, window_ends, np.minimum(closed, window_ends))


def _last_filled(filled: Int64s) -> Int64s:
    return filled[attempts.deepest(filled), np.arange(filled.shape[1])]
