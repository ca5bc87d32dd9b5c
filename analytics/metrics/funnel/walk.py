"""Ordered and strict attempts: all of them take a step at a time, together."""

import numpy as np

from analytics.metrics.funnel import attempts, limits
from analytics.metrics.funnel.attempts import NONE, Attempts
from analytics.metrics.funnel.question import Question
from analytics.metrics.funnel.rows import Bools, Rows, in_window, unused
from analytics.metrics.stream import MICROSECONDS, Int64s


def walk(rows: Rows, question: Question) -> Attempts:
    """Attempts before exclusions and strictness. What an attempt costs does not grow with its person's events."""
    walking = _Walk(rows, question)
    for number, step in enumerate(question.steps):
        if number and not step.optional:
            walking.take(number)
    _fill_optional(rows, question, walking.filled)
    return attempts.of(rows, walking.filled)


class _Walk:
    """`filled` as in Attempts; `walking`: the attempts that have filled every step so far; `places`: of each of these
    steps the rows that may fill it."""

    def __init__(self, rows: Rows, question: Question) -> None:
        self.rows, self.question = rows, question
        entry = attempts.entries(rows, question, (rows.matches & 1).astype(np.bool_))
        self.filled = np.full((len(question.steps), len(entry)), NONE, np.int64)
        self.filled[0] = entry
        self.walking = np.arange(len(entry))
        self.places = {0: rows.places(0)}

    def take(self, number: int) -> None:
        before = max(self.places)
        self.places[number] = limits.supported(self.rows, self.question, number, self.places[before])
        found = self._next(number, self.filled[before, self.walking])
        self.walking, found = self.walking[found != NONE], found[found != NONE]
        if self.question.steps[number].max_seconds is not None:
            self._keep_limits(number, found)
        else:
            self.filled[number, self.walking] = found

    def _next(self, number: int, previous: Int64s) -> Int64s:
        """The row that is next for each walking attempt, or NONE when its window has none."""
        found = unused(self.rows, self.places[number], self._from(number, previous), self.filled, self.walking)
        return np.where(in_window(self.rows, self.question, found, self.filled[0, self.walking]), found, NONE)

    def _from(self, number: int, previous: Int64s) -> Int64s:
        """The first row that may follow."""
        least = self.question.steps[number].min_seconds
        if least:
            return self.rows.since(previous, self.rows.at[previous] + least * MICROSECONDS)
        return simultaneous(self.rows, self.question, previous)

    def _keep_limits(self, number: int, found: Int64s) -> None:
        walking, kept = self.walking, np.zeros(self.filled.shape[1], np.bool_)
        while len(walking):
            tried = self.filled[:, walking]
            tried[number] = found
            pulled, fit, crossed = limits.pull(self.rows, self.question, self.places, tried)
            kept[walking[fit]] = True
            self.filled[:, walking[fit]] = pulled[:, fit]
            walking = walking[crossed]
            found = unused(self.rows, self.places[number], found[crossed] + 1, self.filled, walking)
            inside = in_window(self.rows, self.question, found, self.filled[0, walking])
            walking, found = walking[inside], found[inside]
        self.walking = np.flatnonzero(kept)


def simultaneous(rows: Rows, question: Question, previous: Int64s) -> Int64s:
    """The first row that counts as not before these."""
    if question.tolerance:
        return rows.since(previous, rows.at[previous] - question.tolerance)
    return rows.first[previous]


def _fill_optional(rows: Rows, question: Question, filled: Int64s) -> None:
    """Optional steps, in the gaps between those that are not: they change nothing for the steps after them."""
    for number, step in enumerate(question.steps):
        if not step.optional:
            continue
        walking = np.flatnonzero(_reached_gap(question, number, filled))
        mine = filled[:, walking]
        previous = _last_filled(mine[:number])
        found = unused(rows, rows.places(number), simultaneous(rows, question, previous), filled, walking)
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
