"""A funnel for each value of a property."""

from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from analytics.metrics.errors import InvalidQuestion
from analytics.metrics.funnel import kernel
from analytics.metrics.funnel.attempts import NONE
from analytics.metrics.funnel.kernel import People
from analytics.metrics.funnel.question import Question
from analytics.metrics.funnel.report import Report, report
from analytics.metrics.funnel.rows import Bools
from analytics.metrics.stream import Int64s, Stream

MOST_VALUES = 25
REST = -2
NOT_REACHED = -3


class Attribution(StrEnum):
    """Which value a person gets, of the events of the attempt that counts.

    The first there is, or the last; that of one step, if it has one. ALL: each value apart, whose attempts have it in
    every step; then a person may count under several.
    """

    FIRST = "first"
    LAST = "last"
    STEP = "step"
    ALL = "all"


@dataclass(frozen=True)
class Segment:
    """`value` is None for events without one; `is_rest`: all values beyond the largest together; `never_reached`: the
    people who did not reach the step whose value counts."""

    value: str | None
    is_rest: bool
    never_reached: bool
    people: People
    report: Report


def breakdown(
    stream: Stream, question: Question, attribution: Attribution, step: int = 0, most: int = MOST_VALUES
) -> tuple[Segment, ...]:
    """Segments by how many entered, largest first, the rest last. `step` is for Attribution.STEP."""
    if not 0 <= step < len(question.steps):
        raise InvalidQuestion("step", "Must be a step of the funnel.")
    if stream.value is None:
        raise InvalidQuestion("breakdown", "The events carry no values.")
    if attribution is Attribution.ALL:
        people, values = _apart(stream, stream.value, question)
    else:
        people = kernel.people(stream, question)
        values = _attributed(people, stream.value, attribution, step)
    entered = people.at_step(0)
    people, values = people.taken(entered), values[entered]
    kept, sizes = np.unique(values, return_counts=True)
    kept = kept[np.argsort(-sizes, kind="stable")]
    segments = [_segment(stream, question, people, values == value, int(value)) for value in kept[:most]]
    if len(kept) > most:
        segments.append(_segment(stream, question, people, np.isin(values, kept[most:]), REST))
    return tuple(segments)


def _apart(stream: Stream, value: Int64s, question: Question) -> tuple[People, Int64s]:
    """Each person once for each of their values, with the events of that value only."""
    count = len(stream.values) + 1
    known, codes = np.unique(stream.person, return_inverse=True)
    apart = kernel.people(replace(stream, person=codes * count + value + 1), question)
    return replace(apart, person=known[apart.person // count]), apart.person % count - 1


def _attributed(people: People, value: Int64s, attribution: Attribution, step: int) -> Int64s:
    """For each person the value, or NONE."""
    values = np.where(people.origin == NONE, NONE, value[people.origin])
    if attribution is Attribution.STEP:
        return np.where(people.at_step(step), values[step], NOT_REACHED)
    if attribution is Attribution.LAST:
        values = values[::-1]
    return values[(values != NONE).argmax(axis=0), np.arange(len(people))]


def _segment(stream: Stream, question: Question, people: People, which: Bools, value: int) -> Segment:
    chosen = people.taken(which)
    name = stream.values[value] if value >= 0 else None
    return Segment(name, value == REST, value == NOT_REACHED, chosen, report(chosen, question))
