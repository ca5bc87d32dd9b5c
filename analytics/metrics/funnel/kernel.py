"""From a stream to the level of each person. Every number of a funnel comes from here."""

from dataclasses import dataclass

import numpy as np

from analytics.metrics.funnel import choosing, marks, rows, unordered, walk
from analytics.metrics.funnel.attempts import NONE, Attempts
from analytics.metrics.funnel.question import Order, Question
from analytics.metrics.funnel.rows import Bools
from analytics.metrics.stream import Int64s, Stream

NOT_AT = np.iinfo(np.int64).min


@dataclass(frozen=True, eq=False)
class People:
    """One element per person who tried, ascending by `person`.

    `level`: how many steps deep, from 1; 0: an exclusion took the person out. `at`, shape (steps, people): when the
    step was reached, or NOT_AT. `origin`, same shape: the event's place in the stream, or NONE. `converted`: reached
    the last step that counts. `open`: not converted, and the window of an attempt has not run out.
    """

    person: Int64s
    level: Int64s
    at: Int64s
    origin: Int64s
    started_at: Int64s
    converted: Bools
    open: Bools

    def __len__(self) -> int:
        return len(self.person)

    def at_step(self, number: int) -> Bools:
        """Who counts at a step (from 0): got as deep or deeper and, when it is optional, did it."""
        return self.at[number] != NOT_AT


def attempts(stream: Stream, question: Question) -> Attempts:
    """Every attempt of everyone, exclusions applied."""
    sorted_rows = rows.sort(stream, _known(stream, question))
    if question.order is Order.UNORDERED:
        return unordered.walk(sorted_rows, question)
    return marks.mark(walk.walk(sorted_rows, question), question)


def people(stream: Stream, question: Question) -> People:
    """What counts for each person."""
    tried = attempts(stream, question)
    return of_groups(tried, question, tried.rows.person[tried.entry])


def of_groups(tried: Attempts, question: Question, groups: Int64s) -> People:
    """What counts for each group of attempts; `groups` ascends, and `person` of the answer is the group's number."""
    chosen = choosing.choose(tried, question, groups)
    out = tried.marked[chosen]
    filled = np.where(out, NONE, tried.filled[:, chosen])
    reached = filled != NONE
    converted = reached[question.last_step]
    return People(
        person=groups[chosen],
        level=np.where(out, 0, tried.depth[chosen] + 1),
        at=np.where(reached, tried.rows.at[filled], NOT_AT),
        origin=np.where(reached, tried.rows.origin[filled], NONE),
        started_at=tried.started_at[chosen],
        converted=converted,
        open=_any_open(tried, question, groups) & ~converted & ~out,
    )


def _known(stream: Stream, question: Question) -> Bools | None:
    return None if question.as_of is None else stream.at <= question.as_of


def _any_open(tried: Attempts, question: Question, groups: Int64s) -> Bools:
    starts = choosing.heads(groups)
    if question.as_of is None or not len(starts):
        return np.zeros(len(starts), np.bool_)
    running = ~tried.over & (tried.started_at + question.window >= question.as_of)
    return np.logical_or.reduceat(running, starts)
