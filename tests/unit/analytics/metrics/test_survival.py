import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.metrics.survival import curve, kaplan_meier, log_rank

# Weeks in remission under 6-mercaptopurine and under placebo: Freireich et al. 1963, in every textbook of survival.
# A negative number had not ended when the study did.
TREATED = [6, 6, 6, -6, 7, -9, 10, -10, -11, 13, 16, -17, -19, -20, 22, 23, -25, -32, -32, -34, -35]
PLACEBO = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]


def read(weeks):
    return np.abs(np.array(weeks, np.int64)), np.array(weeks) > 0


def test_the_remissions_under_6_mp_are_those_of_the_published_table():
    treated = kaplan_meier(*read(TREATED))
    published = {6: 0.8571, 7: 0.8067, 10: 0.7529, 13: 0.6902, 16: 0.6275, 22: 0.5378, 23: 0.4482}
    assert {week: round(treated.outlive(week), 4) for week in published} == published
    assert treated.outlive(5) == 1.0
    assert treated.outlive(100) == treated.outlive(23)


def test_greenwoods_error_is_that_of_the_published_table():
    treated = kaplan_meier(*read(TREATED))
    errors = treated.survival * np.sqrt(treated.greenwood)
    published = {6: 0.0764, 7: 0.0869, 10: 0.0963, 13: 0.1068, 16: 0.1141, 22: 0.1282, 23: 0.1346}
    assert {week: round(float(errors[treated.times == week][0]), 4) for week in published} == published


def test_the_interval_is_that_of_the_log_log_scale():
    low, high = kaplan_meier(*read(TREATED)).interval(10)
    assert (round(low, 3), round(high, 3)) == (0.503, 0.889)


def test_the_log_rank_test_of_6_mp_against_placebo_is_the_published_one():
    found = log_rank(*zip(read(TREATED), read(PLACEBO), strict=True))
    assert round(found.statistic, 2) == 16.79
    assert found.p_value == pytest.approx(4.17e-5, rel=0.01)


def test_where_nothing_ended_the_interval_is_still_not_a_point():
    none_ended = kaplan_meier(np.array([5] * 20), np.zeros(20, bool))
    assert none_ended.outlive(5) == 1.0
    low, high = none_ended.interval(5)
    assert low == pytest.approx(0.8389, abs=1e-4)
    assert high == 1.0


def test_where_all_ended_the_interval_is_still_not_a_point():
    all_ended = kaplan_meier(np.array([5] * 20), np.ones(20, bool))
    low, high = all_ended.interval(5)
    assert (low, round(high, 4)) == (0.0, 0.1611)


def test_groups_in_which_nothing_ended_cannot_be_compared():
    nothing = (np.array([3, 4]), np.zeros(2, bool))
    assert log_rank(*zip(nothing, nothing, strict=True)) is None


def test_times_at_which_nobody_is_at_risk_say_nothing():
    found = curve(np.array([1, 2]), np.array([4, 0]), np.array([1, 0]))
    assert (found.times.tolist(), found.outlive(2)) == ([1], 0.75)


lives = st.lists(st.tuples(st.integers(0, 12), st.booleans()), min_size=1, max_size=30)


@given(lives=lives, time=st.integers(-1, 13))
def test_without_censoring_it_is_the_plain_share_and_with_it_the_product_over_times(lives, time):
    durations, ended = np.array([d for d, _ in lives]), np.array([e for _, e in lives])
    found = kaplan_meier(durations, ended)
    plain = math.prod(
        1 - sum(d == t and e for d, e in lives) / sum(d >= t for d, _ in lives)
        for t in {d for d, e in lives if e and d <= time}
    )
    assert found.outlive(time) == pytest.approx(plain)
    low, high = found.interval(time)
    assert 0 <= low <= found.outlive(time) + 1e-12
    assert found.outlive(time) - 1e-12 <= high <= 1
    whole = kaplan_meier(durations, np.ones(len(lives), bool))
    assert whole.outlive(time) == pytest.approx((durations > time).mean())


@given(one=lives, other=lives)
def test_the_log_rank_test_does_not_care_which_group_is_first(one, other):
    groups = [(np.array([d for d, _ in lives]), np.array([e for _, e in lives])) for lives in (one, other)]
    forth = log_rank(*zip(*groups, strict=True))
    back = log_rank(*zip(*reversed(groups), strict=True))
    assert (forth is None) == (back is None)
    if forth and back:
        assert forth.statistic == pytest.approx(back.statistic)
        assert 0 <= forth.p_value <= 1
