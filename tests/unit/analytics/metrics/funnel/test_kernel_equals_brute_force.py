"""The kernel beside the brute force of oracle.py, on streams full of ties.

`FUNNEL_EXAMPLES=10000` tries that many random funnels and streams in each mode; the usual run tries fewer.
"""

import os
from itertools import product

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analytics.metrics.funnel import kernel
from analytics.metrics.funnel.question import Entry, Exclusion, ExclusionMode, Order, Question, Step
from analytics.metrics.stream import EXCLUSION_BIT, MICROSECONDS, OTHER_BIT, Stream
from tests.unit.analytics.metrics.funnel.oracle import Happened, verdict

TRIED = settings(
    max_examples=int(os.environ.get("FUNNEL_EXAMPLES", "60")),
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
OTHER = 1 << OTHER_BIT
PEOPLE, MOMENTS, MOST_EVENTS = 3, 13, 20
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
def streams(draw: st.DrawFn, question: Question) -> list[Event]:
    """Events of some people as (person, at, matches), on few moments so that many coincide."""
    masks = draw(st.booleans()) and draw(overlaps(question))
    masks = masks or [1 << step for step in range(len(question.steps))]
    for number in range(len(question.exclusions)):
        bit = 1 << (EXCLUSION_BIT + number)
        masks = [*masks, bit, draw(st.sampled_from(masks)) | bit]
    masks = [*masks, OTHER]
    codes = draw(st.lists(st.integers(0, PEOPLE * MOMENTS * len(masks) - 1), max_size=MOST_EVENTS))
    return [event(code, masks) for code in codes]


def event(code: int, masks: list[int]) -> Event:
    code, mask = divmod(code, len(masks))
    person, half_seconds = divmod(code, MOMENTS)
    return person, half_seconds * MICROSECONDS // 2, masks[mask]


@st.composite
def overlaps(draw: st.DrawFn, question: Question) -> list[int]:
    """What events can match when steps share a name, some of them with a filter; in any order also whatever else.

    Not with filters and a tolerance at once: of events that are simultaneous only by tolerance the earlier is taken,
    even where a later one that matches fewer steps would do and save it for a deeper step.
    """
    count = len(question.steps)
    if question.order is Order.UNORDERED:
        return draw(st.lists(st.integers(1, (1 << count) - 1), min_size=1, max_size=4))
    step = st.tuples(st.sampled_from("ab"), st.just(False) if question.tolerance else st.booleans())
    steps = draw(st.lists(step, min_size=count, max_size=count))
    masks = {
        sum(1 << place for place, (own, filtered) in enumerate(steps) if own == name and (passes or not filtered))
        for name, passes in product("ab", [False, True])
    }
    return sorted(masks - {0})


def stream_of(happened: list[Event]) -> Stream:
    columns = np.array(happened, np.int64).reshape(-1, 3).T
    return Stream(person=columns[0], at=columns[1], matches=columns[2])


@pytest.mark.parametrize("mode", MODES, ids=lambda mode: "-".join(str(part or "none") for part in mode))
def test_the_kernel_finds_what_brute_force_finds(mode: tuple[Order, Entry, ExclusionMode | None]) -> None:
    @TRIED
    @given(st.data())
    def holds(data: st.DataObject) -> None:
        question = data.draw(questions(*mode))
        happened = data.draw(streams(question))
        found = kernel.people(stream_of(happened), question)
        answers = {}
        for place, person in enumerate(found.person.tolist()):
            times = {step: int(at) for step, at in enumerate(found.at[:, place]) if at != kernel.NOT_AT}
            answers[person] = (int(found.level[place]), times, bool(found.open[place]))
        wanted = {}
        for person in range(PEOPLE):
            own = verdict([Happened(at, matches) for other, at, matches in happened if other == person], question)
            if own is not None:
                wanted[person] = (own.level, own.times, own.open)
        assert answers == wanted

    holds()
