"""Reports, lists of people, trends, breakdowns and traces of small funnels that can be followed by hand."""

from dataclasses import asdict, replace
from datetime import UTC, datetime
from math import isfinite
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.metrics.errors import InvalidQuestion
from analytics.metrics.funnel import kernel, trend
from analytics.metrics.funnel.breakdown import Attribution, breakdown
from analytics.metrics.funnel.cells import Fate, people_behind
from analytics.metrics.funnel.question import Entry, Exclusion, ExclusionMode, Order, Question, Step
from analytics.metrics.funnel.report import Report, report
from analytics.metrics.funnel.semantics import fingerprint, semantics
from analytics.metrics.funnel.times import time_to_convert
from analytics.metrics.funnel.totals import totals
from analytics.metrics.funnel.trace import Reason, trace
from analytics.metrics.intervals import rate
from analytics.metrics.periods import Period, buckets
from analytics.metrics.stream import EXCLUSION_BIT, MICROSECONDS, OTHER_BIT, Stream

HOUR = 3_600
LETTERS = {letter: 1 << place for place, letter in enumerate("abcd")} | {
    "x": 1 << EXCLUSION_BIT,
    ".": 1 << OTHER_BIT,
}
ABC = Question(steps=(Step(),) * 3, window_seconds=10)


def told(*stories: str, values: dict[str, str] | None = None) -> Stream:
    """Each story is a person; its letters happen a second apart, those of steps, x for an exclusion, . for others."""
    rows = [
        (person, at * MICROSECONDS, LETTERS[letter])
        for person, story in enumerate(stories)
        for at, letter in enumerate(story)
        if letter != " "
    ]
    person, at, matches = np.array(rows, np.int64).reshape(-1, 3).T
    return Stream(person=person, at=at, matches=matches)


def answer(stream: Stream, question: Question) -> Report:
    return report(kernel.people(stream, question), question)


def test_people_and_rates_of_each_step() -> None:
    found = answer(told("abc", "ab", "a", "a", "bc"), ABC)
    assert [step.people for step in found.steps] == [4, 2, 1]
    assert [step.from_first for step in found.steps] == [rate(4, 4), rate(2, 4), rate(1, 4)]
    assert found.steps[2].from_previous == rate(1, 2)
    assert [step.dropped for step in found.steps] == [0, 2, 1]
    assert found.critical_step == 1
    assert found.conversion == rate(1, 4)
    assert found.seconds is not None
    assert found.seconds.median == 2


def test_who_can_still_convert_is_not_dropped() -> None:
    stream = told("a", "      ab", "abc")
    found = answer(stream, replace(ABC, as_of=12 * MICROSECONDS))
    assert [step.dropped for step in found.steps] == [0, 1, 0]
    assert [step.open for step in found.steps] == [0, 0, 1]
    assert found.open == 1
    # Of those whose windows have run out one of two converted; the open person is in neither.
    assert found.settled_conversion == rate(1, 2)


def test_a_rate_of_nobody_settled_is_none_and_not_zero() -> None:
    found = answer(told("a", "ab"), replace(ABC, as_of=2 * MICROSECONDS))
    assert found.settled_conversion.value is None
    assert [step.dropped for step in found.steps] == [0, 0, 0]
    assert found.critical_step is None


def test_what_is_later_than_as_of_is_not_known_yet() -> None:
    assert answer(told("abc"), replace(ABC, as_of=1 * MICROSECONDS)).steps[2].people == 0


def test_of_nothing_the_answer_is_empty_and_has_no_nan() -> None:
    found = asdict(answer(told(), ABC))
    assert found["people"] == 0
    assert all(isfinite(number) for number in numbers(found))
    assert time_to_convert(kernel.people(told(), ABC), 0, 2).bins == ()


def numbers(value: Any) -> list[float]:
    if isinstance(value, dict):
        return [number for part in value.values() for number in numbers(part)]
    if isinstance(value, tuple | list):
        return [number for part in value for number in numbers(part)]
    return [value] if isinstance(value, int | float) else []


STORIES = st.lists(st.text("abcx.", max_size=12), max_size=8)
QUESTIONS = st.sampled_from(
    [
        ABC,
        replace(ABC, order=Order.STRICT),
        replace(ABC, order=Order.UNORDERED, exclusions=(Exclusion(0, 2),)),
        replace(ABC, exclusions=(Exclusion(0, 1),)),
        replace(ABC, steps=(Step(), Step(optional=True), Step()), as_of=15 * MICROSECONDS),
        replace(ABC, entry=Entry.FIRST, window_seconds=3),
    ]
)


