"""Intervals of rates beside published figures."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.metrics.intervals import newcombe, rate, wilson


@pytest.mark.parametrize(
    ("count", "of", "low", "high"),
    # Newcombe 1998, Statistics in Medicine 17:857–872, table I, method 3.
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0000, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_equals_the_published_intervals(count: int, of: int, low: float, high: float) -> None:
    assert wilson(count, of) == pytest.approx((low, high), abs=5e-5)


@pytest.mark.parametrize(
    ("rates", "low", "high"),
    # Newcombe 1998, Statistics in Medicine 17:873–890, table II, method 10.
    [((56, 70, 48, 80), 0.0524, 0.3339), ((9, 10, 3, 10), 0.1705, 0.8090), ((10, 10, 0, 10), 0.6075, 1.0)],
)
def test_newcombe_equals_the_published_intervals(rates: tuple[int, int, int, int], low: float, high: float) -> None:
    found = newcombe(*rates)
    assert (found.low, found.high) == pytest.approx((low, high), abs=5e-5)


@given(st.integers(1, 10**9).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))))
def test_a_rate_lies_in_its_interval_and_that_between_0_and_1(counted: tuple[int, int]) -> None:
    found = rate(*counted)
    assert None not in {found.low, found.value, found.high}
    assert 0 <= found.low <= found.value <= found.high <= 1


def test_of_nobody_there_is_no_rate() -> None:
    assert (rate(0, 0).value, rate(0, 0).low, rate(0, 0).high) == (None, None, None)
