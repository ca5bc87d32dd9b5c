"""Attempts of funnels whose steps count in any order: the k-th step is the k-th that was done."""

from dataclasses import replace

import numpy as np

from analytics.metrics.funnel import attempts, overlap
from analytics.metrics.funnel.attempts import NEVER, NONE, Attempts
from analytics.metrics.funnel.question import Question
from analytics.metrics.funnel.rows import STEPS, Rows
from analytics.metrics.stream import EXCLUSION_BIT, Int64s


def walk(rows: Rows, question: Question) -> Attempts:
    """An attempt opens at any event that is a step and ends with its window or at the first exclusion after it."""
    entry = attempts.entries(rows, question, (rows.matches & STEPS) != 0)
    ended_at = _exclusions(rows, question, entry)
    until = np.minimum(rows.at[entry] + question.window, ended_at)
    filled = _fill(rows, question, entry, until)
    return replace(attempts.of(rows, filled), ended_at=ended_at, over=ended_at != NEVER)


def _exclusions(rows: Rows, question: Question, entry: Int64s) -> Int64s:
    """When the first exclusion after the entry ends the attempt; NEVER when its window had run out."""
    ended_at = np.full(len(entry), NEVER)
    after = rows.since(entry, rows.at[entry] + question.tolerance + 1)
    for number in range(len(question.exclusions)):
        places = rows.places(EXCLUSION_BIT + number)
        found = places[np.searchsorted(places, after)]
        at = rows.at[np.minimum(found, len(rows) - 1)]
        hits = (found < rows.end[entry]) & (at <= rows.at[entry] + question.window)
        ended_at = np.where(hits, np.minimum(ended_at, at), ended_at)
    return ended_at


def _fill(rows: Rows, question: Question, entry: Int64s, until: Int64s) -> Int64s:
    """Rows of the first, second … step done."""
    count = len(question.steps)
    filled = np.full((count, len(entry)), NONE, np.int64)
    overlapping = overlap.people(rows)[entry]
    plain, mixed = np.flatnonzero(~overlapping), np.flatnonzero(overlapping)
    filled[:, plain] = _fill_plain(rows, count, entry[plain], until[plain])
    for attempt, done in zip(mixed, overlap.fill(rows, count, entry[mixed], until[mixed]), strict=True):
        filled[: len(done), attempt] = done
    return filled


def _fill_plain(rows: Rows, count: int, entry: Int64s, until: Int64s) -> Int64s:
    """When no event matches several steps: of each step the first event, in their order."""
    firsts = np.full((count, len(entry)), NEVER)
    for number in range(count):
        places = rows.places(number)
        found = places[np.searchsorted(places, entry)]
        known = np.minimum(found, len(rows) - 1)
        fits = (found < rows.end[entry]) & (rows.at[known] <= until)
        firsts[number, fits] = found[fits]
    firsts.sort(axis=0)
    return np.where(firsts == NEVER, NONE, firsts)