@given(STORIES, QUESTIONS)
def test_lists_of_people_are_as_long_as_the_report_says(stories: list[str], question: Question) -> None:
    people = kernel.people(told(*stories), question)
    for number, step in enumerate(report(people, question).steps):
        assert len(people_behind(people, question, number, Fate.REACHED)) == step.people
        assert len(people_behind(people, question, number, Fate.OPEN)) == step.open
        assert len(people_behind(people, question, number, Fate.DROPPED)) == step.dropped


@given(STORIES, QUESTIONS, st.randoms(use_true_random=False))
def test_the_order_of_the_events_changes_no_byte(stories: list[str], question: Question, random: Any) -> None:
    stream = told(*stories)
    places = list(range(len(stream.at)))
    random.shuffle(places)
    shuffled = Stream(person=stream.person[places], at=stream.at[places], matches=stream.matches[places])
    assert repr(answer(shuffled, question)) == repr(answer(stream, question))


@given(STORIES, QUESTIONS)
def test_the_trace_of_a_person_tells_what_the_report_counted(stories: list[str], question: Question) -> None:
    stream = told(*stories)
    people = kernel.people(stream, question)
    for place, person in enumerate(people.person.tolist()):
        found = trace(stream, question, person)
        assert (found.reason is Reason.CONVERTED) == bool(people.converted[place])
        assert (found.reason is Reason.STILL_POSSIBLE) == bool(people.open[place])
        if people.level[place]:
            assert [at is not None for at in found.reached_at] == (people.at[:, place] != kernel.NOT_AT).tolist()
            assert [place for place in found.origins if place is not None] == [
                place for place in people.origin[:, place] if place >= 0
            ]


@pytest.mark.parametrize(
    ("story", "question", "reason", "step", "second"),
    [
        ("abc", ABC, Reason.CONVERTED, None, 2),
        ("bc", ABC, Reason.NEVER_ENTERED, 0, None),
        ("ab", ABC, Reason.NEVER_HAPPENED, 2, None),
        ("cab", ABC, Reason.ONLY_BEFORE, 2, 0),
        ("ab          c", ABC, Reason.AFTER_THE_WINDOW, 2, 12),
        ("ab.c", replace(ABC, order=Order.STRICT), Reason.INTERRUPTED, 2, 2),
        ("axbc", replace(ABC, exclusions=(Exclusion(0, 1),)), Reason.EXCLUDED, 2, 1),
        ("abxc", replace(ABC, exclusions=(Exclusion(1, 2),), exclusion_mode="reset"), Reason.EXCLUDED, 2, 2),
        ("ab  c", replace(ABC, steps=(Step(), Step(), Step(max_seconds=2))), Reason.OUTSIDE_ITS_LIMITS, 2, 4),
        ("ab", replace(ABC, as_of=5 * MICROSECONDS), Reason.STILL_POSSIBLE, 2, None),
        ("ca", replace(ABC, order=Order.UNORDERED), Reason.NEVER_HAPPENED, None, None),
    ],
)
def test_a_trace_says_why(story: str, question: Question, reason: Reason, step: int | None, second: int | None) -> None:
    found = trace(told("abc", story), question, 1)
    at = None if second is None else second * MICROSECONDS
    assert (found.reason, found.missing_step, found.at) == (reason, step, at)


def test_a_step_may_be_taken_later_when_the_next_must_follow_soon() -> None:
    """Added to the cart on Monday and again on Tuesday, paid five minutes after that."""
    soon = replace(ABC, steps=(Step(), Step(), Step(max_seconds=1)))
    people = kernel.people(told("ab   bc"), soon)
    assert people.at[:, 0].tolist() == [0, 5 * MICROSECONDS, 6 * MICROSECONDS]


@pytest.mark.parametrize(
    ("mode", "level", "level_with_second_try"),
    [(ExclusionMode.DROP_USER, 0, 2), (ExclusionMode.RESET, 1, 2), (ExclusionMode.STOP_AT, 1, 1)],
)
def test_what_an_exclusion_does(mode: ExclusionMode, level: int, level_with_second_try: int) -> None:
    question = replace(ABC, exclusions=(Exclusion(0, 1),), exclusion_mode=mode)
    assert kernel.people(told("axb", "axab"), question).level.tolist() == [level, level_with_second_try]


