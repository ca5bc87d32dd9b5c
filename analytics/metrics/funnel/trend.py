"""Conversion by the period in which people entered; who enters in several periods counts in each of them."""

from dataclasses import dataclass

import numpy as np

from analytics.metrics.errors import InvalidQuestion
from analytics.metrics.funnel import kernel
from analytics.metrics.funnel.kernel import People
from analytics.metrics.funnel.question import Question
from analytics.metrics.intervals import Rate, rate
from analytics.metrics.periods import Buckets
from analytics.metrics.stream import Int64s, Stream


@dataclass(frozen=True)
class TrendPeriod:
    """`conversion` is of all who entered, `settled_conversion` of those whose window has run out."""

    label: str
    people: int
    converted: int
    open: int
    conversion: Rate
    settled_conversion: Rate


def trend(
    stream: Stream, question: Question, buckets: Buckets, from_step: int = 0, to_step: int | None = None
) -> tuple[TrendPeriod, ...]:
    """One for every period, also when nobody entered. Without `to_step` it is the last step that counts."""
    goal = question.last_step if to_step is None else to_step
    if not 0 <= from_step < goal < len(question.steps):
        raise InvalidQuestion("to_step", "Must be a step of the funnel after from_step.")
    people, periods = entries(stream, question, buckets)
    started = people.at_step(from_step)
    reached = people.at_step(goal) & started
    columns = (started, reached, people.open & started & ~reached, started & people.settled, reached & people.settled)
    counts = [np.bincount(periods[which], minlength=len(buckets)).tolist() for which in columns]
    return tuple(
        TrendPeriod(label, entered, converted, waiting, rate(converted, entered), rate(done, settled))
        for label, entered, converted, waiting, settled, done in zip(buckets.labels, *counts, strict=True)
    )


def people_behind(stream: Stream, question: Question, buckets: Buckets, number: int) -> People:
    """The people who count in the period."""
    people, periods = entries(stream, question, buckets)
    return people.taken(periods == number)


def entries(stream: Stream, question: Question, buckets: Buckets) -> tuple[People, Int64s]:
    """What counts for each person in each period of entry, and the periods; entries outside of all are left out."""
    tried = kernel.attempts(stream, question)
    periods = buckets.numbers(tried.started_at)
    inside = np.flatnonzero(periods >= 0)
    tried, periods = tried.taken(inside), periods[inside]
    people = kernel.of_groups(tried, question, tried.rows.start[tried.entry] * len(buckets) + periods)
    return people, buckets.numbers(people.started_at)
