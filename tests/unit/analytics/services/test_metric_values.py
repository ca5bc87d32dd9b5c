"""A metric's answer: over time, in all, against the period before, and by the values of a property."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import numpy as np
import pytest

from analytics.metrics.periods import Period, microseconds
from analytics.metrics.series import Gap, Point
from analytics.metrics.stream import Samples
from analytics.services.definitions import read
from analytics.services.metric_values import MOST_VALUES, Asked, Values, values
from analytics.stores.base import Range, Selection
from brands.errors import InvalidInput

BRAND = UUID(int=7)
NOW = datetime(2026, 3, 20, 12, tzinfo=UTC)
COUNT = {"measure": "count", "event": "visit"}
SOLD = {"measure": "sum", "event": "sale", "property": "amount"}
RATE = {"measure": "formula", "operation": "divided_by", "first": SOLD, "second": COUNT}


@dataclass(frozen=True)
class Happened:
    name: str
    day: float
    person: int = 1
    amount: float | None = None
    source: str = ""


class Memory:
    """A store of few events: those after the first of March by `day`."""

    def __init__(self, events: Sequence[Happened]) -> None:
        self.events = events
        self.asked: list[dict[str, Any]] = []

    def samples(self, *, selection: Selection, within: Range, **asked: Any) -> Samples:
        self.asked.append(asked | {"within": within})
        start = microseconds(datetime(2026, 3, 1, tzinfo=UTC))
        found = [each for each in self.events if each.name == selection.event]
        at = np.array([start + int(each.day * 86_400_000_000) for each in found], np.int64)
        names = sorted({each.source for each in found if each.source})
        split = np.array([names.index(each.source) if each.source else -1 for each in found], np.int64)
        amount = np.array([np.nan if each.amount is None else each.amount for each in found], float)
        person = np.array([each.person for each in found], np.int64)
        inside = (at >= microseconds(within.start)) & (at < microseconds(within.end))
        return Samples(person[inside], at[inside], amount[inside], split[inside], tuple(names))


def answer(definition: dict[str, Any], events: Sequence[Happened], timezone: str = "UTC", **asked: Any) -> Values:
    days = {"from_date": date(2026, 3, 15), "to_date": date(2026, 3, 21)}
    question = Asked(**{**days, **asked})
    return values(
        store=Memory(events), brand_id=BRAND, timezone=timezone, definition=read(definition), asked=question, at=NOW
    )


def visits(*days: float, **facts: Any) -> list[Happened]:
    return [Happened("visit", day, **facts) for day in days]


def test_a_count_has_every_day_of_the_brand_also_the_one_that_goes_on_and_the_one_to_come() -> None:
    found = answer(COUNT, visits(14.5, 14.6, 16.1, 19.2))
    assert [point.value for point in found.series.points] == [2, 0, 1, 0, 0, 1, None]
    assert [point.complete for point in found.series.points] == [True] * 5 + [False] * 2
    assert found.series.points[6].gap is Gap.NOT_YET
    assert found.total == Point(4)


def test_a_formula_has_a_value_of_both_or_the_reason_why_not() -> None:
    events = [*visits(14.5, 14.6), Happened("sale", 14.7, amount=10.0), Happened("sale", 15.1, amount=5.0)]
    found = answer(RATE, events)
    assert found.series.points[:2] == [Point(5), Point(None, Gap.DIVISION_BY_ZERO)]
    assert found.total == Point(7.5)


def test_the_period_before_is_compared_as_far_as_this_one_goes() -> None:
    events = visits(*(day + 0.1 for day in range(7, 20)), 12.2, 13.3)  # the former 7 days, and so far 6
    found = answer(COUNT, events, compare=True)
    assert found.former is not None
    assert [point.value for point in found.former.series.points] == [1, 1, 1, 1, 1, 2, 2]
    assert found.former.total == Point(9)
    assert found.former.change is not None
    # Five days have ended: 5 against the 5 of the first five days before.
    assert (found.former.change.absolute, found.former.change.relative) == (0, 0)


def test_hours_around_a_change_of_the_clocks_are_compared() -> None:
    week = {"from_date": date(2026, 3, 29), "to_date": date(2026, 3, 29), "period": Period.HOUR}
    found = answer(COUNT, [], timezone="Europe/Berlin", compare=True, **week)
    assert (len(found.series.points), len(found.former.series.points)) == (23, 24)


def test_each_value_of_a_property_has_its_own_numbers_the_largest_first() -> None:
    events = [*visits(14.5, 15.5, source="web"), *visits(14.2, source="app"), *visits(14.3)]
    found = answer(COUNT, events, breakdown="source")
    assert [(part.value, part.total.value) for part in found.parts] == [("web", 2), ("app", 1)]
    assert [point.value for point in found.parts[0].series.points[:3]] == [1, 1, 0]
    assert found.total == Point(4)


def test_a_formula_is_split_by_the_values_of_both() -> None:
    events = [*visits(14.5, 14.6, source="web"), Happened("sale", 14.7, amount=10.0, source="web")]
    events += [Happened("sale", 14.8, amount=3.0, source="shop")]
    found = {part.value: part.total for part in answer(RATE, events, breakdown="source").parts}
    assert found == {"web": Point(5), "shop": Point(None, Gap.DIVISION_BY_ZERO)}


def test_of_many_values_the_largest_are_told_and_the_others_counted() -> None:
    events = [each for number in range(30) for each in visits(*[14.5] * (number + 1), source=f"s{number:02d}")]
    found = answer(COUNT, events, breakdown="source")
    assert [part.value for part in found.parts][:2] == ["s29", "s28"]
    assert (len(found.parts), found.left_out) == (MOST_VALUES, 10)


@pytest.mark.parametrize(
    "definition", [COUNT, SOLD, RATE, {"measure": "people"}, {"measure": "average", "property": "x"}]
)
def test_a_brand_without_events_gets_an_answer_without_numbers_it_cannot_have(definition: dict[str, Any]) -> None:
    found = answer(definition, [], compare=True, breakdown="source")
    assert len(found.series.points) == 7
    assert (found.parts, found.left_out) == ([], 0)
    assert found.trend.direction is None


@pytest.mark.parametrize(
    "asked",
    [
        {"from_date": date(2026, 3, 22)},
        {"from_date": date(2014, 3, 22)},
        {"from_date": date(2025, 3, 22), "period": Period.HOUR},
    ],
)
def test_ranges_that_are_inverted_or_too_long_are_refused(asked: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput) as refused:
        answer(COUNT, [], **asked)
    assert list(refused.value.fields) == ["from"]


def test_ten_years_of_months_are_asked_for_once() -> None:
    store = Memory([])
    asked = Asked(date(2016, 4, 1), date(2026, 3, 1), Period.MONTH, compare=True)
    found = values(store=store, brand_id=BRAND, timezone="UTC", definition=read(COUNT), asked=asked, at=NOW)
    assert len(found.series.points) == 120
    (question,) = store.asked
    assert question["within"] == Range(datetime(2006, 4, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC))


def test_a_level_that_rose_is_told_with_its_test() -> None:
    rng = np.random.default_rng(1)
    days = [day + 0.5 for day in range(-60, 0) for _ in range(rng.poisson(20 if day < -30 else 60))]
    asked = {"from_date": date(2026, 1, 30), "to_date": date(2026, 2, 28), "compare": True}
    found = answer(COUNT, visits(*days), **asked)
    assert found.former.change.direction == "up"
    assert found.former.change.relative == pytest.approx(2, abs=0.4)


def test_the_last_moment_before_midnight_is_of_the_day() -> None:
    found = answer(COUNT, visits(15 - 1e-9, 15.0), to_date=date(2026, 3, 16))
    assert [point.value for point in found.series.points] == [1, 1]
    assert found.as_of - NOW == timedelta(0)