def test_an_exclusion_after_the_window_does_nothing() -> None:
    question = replace(ABC, exclusions=(Exclusion(0, 1),), window_seconds=2)
    assert kernel.people(told("a..x"), question).level.tolist() == [1]


def test_optional_steps_are_counted_and_lose_nobody() -> None:
    found = answer(told("abc", "ac", "a", "ab"), replace(ABC, steps=(Step(), Step(optional=True), Step())))
    assert [step.people for step in found.steps] == [4, 2, 2]
    assert [step.dropped for step in found.steps] == [0, 0, 2]
    assert found.steps[2].from_previous == rate(2, 4)


def test_the_times_are_those_of_the_attempt_opened_last() -> None:
    people = kernel.people(told("a.a.bc"), ABC)
    assert people.at[:, 0].tolist() == [2 * MICROSECONDS, 4 * MICROSECONDS, 5 * MICROSECONDS]


def test_totals_count_attempts_one_after_another() -> None:
    two = replace(ABC, steps=(Step(), Step()), window_seconds=3)
    # In turn: converts; enters, and the window ends; enters while that goes on; enters and converts.
    people = totals(told("ab" + "a..a." + "ab"), two)
    assert [step.people for step in report(people, two).steps] == [3, 2]


def test_a_person_counts_once_in_each_period_of_entry() -> None:
    hours = buckets(datetime(1970, 1, 1, tzinfo=UTC), datetime(1970, 1, 1, 2, tzinfo=UTC), Period.HOUR, "UTC")
    person = np.zeros(5, np.int64)
    at = np.array([0, 10, 20, HOUR, HOUR + 1]) * MICROSECONDS
    stream = Stream(person=person, at=at, matches=np.array([1, 1, 2, 1, 2]))
    found = trend.trend(stream, replace(ABC, steps=(Step(), Step()), window_seconds=60), hours)
    assert [(period.people, period.converted) for period in found] == [(1, 1), (1, 1)]


SECONDS = buckets(datetime(1970, 1, 1, tzinfo=UTC), datetime(1970, 1, 1, 1, tzinfo=UTC), Period.HOUR, "UTC")


@given(STORIES, QUESTIONS)
def test_a_trend_of_one_period_is_the_report(stories: list[str], question: Question) -> None:
    (found,) = trend.trend(told(*stories), question, SECONDS)
    whole = answer(told(*stories), question)
    assert (found.people, found.conversion) == (whole.people, whole.conversion)
    assert len(trend.people_behind(told(*stories), question, SECONDS, 0)) == whole.people + whole.excluded


VALUES = ("red", "green")


def coloured(stories: list[str], colours: list[int]) -> Stream:
    stream = told(*stories)
    value = np.resize(np.array(colours, np.int64), len(stream.at))
    return Stream(stream.person, stream.at, stream.matches, value, VALUES)


@given(STORIES, QUESTIONS, st.lists(st.integers(-1, 1), min_size=1), st.sampled_from(["first", "last", "step"]))
def test_the_segments_of_a_breakdown_add_up(
    stories: list[str], question: Question, colours: list[int], by: str
) -> None:
    stream = coloured(stories, colours)
    found = breakdown(stream, question, Attribution(by), step=1)
    whole = answer(stream, question)
    for number, step in enumerate(whole.steps):
        assert sum(segment.report.steps[number].people for segment in found) == step.people


@pytest.mark.parametrize(
    ("by", "step", "expected"),
    [
        ("first", 0, {"red": [1, 1, 1], None: [1, 0, 0]}),
        ("last", 0, {"green": [1, 1, 1], None: [1, 0, 0]}),
        ("step", 1, {"green": [1, 1, 1], None: [1, 0, 0]}),
        ("all", 0, {"red": [1, 0, 0], None: [1, 0, 0]}),
    ],
)
def test_whose_value_a_person_gets(by: str, step: int, expected: dict[str | None, list[int]]) -> None:
    stream = coloured(["abc", "a"], [0, 1, 1, -1])
    found = breakdown(stream, ABC, Attribution(by), step)
    assert {segment.value: [each.people for each in segment.report.steps] for segment in found} == expected


