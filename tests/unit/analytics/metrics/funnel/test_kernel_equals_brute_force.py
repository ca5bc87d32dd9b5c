"""The kernel beside the brute force of oracle.py, on streams full of ties.

`FUNNEL_EXAMPLES=10000` tries that many random streams in each mode; the usual run tries fewer.
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

EXAMPLES = int(os.environ.get("FUNNEL_EXAMPLES", "25"))
TRIED = settings(
    max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck), derandomize=True
)
OTHER = 1 << OTHER_BIT


@st.composite
def events(draw: st.DrawFn, *, steps: int, exclusions: int = 0, overlapping: bool = False, longest: int = 14) -> list:
    """One to three people's events as (person, at, matches), on few moments so that many coincide."""
    plain = [1 << step for step in range(steps)] + [1 << (EXCLUSION_BIT + number) for number in range(exclusions)]
    matches = st.sampled_from([*plain, OTHER])
    if overlapping:
        matches |= st.integers(1, (1 << steps) - 1)
    if exclusions:
        matches |= st.tuples(st.sampled_from(plain), st.sampled_from(plain)).map(lambda two: two[0] | two[1])
    moment = st.integers(0, 12).map(lambda half_seconds: half_seconds * MICROSECONDS // 2)
    return draw(st.lists(st.tuples(st.integers(5, 7), moment, matches), max_size=longest))


def stream_of(happened: list) -> Stream:
    columns = np.array(happened, np.int64).reshape(-1, 3).T
    return Stream(person=columns[0], at=columns[1], matches=columns[2])


def agree(happened: list, question: Question) -> None:
    found = kernel.people(stream_of(happened), question)
    answers = {}
    for place, person in enumerate(found.person.tolist()):
        times = {step: int(at) for step, at in enumerate(found.at[:, place]) if at != kernel.NOT_AT}
        answers[person] = (int(found.level[place]), times, bool(found.open[place]))
    wanted = {}
    for person in sorted({person for person, _, _ in happened}):
        own = verdict([Happened(at, matches) for other, at, matches in happened if other == person], question)
        if own is not None:
            wanted[person] = (own.level, own.times, own.open)
    assert answers == wanted


MODES = [
    (order, entry, marking)
    for order, entry, marking in product(Order, Entry, [None, *ExclusionMode])
    if order is not Order.UNORDERED or marking in {None, ExclusionMode.RESET}
]


@st.composite
def questions(draw: st.DrawFn, order: Order, entry: Entry, marking: ExclusionMode | None, extra: str) -> Question:
    count = draw(st.integers(2, 4))
    steps = [Step()] * count
    if extra == "optional":
        steps[1:] = [Step(optional=draw(st.booleans())) for _ in steps[1:]]
        if all(step.optional for step in steps[1:]):
            steps[-1] = Step()
    if extra == "limits":
        steps[1:] = [draw(limits()) for _ in steps[1:]]
    exclusions = []
    for _ in range(draw(st.integers(1, 2)) if marking else 0):
        start = 0 if order is Order.UNORDERED else draw(st.integers(0, count - 2))
        end = count - 1 if order is Order.UNORDERED else draw(st.integers(start + 1, count - 1))
        exclusions.append(Exclusion(start, end))
    return Question(
        steps=tuple(steps),
        window_seconds=draw(st.integers(2, 6)),
        order=order,
        entry=entry,
        tolerance_ms=draw(st.sampled_from([500, 1_000])) if extra == "tolerance" else 0,
        exclusions=tuple(exclusions),
        exclusion_mode=marking,
        as_of=draw(st.none() | st.integers(0, 8).map(lambda second: second * MICROSECONDS)),
        entered_from=draw(st.none() | st.just(MICROSECONDS)),
        entered_until=draw(st.none() | st.just(4 * MICROSECONDS)),
    )


@st.composite
def limits(draw: st.DrawFn) -> Step:
    least = draw(st.sampled_from([None, 0, 1]))
    most = draw(st.sampled_from([None, 1, 2]))
    return Step(min_seconds=least, max_seconds=most)


def ids(mode: tuple) -> str:
    return "-".join(str(part or "none") for part in mode)


@pytest.mark.parametrize("mode", MODES, ids=ids)
@pytest.mark.parametrize("extra", ["plain", "overlapping", "optional", "limits", "tolerance"])
def test_the_kernel_finds_what_brute_force_finds(mode: tuple, extra: str) -> None:
    order, entry, marking = mode
    if order is Order.UNORDERED and extra in {"optional", "limits"}:
        pytest.skip("unordered funnels refuse it")

    @TRIED
    @given(st.data())
    def holds(data: st.DataObject) -> None:
        question = data.draw(questions(order, entry, marking, extra))
        happened = data.draw(
            events(
                steps=len(question.steps),
                exclusions=len(question.exclusions),
                overlapping=extra == "overlapping" or data.draw(st.booleans()),
            )
        )
        agree(happened, question)

    holds()
