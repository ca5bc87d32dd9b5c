"""A metric over time: what plain counting says, in every bucket, with gaps filled and reasons given."""

from collections import defaultdict
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.metrics.formulas import combined, formula
from analytics.metrics.measures import Aggregate, Measure, Operation
from analytics.metrics.periods import Buckets, Period, buckets, microseconds
from analytics.metrics.series import (
    Gap,
    Point,
    overall,
    series,
    series_by_value,
    series_of_sums,
)
from analytics.metrics.stream import Samples

START = datetime(2026, 3, 2, tzinfo=UTC)
DAY = 86_400_000_000
SOON = microseconds(START + timedelta(days=400))


def week() -> Buckets:
    return buckets(START, START + timedelta(days=7), Period.DAY, "UTC")


def samples(*rows: tuple[int, float, float | None, int]) -> Samples:
    """(person, days after the start, number, breakdown value)"""
    person, days, amount, value = zip(*rows, strict=True) if rows else ((), (), (), ())
    at = np.array([microseconds(START) + int(each * DAY) for each in days], np.int64)
    numbers = np.array([np.nan if each is None else each for each in amount], float)
    return Samples(np.array(person, np.int64), at, numbers, np.array(value, np.int64), ("app", "web"))


def values(rows: Samples, aggregate: Aggregate, percent: float = 50) -> list[float | None]:
    return [point.value for point in series(rows, week(), Measure(aggregate, percent), as_of=SOON).points]


rows = st.lists(
    st.tuples(
        st.integers(0, 5),
        st.floats(-2, 9),
        st.none() | st.floats(-1e6, 1e6),
        st.integers(-1, 1),
    ),
    max_size=40,
)


def plainly(found: list[tuple[int, float | None]], aggregate: Aggregate) -> float | None:
    numbers = [number for _, number in found if number is not None]
    if aggregate is Aggregate.COUNT:
        return len(found)
    if aggregate is Aggregate.PEOPLE:
        return len({person for person, _ in found})
    if aggregate is Aggregate.SUM:
        return sum(numbers)
    if not numbers:
        return None
    return float(np.mean(numbers) if aggregate is Aggregate.AVERAGE else np.percentile(numbers, 90))


@given(rows)
def test_every_bucket_is_what_plain_counting_says(given_rows: list[tuple[int, float, float | None, int]]) -> None:
    data, cut = samples(*given_rows), week()
    split: dict[tuple[int, int], list[tuple[int, float | None]]] = defaultdict(list)
    for (person, _, amount, value), day in zip(given_rows, cut.numbers(data.at), strict=True):
        split[int(day), value].append((person, amount))
    for aggregate in Aggregate:
        found = series_by_value(data, cut, Measure(aggregate, 90), as_of=SOON)
        for name, value in (("app", 0), ("web", 1)):
            expected = [plainly(split[day, value], aggregate) for day in range(7)]
            assert [point.value for point in found[name].points] == pytest.approx(expected)
        everyone = [[row for value in (-1, 0, 1) for row in split[day, value]] for day in range(7)]
        assert values(data, aggregate, 90) == pytest.approx([plainly(day, aggregate) for day in everyone])
        whole = overall(data, cut, Measure(aggregate, 90)).value
        assert whole == pytest.approx(plainly([row for day in everyone for row in day], aggregate))


def test_days_without_events_are_zero_for_counts_and_nothing_for_means() -> None:
    rows = samples((1, 0.5, 4.0, 0), (1, 2.5, None, 0), (2, 2.6, 8.0, 0))
    assert values(rows, Aggregate.COUNT) == [1, 0, 2, 0, 0, 0, 0]
    assert values(rows, Aggregate.SUM) == [4, 0, 8, 0, 0, 0, 0]
    assert values(rows, Aggregate.AVERAGE) == [4, None, 8, None, None, None, None]
    assert series(rows, week(), Measure(Aggregate.AVERAGE), as_of=SOON).points[1].gap is Gap.NO_EVENTS


def test_no_events_at_all_are_an_empty_series_not_an_error() -> None:
    for aggregate in Aggregate:
        expected = None if aggregate in {Aggregate.AVERAGE, Aggregate.PERCENTILE} else 0
        assert values(samples(), aggregate) == [expected] * 7


