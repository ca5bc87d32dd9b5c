"""From a stream to the level of each person. Every number of a funnel comes from here."""

from dataclasses import dataclass, fields

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
    the last step that counts. `open`: not converted, and the window of an attempt has not run out. `settled`: the
    window of the last attempt has run out; that does not depend on whether they converted.
    """

    person: Int64s
    level: Int64s
    at: Int64s
    origin: Int64s
    started_at: Int64s
    converted: Bools
    open: Bools
    settled: Bools

    def __len__(self) -> int:
        return len(self.person)

    def at_step(self, number: int) -> Bools:
        """Who counts at a step (from 0): got as deep or deeper and, when it is optional, did it."""
        return self.at[number] != NOT_AT

    def taken(self, which: Bools) -> "People":
        """Some of them."""
        return People(**{field.name: getattr(self, field.name)[..., which] for field in fields(self)})


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
    """What counts for each group of attempts, which lie together: `groups` has one number for each attempt."""
    chosen = choosing.choose(tried, question, groups)
    out = tried.marked[chosen]
    filled = np.where(out, NONE, tried.filled[:, chosen])
    reached = filled != NONE
    converted = reached[question.last_step]
    running = _running(tried, question)
    return People(
        person=tried.rows.person[tried.entry[chosen]],
        level=np.where(out, 0, tried.depth[chosen] + 1),
        at=np.where(reached, tried.rows.at[filled], NOT_AT),
        origin=np.where(reached, tried.rows.origin[filled], NONE),
        started_at=tried.started_at[chosen],
        converted=converted,
        open=_any(tried, groups, running & ~tried.over) & ~converted & ~out,
        settled=~_any(tried, groups, running),
    )


def _known(stream: Stream, question: Question) -> Bools | None:
    return None if question.as_of is None else stream.at <= question.as_of


def _running(tried: Attempts, question: Question) -> Bools:
    """Whether the window has not run out."""
    if question.as_of is None:
        return np.zeros(len(tried), np.bool_)
    return tried.started_at + question.window >= question.as_of


def _any(tried: Attempts, groups: Int64s, which: Bools) -> Bools:
    starts = choosing.heads(groups)
    return np.logical_or.reduceat(which, starts) if len(tried) else which
