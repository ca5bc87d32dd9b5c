"""The kernel beside the brute force of oracle.py, on streams full of ties.

In each mode so many random funnels as `FUNNEL_EXAMPLES` says, each with the events of `FUNNEL_PEOPLE`.
`make funnel-cases` tries 10,000 in each mode; the usual run is content with fewer, of more people.
"""

import os
from itertools import product

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analytics.metrics.funnel import kernel
from analytics.metrics.funnel.attempts import NONE
from analytics.metrics.funnel.question import Entry, Exclusion, ExclusionMode, Order, Question, Step
from analytics.metrics.stream import EXCLUSION_BIT, MICROSECONDS, OTHER_BIT, Stream
from tests.unit.analytics.metrics.funnel.oracle import Happened, Verdict, verdict

TRIED = settings(
    max_examples=int(os.environ.get("FUNNEL_EXAMPLES", "25")),
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
PEOPLE, MOMENTS, MOST_EVENTS = int(os.environ.get("FUNNEL_PEOPLE", "30")), 13, 9
MODES = [
    (order, entry, marking)
    for order, entry, marking in product(Order, Entry, [None, *ExclusionMode])
    if order is not Order.UNORDERED or marking in {None, ExclusionMode.RESET}
]

Event = tuple[int, int, int]


@st.composite
def questions(draw: st.DrawFn, order: Order, entry: Entry, marking: ExclusionMode | None) -> Question:
    """Funnels of the mode; two to four steps, with or without every option that the mode allows."""
    count = draw(st.integers(2, 4))
    steps = tuple(Step() if number == 0 or order is Order.UNORDERED else draw(STEPS) for number in range(count))
    if all(step.optional for step in steps[1:]):
        steps = (*steps[:-1], Step())
    return Question(
        steps=steps,
        window_seconds=draw(st.integers(2, 6)),
        order=order,
        entry=entry,
        tolerance_ms=draw(st.sampled_from([0, 0, 500, 1_000])),
        exclusions=draw(exclusions(order, count)) if marking else (),
        exclusion_mode=marking,
        as_of=draw(st.sampled_from([None, None, 3 * MICROSECONDS, 5 * MICROSECONDS, 9 * MICROSECONDS])),
        entered_from=draw(st.sampled_from([None, None, MICROSECONDS])),
        entered_until=draw(st.sampled_from([None, None, 4 * MICROSECONDS])),
    )


STEPS = st.sampled_from(
    [
        *[Step()] * 6,
        *[Step(optional=True)] * 2,
        Step(min_seconds=1),
        Step(max_seconds=1),
        Step(max_seconds=2),
        Step(min_seconds=1, max_seconds=1),
    ]
)


@st.composite
def exclusions(draw: st.DrawFn, order: Order, count: int) -> tuple[Exclusion, ...]:
    spans = [Exclusion(start, end) for start in range(count) for end in range(start + 1, count)]
    if order is Order.UNORDERED:
        spans = [Exclusion(0, count - 1)]
    return tuple(draw(st.lists(st.sampled_from(spans), min_size=1, max_size=2)))


@st.composite
def crowds(draw: st.DrawFn, question: Question) -> list[Event]:
    """Events of many people as (person, at, matches), on so few moments that many coincide."""
    masks = [1 << step for step in range(len(question.steps))]
    if (question.order is Order.UNORDERED or not question.tolerance) and draw(st.booleans()):
        masks = draw(overlaps(question))
    return draw(happenings(question, masks))


@st.composite
def happenings(draw: st.DrawFn, question: Question, masks: list[int]) -> list[Event]:
    for number in range(len(question.exclusions)):
        bit = 1 << (EXCLUSION_BIT + number)
        masks = [*masks, bit, draw(st.sampled_from(masks)) | bit]
    masks = [*masks, 1 << OTHER_BIT]
    # A failure names one person, so that there is nothing to shrink here, and one draw is quicker than hundreds.
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    person = np.repeat(np.arange(PEOPLE), random.integers(1, MOST_EVENTS + 1, PEOPLE))
    at = random.integers(0, MOMENTS, len(person)) * MICROSECONDS // 2
    return list(zip(person.tolist(), at.tolist(), random.choice(masks, len(person)).tolist(), strict=True))


@st.composite
def overlaps(draw: st.DrawFn, question: Question) -> list[int]:
    """What events can match when steps share a name, some of them with a filter; in any order also whatever else."""
    count = len(question.steps)
    if question.order is Order.UNORDERED:
        return draw(st.lists(st.integers(1, (1 << count) - 1), min_size=1, max_size=4))
    step = st.tuples(st.sampled_from("ab"), st.booleans())
    steps = draw(st.lists(step, min_size=count, max_size=count))
    masks = {
        sum(1 << place for place, (own, filtered) in enumerate(steps) if own == name and (passes or not filtered))
        for name, passes in product("ab", [False, True])
    }
    return sorted(masks - {0})


def stream_of(happened: list[Event]) -> Stream:
    columns = np.array(happened, np.int64).reshape(-1, 3).T
    return Stream(person=columns[0], at=columns[1], matches=columns[2])


def answer(people: kernel.People, place: int) -> Verdict:
    times = {step: int(at) for step, at in enumerate(people.at[:, place]) if at != kernel.NOT_AT}
    return Verdict(int(people.level[place]), times, bool(people.open[place]))


@pytest.mark.parametrize("mode", MODES, ids=lambda mode: "-".join(str(part or "none") for part in mode))
def test_the_kernel_finds_what_brute_force_finds(mode: tuple[Order, Entry, ExclusionMode | None]) -> None:
    @TRIED
    @given(st.data())
    def holds(data: st.DataObject) -> None:
        question = data.draw(questions(*mode))
        happened = data.draw(crowds(question))
        found = kernel.people(stream_of(happened), question)
        answers = {person: answer(found, place) for place, person in enumerate(found.person.tolist())}
        for person in range(PEOPLE):
            own = [Happened(at, matches) for other, at, matches in happened if other == person]
            assert (answers.get(person), own) == (verdict(own, question), own)

    holds()


def test_with_a_tolerance_an_exclusion_may_stop_an_attempt_that_starts_after_it() -> None:
    """Steps that count as simultaneous go back from the first; one of the 10,000 cases found it."""
    question = Question(
        steps=(Step(), Step(), Step(optional=True), Step(min_seconds=1, max_seconds=1)),
        window_seconds=2,
        order=Order.STRICT,
        tolerance_ms=1_000,
        exclusions=(Exclusion(2, 3),),
        exclusion_mode=ExclusionMode.STOP_AT,
    )
    excluded = 1 << EXCLUSION_BIT
    other = 1 << OTHER_BIT
    halves = [(11, excluded), (1, 4), (3, 8), (6, 1), (3, 2), (5, 1), (4, excluded), (0, excluded | 2), (0, other)]
    own = [Happened(half * MICROSECONDS // 2, matches) for half, matches in halves]
    found = kernel.people(stream_of([(1, event.at, event.matches) for event in own]), question)
    assert answer(found, 0) == verdict(own, question)


@TRIED
@given(st.data())
def test_with_a_tolerance_and_shared_steps_no_event_counts_twice_and_nobody_gets_too_deep(data: st.DataObject) -> None:
    """Earliest first may stop short of the deepest choice of events there, as the contract says, but not go beyond."""
    question = data.draw(questions(Order.ORDERED, Entry.FIRST, None))
    happened = data.draw(happenings(question, data.draw(overlaps(question))))
    people = kernel.people(stream_of(happened), question)
    for place, person in enumerate(people.person.tolist()):
        used = [event for event in people.origin[:, place].tolist() if event != NONE]
        assert len(used) == len(set(used))
        deepest = verdict([Happened(at, matches) for other, at, matches in happened if other == person], question)
        assert deepest is not None
        assert people.level[place] <= deepest.level or any(step.optional for step in question.steps)
