"""Forecasts of series: right where the truth is known, honest where it is not."""

import json

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from analytics.metrics.predict.forecasts import holt_winters, rolling
from analytics.metrics.predict.forecasts.baselines import SeasonalMedian
from analytics.metrics.predict.forecasts.conformal import Conformal
from analytics.metrics.predict.forecasts.forecast import Forecast
from analytics.metrics.predict.forecasts.holt_winters import HoltWinters
from analytics.metrics.predict.forecasts.stl_theta import StlTheta
from analytics.metrics.predict.forecasts.theta import Theta
from analytics.metrics.predict.forecasts.values import prepared
from analytics.metrics.predict.refusals import CannotPredict, Why

WEEK = np.array([0.0, 5.0, 3.0, -2.0, 8.0, 20.0, -34.0])
MODELS = [Theta, HoltWinters, StlTheta]


def weekly(n, *, slope=0.0, noise=0.0, level=100.0):
    at = np.arange(n)
    return level + slope * at + WEEK[at % 7] + np.random.default_rng(2).normal(0, 1, n) * noise


@pytest.fixture(scope="module")
def forecast():
    return Forecast.fit(weekly(120, noise=3.0, slope=0.2), season=7, horizon=14, least=0)


@pytest.mark.parametrize("model", MODELS)
def test_a_weekday_habit_without_noise_goes_on(model):
    assert model.fit(weekly(70), 7).predict(14) == pytest.approx(weekly(84)[70:], abs=0.5)


def test_the_fast_errors_of_holt_winters_are_those_of_its_recursions():
    series, season = (weekly(60, noise=4.0) - 100) / 20, 7
    parameters = np.array([0.3, 0.2, 0.4, 0.9])
    alpha, beta, gamma, phi = 0.3, 0.06, 0.4 * 0.7, 0.9
    errors, first = holt_winters._errors(series, season, parameters)
    level, trend, seasonal = first[0], first[1], [*first[2:], -first[2:].sum()]
    for k, value in enumerate(series):
        error = value - (level + phi * trend + seasonal[k % season])
        assert errors[k] == pytest.approx(error, abs=1e-9)
        level, trend = level + phi * trend + alpha * error, phi * trend + beta * error
        seasonal[k % season] += gamma * error


def test_theta_goes_half_as_steep_as_the_trend():
    steady = Theta.fit(np.arange(50) * 2.0 - 30, 1)
    assert np.diff(steady.predict(5)) == pytest.approx([1.0] * 4, rel=1e-6)


def test_zeros_break_no_model():
    values = np.where(np.arange(90) % 7 == 6, 0, weekly(90, noise=2))
    for model in MODELS:
        assert np.isfinite(model.fit(values, 7).predict(30)).all()


def test_the_back_test_only_sees_what_was_known():
    values, seen = np.arange(60.0), []

    def last(known, horizon):
        seen.append(len(known))
        return {"last": np.full(horizon, known[-1])}

    wrong = rolling.errors(values, rolling.origins(60, 7, 7), 7, last)["last"]
    assert wrong == pytest.approx(np.tile(np.arange(1.0, 8.0), (len(seen), 1)))
    assert max(seen) == 60 - 7
    assert len(seen) >= rolling.LEAST_FOLDS


def test_folds_begin_on_different_weekdays():
    assert len({origin % 7 for origin in rolling.origins(400, 7, 28)}) > 3


def test_a_forecast_beats_its_baseline_on_a_growing_series_and_says_by_how_much(forecast):
    test = forecast.back_test
    assert forecast.beats_baseline
    assert test.error(forecast.chosen) < test.error(SeasonalMedian.NAME)
    assert 0.5 < test.coverage <= 1


def test_where_nothing_beats_the_baseline_the_forecast_says_so():
    # A habit that jumps about: whoever follows it follows noise.
    rng = np.random.default_rng(8)
    values = 100 + WEEK[np.arange(200) % 7] + np.where(rng.random(200) < 0.1, 300, 0) * rng.random(200)
    found = Forecast.fit(values, season=7, horizon=14)
    assert not found.beats_baseline
    assert found.chosen == SeasonalMedian.NAME


