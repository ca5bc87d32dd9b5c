"""The answer of a funnel: people, rates and times of every step."""

from dataclasses import dataclass

import numpy as np

from analytics.metrics.funnel import times
from analytics.metrics.funnel.cells import Fate, before, which
from analytics.metrics.funnel.kernel import People
from analytics.metrics.funnel.question import Question
from analytics.metrics.funnel.rows import Bools
from analytics.metrics.funnel.times import Spread
from analytics.metrics.intervals import Rate, rate


@dataclass(frozen=True)
class StepReport:
    """`open` and `dropped`: people at the step before it who can still reach it, and who cannot any more.

    `from_first` and `from_previous` are of all people, so that those still on the way lower them; `settled_…` are of
    those whose last window has run out, and None when there are none. `seconds`: since the step before it.
    """

    people: int
    open: int
    dropped: int
    from_first: Rate
    from_previous: Rate
    settled_from_first: Rate
    settled_from_previous: Rate
    seconds: Spread | None


@dataclass(frozen=True)
class Report:
    """`people` entered; `excluded` are not among them. `seconds`: from the first step to conversion.

    `critical_step`: the one before which most people dropped out, of several the first; None when nobody did.
    """

    people: int
    excluded: int
    open: int
    conversion: Rate
    settled_conversion: Rate
    critical_step: int | None
    seconds: Spread | None
    steps: tuple[StepReport, ...]


def report(people: People, question: Question) -> Report:
    """Same people and question, same answer."""
    steps = tuple(_step(people, question, number) for number in range(len(question.steps)))
    last = steps[question.last_step]
    return Report(
        people=steps[0].people,
        excluded=_count(people.level == 0),
        open=_count(people.open),
        conversion=last.from_first,
        settled_conversion=last.settled_from_first,
        critical_step=_critical(steps),
        seconds=times.spread(times.between(people, 0, question.last_step)),
        steps=steps,
    )


def _step(people: People, question: Question, number: int) -> StepReport:
    previous = before(question, number)
    here, first, origin = people.at_step(number), people.at_step(0), people.at_step(previous)
    settled = people.settled
    return StepReport(
        people=_count(here),
        open=_count(which(people, question, number, Fate.OPEN)),
        dropped=_count(which(people, question, number, Fate.DROPPED)),
        from_first=rate(_count(here), _count(first)),
        from_previous=rate(_count(here), _count(origin)),
        settled_from_first=rate(_count(here & settled), _count(first & settled)),
        settled_from_previous=rate(_count(here & settled), _count(origin & settled)),
        seconds=times.spread(times.between(people, previous, number)) if number else None,
    )


def _critical(steps: tuple[StepReport, ...]) -> int | None:
    worst = max(range(len(steps)), key=lambda number: steps[number].dropped)
    return worst if steps[worst].dropped else None


def _count(which_people: Bools) -> int:
    return int(np.count_nonzero(which_people))