def test_who_never_reached_the_step_of_the_value_is_apart_from_who_had_none() -> None:
    """So that the others are PostHog's groups: there they "are nulled out"."""
    found = breakdown(coloured(["ab", "a"], [0, -1, -1]), ABC, Attribution.STEP, step=1)
    assert [(segment.value, segment.never_reached, segment.report.people) for segment in found] == [
        (None, True, 1),
        (None, False, 1),
    ]


def test_values_beyond_the_largest_are_put_together() -> None:
    stream = coloured(["a", "a", "a"], [0, 0, 1])
    found = breakdown(stream, ABC, Attribution.FIRST, most=1)
    assert [(segment.value, segment.is_rest, segment.report.people) for segment in found] == [
        ("red", False, 2),
        (None, True, 1),
    ]


@pytest.mark.parametrize("by", [Attribution.FIRST, Attribution.ALL])
def test_a_breakdown_of_nothing_is_empty(by: Attribution) -> None:
    assert breakdown(coloured([], [0]), ABC, by) == ()


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"steps": ()}, "steps"),
        ({"steps": (Step(),)}, "steps"),
        ({"steps": (Step(),) * 21}, "steps"),
        ({"steps": (Step(), Step(optional=True))}, "steps"),
        ({"steps": (Step(optional=True), Step())}, "steps.0"),
        ({"steps": (Step(), Step(optional=True, max_seconds=1), Step())}, "steps.1"),
        ({"steps": (Step(), Step(min_seconds=11))}, "steps.1.min_seconds"),
        ({"steps": (Step(), Step(min_seconds=3, max_seconds=2))}, "steps.1.max_seconds"),
        ({"window_seconds": 0}, "window_seconds"),
        ({"window_seconds": -1}, "window_seconds"),
        ({"window_seconds": 10**12}, "window_seconds"),
        ({"tolerance_ms": -1}, "tolerance_ms"),
        ({"exclusions": (Exclusion(2, 3),)}, "exclusions.0.from_step"),
        ({"exclusions": (Exclusion(0, 1), Exclusion(1, 1))}, "exclusions.1.to_step"),
        ({"exclusions": (Exclusion(0, 1),) * 21}, "exclusions"),
        ({"entered_from": 5, "entered_until": 5}, "entered_until"),
        ({"order": Order.UNORDERED, "steps": (Step(), Step(max_seconds=1))}, "steps"),
        ({"order": Order.UNORDERED, "exclusions": (Exclusion(0, 1),)}, "exclusions.0"),
        ({"order": Order.UNORDERED, "exclusion_mode": ExclusionMode.DROP_USER}, "exclusion_mode"),
    ],
)
def test_a_question_without_an_answer_names_its_field(changed: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidQuestion) as refused:
        replace(ABC, **changed)
    assert refused.value.field == field


def test_equal_questions_have_equal_names() -> None:
    assert fingerprint(ABC) == fingerprint(replace(ABC))
    assert fingerprint(ABC) != fingerprint(replace(ABC, window_seconds=11))
    assert semantics(ABC)["order"] == "ordered"


EVERY_WAY = [
    ABC,
    replace(ABC, tolerance_ms=2_000),
    replace(ABC, order=Order.STRICT),
    replace(ABC, order=Order.UNORDERED),
    replace(ABC, exclusions=(Exclusion(0, 2),)),
    replace(ABC, steps=(Step(), Step(optional=True), Step(max_seconds=3))),
]


@pytest.mark.timeout(20)
@pytest.mark.parametrize("question", EVERY_WAY, ids=range(len(EVERY_WAY)))
@pytest.mark.parametrize("overlapping", [False, True])
def test_one_person_with_100000_events_is_no_burden(question: Question, overlapping: bool) -> None:
    """All in one long window, where anything quadratic would take minutes."""
    count = 100_000
    random = np.random.default_rng(1)
    matches = random.integers(1, 8, count) if overlapping else 1 << random.integers(0, 3, count)
    at = random.integers(0, count, count) * MICROSECONDS
    stream = Stream(person=np.zeros(count, np.int64), at=at, matches=matches)
    people = kernel.people(stream, replace(question, window_seconds=10 * count))
    assert people.level.tolist() == [3]
