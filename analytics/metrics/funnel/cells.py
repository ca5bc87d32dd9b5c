"""The people behind a number. Counts of a report are counted here too, so that lists and charts cannot differ."""

from enum import StrEnum

from analytics.metrics.errors import InvalidQuestion
from analytics.metrics.funnel.kernel import People
from analytics.metrics.funnel.question import Question
from analytics.metrics.funnel.rows import Bools
from analytics.metrics.stream import Int64s


class Fate(StrEnum):
    """Of a person at a step: reached it; was on the way to it and can still; was on the way and cannot any more."""

    REACHED = "reached"
    OPEN = "open"
    DROPPED = "dropped"


def people_behind(people: People, question: Question, step: int, fate: Fate) -> Int64s:
    """Their numbers, ascending. Steps count from 0."""
    if not 0 <= step < len(question.steps):
        raise InvalidQuestion("step", "Must be a step of the funnel.")
    return people.person[which(people, question, step, fate)]


def which(people: People, question: Question, step: int, fate: Fate) -> Bools:
    """Of each person whether that is their fate at the step. Nobody drops out before the first or an optional step."""
    reached = people.at_step(step)
    if fate is Fate.REACHED:
        return reached
    if step == 0 or question.steps[step].optional:
        return reached & ~reached
    missed = people.at_step(before(question, step)) & ~reached
    return missed & (people.open if fate is Fate.OPEN else ~people.open)


def before(question: Question, step: int) -> int:
    """The step before it that is not optional; the first has none but itself."""
    return max((other for other in range(step) if not question.steps[other].optional), default=0)