def test_a_bucket_that_has_not_ended_is_marked_and_one_that_has_not_begun_has_no_value() -> None:
    found = series(
        samples((1, 0.5, 1.0, 0)), week(), Measure(Aggregate.COUNT), as_of=int(microseconds(START) + 1.5 * DAY)
    )
    assert found.points[:3] == [Point(1), Point(0, None, complete=False), Point(None, Gap.NOT_YET, complete=False)]
    assert found.complete() == [1]


def test_a_bucket_that_ends_now_is_complete() -> None:
    found = series(samples(), week(), Measure(Aggregate.COUNT), as_of=microseconds(START) + DAY)
    assert found.complete() == [0]


def test_people_are_counted_once_in_each_bucket_and_once_in_all() -> None:
    rows = samples((1, 0.1, None, 0), (1, 0.2, None, 0), (1, 1.1, None, 0), (2, 1.2, None, 0))
    assert values(rows, Aggregate.PEOPLE)[:2] == [1, 2]
    assert overall(rows, week(), Measure(Aggregate.PEOPLE)) == Point(2)


def test_daily_counts_add_up_to_weeks_of_the_brands_own_calendar() -> None:
    cut = buckets(START, START + timedelta(days=20), Period.WEEK, "Europe/Berlin")
    days = cut.edges[0] + DAY * np.arange(-1, 14)
    found = series_of_sums(days, np.ones(15), cut, as_of=SOON)
    assert [point.value for point in found.points] == [7, 7, 0]


def test_a_day_of_25_hours_takes_all_its_events() -> None:
    cut = buckets(
        datetime(2026, 10, 24, 22, tzinfo=UTC), datetime(2026, 10, 26, tzinfo=UTC), Period.DAY, "Europe/Berlin"
    )
    hours = cut.edges[0] + 3_600_000_000 * np.arange(48)
    found = series(Samples(np.zeros(48, np.int64), hours, np.ones(48)), cut, Measure(Aggregate.SUM), as_of=SOON)
    assert [point.value for point in found.points] == [25, 23]


def test_numbers_too_large_to_add_up_are_a_gap_with_its_reason() -> None:
    found = series(samples((1, 0.5, 1e308, 0), (1, 0.6, 1e308, 0)), week(), Measure(Aggregate.SUM), as_of=SOON)
    assert found.points[0] == Point(None, Gap.TOO_LARGE)


def test_samples_without_a_breakdown_have_no_series_by_value() -> None:
    none = np.zeros(0, np.int64)
    with pytest.raises(ValueError, match="breakdown"):
        series_by_value(Samples(none, none, np.zeros(0)), week(), Measure(Aggregate.COUNT), as_of=SOON)


@pytest.mark.parametrize(
    ("operation", "value"),
    [(Operation.PLUS, 8), (Operation.MINUS, 4), (Operation.TIMES, 12), (Operation.DIVIDED_BY, 3)],
)
def test_a_formula_works_bucket_by_bucket(operation: Operation, value: float) -> None:
    six = series_of_sums(week().edges[:-1], np.full(7, 6.0), week(), as_of=SOON)
    two = series_of_sums(week().edges[:-1], np.full(7, 2.0), week(), as_of=SOON)
    assert [point.value for point in formula(six, operation, two).points] == [value] * 7


def test_what_a_formula_cannot_tell_has_a_reason() -> None:
    assert combined(Point(1), Operation.DIVIDED_BY, Point(0)) == Point(None, Gap.DIVISION_BY_ZERO)
    assert combined(Point(0), Operation.DIVIDED_BY, Point(0)) == Point(None, Gap.DIVISION_BY_ZERO)
    assert combined(Point(1e308), Operation.TIMES, Point(1e308)) == Point(None, Gap.TOO_LARGE)
    assert combined(Point(1), Operation.PLUS, Point(None, Gap.NO_EVENTS)) == Point(None, Gap.NO_EVENTS)
    assert combined(Point(1, complete=False), Operation.PLUS, Point(1)) == Point(2, complete=False)
