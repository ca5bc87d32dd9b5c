"""When a budget runs out: by the mean of the sample, with a range, in this month or not at all."""

from datetime import date
from decimal import Decimal

import pytest

from ai_studio.services.forecast import LASTS_THE_MONTH, TOO_FEW_DAYS, runs_out

TODAY = date(2026, 11, 10)


def days(*usd: int) -> list[Decimal]:
    return [Decimal(each) for each in usd]


def test_even_spending_ends_on_one_day_without_doubt() -> None:
    found = runs_out(left_usd=Decimal(10), daily=days(*[2] * 14), today=TODAY)
    assert found.runs_out_date == found.earliest_date == found.latest_date == date(2026, 11, 14)
    assert (found.daily_usd, found.reason) == (2, "")


def test_uneven_spending_has_a_range_around_its_mean() -> None:
    found = runs_out(left_usd=Decimal(40), daily=days(*[0, 0, 0, 20, 5, 1, 2] * 2), today=TODAY)
    assert found.earliest_date < found.runs_out_date < (found.latest_date or date.max)
    assert found == runs_out(left_usd=Decimal(40), daily=days(*[0, 0, 0, 20, 5, 1, 2] * 2), today=TODAY)


def test_what_outlasts_the_month_has_no_day() -> None:
    found = runs_out(left_usd=Decimal(1000), daily=days(*[1] * 14), today=TODAY)
    assert (found.runs_out_date, found.earliest_date, found.reason) == (None, None, LASTS_THE_MONTH)


def test_the_last_day_of_the_month_counts_and_the_next_does_not() -> None:
    assert runs_out(left_usd=Decimal(21), daily=days(*[1] * 14), today=TODAY).runs_out_date == date(2026, 11, 30)
    assert runs_out(left_usd=Decimal(22), daily=days(*[1] * 14), today=TODAY).runs_out_date is None


@pytest.mark.parametrize("spent", [[0] * 14, [5] + [0] * 13, [5, 5] + [0] * 12])
def test_fewer_than_three_days_of_spending_tell_nothing(spent: list[int]) -> None:
    assert runs_out(left_usd=Decimal(1), daily=days(*spent), today=TODAY).reason == TOO_FEW_DAYS


@pytest.mark.parametrize("left", ["0", "-3"])
def test_nothing_left_is_today(left: str) -> None:
    assert runs_out(left_usd=Decimal(left), daily=days(*[0] * 14), today=TODAY).runs_out_date == TODAY
