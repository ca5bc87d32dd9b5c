"""What the walks make: every attempt, how far it got and by which events."""

from dataclasses import dataclass

import numpy as np

from analytics.metrics.funnel.question import Question
from analytics.metrics.funnel.rows import Bools, Rows
from analytics.metrics.stream import Int64s

NONE = -1
NEVER = np.iinfo(np.int64).max


@dataclass(frozen=True, eq=False)
class Attempts:
    """One element per attempt, in the order of people and time.

    `filled`, shape (steps, attempts): the row that filled the step, or NONE; of an unordered funnel the row that was
    the k-th step done. `depth`: the deepest filled step. `marked`: an exclusion takes the person out if nothing clean
    is as deep. `ended_at`: when an exclusion ended it, or NEVER. `over`: it cannot go on, whatever is still to come.
    """

    rows: Rows
    filled: Int64s
    depth: Int64s
    marked: Bools
    ended_at: Int64s
    over: Bools

    def __len__(self) -> int:
        return len(self.depth)

    def taken(self, which: Int64s) -> "Attempts":
        """Some of them."""
        return Attempts(
            rows=self.rows,
            filled=self.filled[:, which],
            depth=self.depth[which],
            marked=self.marked[which],
            ended_at=self.ended_at[which],
            over=self.over[which],
        )

    @property
    def entry(self) -> Int64s:
        return self.filled[0]

    @property
    def started_at(self) -> Int64s:
        return self.rows.at[self.filled[0]]

    @property
    def reached_at(self) -> Int64s:
        """When the deepest step was filled."""
        return self.rows.at[self.filled[self.depth, np.arange(len(self))]]


def of(rows: Rows, filled: Int64s) -> Attempts:
    """Attempts that no exclusion has touched."""
    count = filled.shape[1]
    untouched = np.zeros(count, np.bool_)
    return Attempts(rows, filled, deepest(filled), untouched, np.full(count, NEVER), untouched)


def deepest(filled: Int64s) -> Int64s:
    """The deepest filled step of each attempt."""
    backwards = filled[::-1] != NONE
    return filled.shape[0] - 1 - backwards.argmax(axis=0)


def entries(rows: Rows, question: Question, opens: Bools) -> Int64s:
    """The rows that open attempts: those that may, of the asked time, or the first of each person."""
    if question.entered_from is not None:
        opens = opens & (rows.at >= question.entered_from)
    if question.entered_until is not None:
        opens = opens & (rows.at < question.entered_until)
    found = np.flatnonzero(opens)
    if question.entry == "first" and len(found):
        people = rows.start[found]
        found = found[np.append(True, people[1:] != people[:-1])]
    return found
