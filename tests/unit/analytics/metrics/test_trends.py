import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from analytics.metrics.trends import Direction, Sample, of_means, of_rates, two_proportions, welch


def sample(values):
    return Sample(len(values), float(np.mean(values)), float(np.var(values, ddof=1)))


def test_a_large_change_that_chance_hardly_makes_is_a_trend():
    up = of_rates(80, 100, 60, 100)
    assert (up.direction, up.change) == (Direction.UP, pytest.approx(1 / 3))
    assert up.p_value == pytest.approx(0.00203, abs=1e-5)
    assert of_rates(60, 100, 80, 100).direction is Direction.DOWN


def test_a_large_change_of_few_people_is_stable():
    few = of_rates(4, 10, 2, 10)
    assert (few.direction, few.change) == (Direction.STABLE, 1.0)
    assert few.p_value > 0.05


def test_a_certain_but_small_change_is_stable():
    certain = of_rates(52_000, 100_000, 50_000, 100_000)
    assert certain.p_value < 1e-9
    assert certain.direction is Direction.STABLE


def test_whatever_comes_after_zero_has_no_relative_change():
    found = of_rates(50, 100, 0, 100)
    assert (found.direction, found.change) == (Direction.UP, None)
    same = of_rates(0, 100, 0, 100)
    assert (same.direction, same.change, same.p_value) == (Direction.STABLE, None, 1.0)


def test_nobody_cannot_be_compared():
    assert of_rates(0, 0, 1, 2) is None
    assert of_rates(1, 2, 0, 0) is None
    assert of_means(Sample(1, 3.0, 0.0), Sample(5, 3.0, 1.0)) is None
    assert of_means(Sample(5, 4.0, 0.0), Sample(5, 3.0, 0.0)) is None


def test_means_are_compared_by_welchs_test():
    rng = np.random.default_rng(7)
    now, former = rng.normal(12, 3, 200), rng.normal(10, 1, 50)
    found = of_means(sample(now), sample(former))
    assert found.p_value == pytest.approx(stats.ttest_ind(now, former, equal_var=False).pvalue)
    assert found.direction is Direction.UP


counts = st.integers(0, 60).flatmap(lambda count: st.tuples(st.just(count), st.integers(max(count, 1), 80)))


@given(one=counts, other=counts)
def test_a_rate_compared_with_another_gives_the_p_of_the_chi_squared_or_the_exact_test(one, other):
    p_value = two_proportions(*one, *other)
    observed = np.array([[one[0], one[1] - one[0]], [other[0], other[1] - other[0]]])
    assert p_value == pytest.approx(two_proportions(*other, *one))
    if (observed.sum(axis=0) == 0).any():
        assert p_value == 1.0
    elif stats.contingency.expected_freq(observed).min() < 5:
        assert p_value == pytest.approx(stats.fisher_exact(observed).pvalue)
    else:
        assert p_value == pytest.approx(stats.chi2_contingency(observed, correction=False).pvalue)


values = st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=20)


@given(one=values, other=values)
def test_welchs_p_is_a_number_between_0_and_1_or_none(one, other):
    p_value = welch(sample(one), sample(other))
    assert p_value is None or 0 <= p_value <= 1


def test_of_trends_that_are_not_there_at_most_one_in_twenty_is_seen():
    rng = np.random.default_rng(11)
    pairs = rng.binomial(400, 0.3, (2000, 2))
    seen = sum(of_rates(int(a), 400, int(b), 400).direction is not Direction.STABLE for a, b in pairs)
    assert seen / 2000 < 0.065