def test_intervals_widen_with_the_level_and_hold_the_value(forecast):
    narrow, wide = forecast.predict(nominal=0.5), forecast.predict(nominal=0.9)
    assert np.all(wide.high - wide.low >= narrow.high - narrow.low)
    assert np.all((wide.low <= wide.value) & (wide.value <= wide.high))
    assert len(forecast.predict(3).value) == 3
    with pytest.raises(ValueError, match="1 to 14"):
        forecast.predict(15)


def test_scenarios_are_in_order_and_chances_follow_from_them(forecast):
    found = forecast.scenarios()
    assert found.conservative < found.likely < found.optimistic
    chances = [forecast.chance_of(total) for total in (0.0, found.conservative, found.optimistic, 1e9)]
    assert chances == sorted(chances, reverse=True)
    assert 0 < chances[-1] < chances[0] < 1
    assert chances[1] > 0.8
    assert chances[2] < 0.2


def test_conformal_intervals_hold_what_they_promise_on_noise_of_any_shape():
    rng = np.random.default_rng(1)
    inside = []
    for _ in range(150):
        errors = rng.exponential(1, (13, 5)) * np.arange(1, 6)
        found = Conformal.fit(errors[:12])
        inside.append(np.mean((found.quantile(0.1) <= errors[12]) & (errors[12] <= found.quantile(0.9))))
    assert 0.77 < np.mean(inside) < 0.9


def test_what_is_kept_foretells_the_same_and_a_warm_fit_nearly(forecast):
    kept = Forecast.from_dict(json.loads(json.dumps(forecast.as_dict())))
    assert np.array_equal(kept.predict().low, forecast.predict().low)
    assert kept.scenarios() == forecast.scenarios()
    warm = Forecast.fit(weekly(120, noise=3.0, slope=0.2), season=7, horizon=14, least=0, warm=kept)
    assert warm.predict().value == pytest.approx(forecast.predict().value, rel=0.03)


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ([], Why.TOO_SHORT),
        ([1.0], Why.TOO_SHORT),
        ([0.0] * 200, Why.ZERO_VARIANCE),
        ([7.5] * 200, Why.ZERO_VARIANCE),
        ([1.0, 2.0, None, None] * 50, Why.TOO_MANY_GAPS),
        ([1.0, 2.0] * 20, Why.TOO_SHORT),
        ([1.0, float("inf")] * 100, Why.NOT_FINITE),
        ([1.0, 1e200] * 100, Why.NOT_FINITE),
    ],
)
def test_what_says_too_little_is_refused_with_the_reason(values, why):
    with pytest.raises(CannotPredict) as refused:
        Forecast.fit(values, season=7, horizon=30)
    assert refused.value.why is why
    if why is Why.TOO_SHORT:
        assert refused.value.needed > refused.value.given


def test_a_series_exactly_as_long_as_needed_is_answered():
    n = rolling.needed_history(7, 30)
    assert Forecast.fit(weekly(n, noise=3), season=7, horizon=30).back_test.folds >= rolling.LEAST_FOLDS
    with pytest.raises(CannotPredict):
        Forecast.fit(weekly(n - 1, noise=3), season=7, horizon=30)


def test_gaps_get_what_the_same_weekday_had():
    values = [*weekly(40)]
    expected = values[20]
    values[20] = None
    assert prepared([None, None, *values], 7)[20] == pytest.approx(expected)


numbers = st.one_of(st.none(), st.floats(-1e9, 1e9), st.just(0.0), st.floats(0, 5), st.floats(-1e90, 1e90))


@settings(max_examples=10, deadline=None)
@given(values=st.lists(numbers, min_size=30, max_size=60), season=st.sampled_from([1, 2, 7]))
@example(values=[0.0] * 40 + [1e-300] * 10, season=7)
@example(values=[5.0] * 45 + [1e90], season=7)
def test_whatever_the_values_there_is_a_refusal_or_finite_numbers(values, season):
    try:
        found = Forecast.fit(values, season=season, horizon=5, least=0)
    except CannotPredict:
        return
    path = found.predict()
    assert np.isfinite([path.value, path.low, path.high]).all()
    assert (path.low >= 0).all()
    json.dumps(found.as_dict(), allow_nan=False)
