"""Holidays and launches: learnt from their names."""

import numpy as np
import pytest

from analytics.metrics.predict.calendar_effects import CalendarEffects
from analytics.metrics.predict.online.detector import Detector, Kind
from analytics.metrics.predict.refusals import CannotPredict, Why

WEEK = np.array([1.0, 1.1, 1.05, 1.0, 1.2, 0.6, 0.5])
SALE, HOLIDAY = [40, 75, 110, 145], [61]
N = 160


@pytest.fixture(scope="module")
def days():
    names = [None] * N
    for at in SALE:
        names[at] = "sale"
    for at in HOLIDAY:
        names[at] = "holiday"
    return names


@pytest.fixture(scope="module")
def values():
    found = 1000 * WEEK[np.arange(N) % 7] * np.exp(np.random.default_rng(1).normal(0, 0.04, N))
    found[SALE] *= 2.5
    found[HOLIDAY] *= 0.3
    return found


@pytest.fixture(scope="module")
def effects(values, days):
    return CalendarEffects.fit(values, days, season=7)


def test_an_effect_is_the_median_of_its_days_drawn_towards_none(effects):
    assert effects.names == ("holiday", "sale")
    assert effects.times == (1, 4)
    onto = effects.scale.onto
    usual = 1000 * WEEK[HOLIDAY[0] % 7]
    assert effects.of("sale") == pytest.approx(4 / 5 * (onto(1500.0) - onto(600.0)), rel=0.1)
    assert effects.of("holiday") == pytest.approx(1 / 2 * (onto(0.3 * usual) - onto(usual)), rel=0.1)
    assert effects.of(None) == effects.of("never seen") == 0


def test_a_series_freed_of_them_is_one_of_days_like_others_and_a_forecast_gets_them_back(effects, values, days):
    freed = effects.freed(values, days)
    assert freed[SALE].max() < 1.5 * freed[np.array(SALE) - 7].max()
    assert effects.predict(freed, days) == pytest.approx(values)
    plain = np.full(2, 1000.0)
    assert effects.predict(plain, [None, "sale"])[1] > 1.7 * 1000


def test_a_sale_that_was_announced_is_no_anomaly_and_one_that_was_not_is(effects, values, days):
    detector = Detector.fit(values, effects=[effects.of(day) for day in days])
    today = float(1000 * WEEK[N % 7] * 2.4)
    _, told = detector.judge(today, effect=effects.of("sale"), widen=effects.widen("sale"))
    _, untold = detector.judge(today)
    assert (told.kind, untold.kind) == (Kind.ORDINARY, Kind.ANOMALY)


def test_of_a_day_never_seen_less_is_claimed(effects):
    assert effects.widen("launch") > effects.widen("holiday") > effects.widen("sale") > effects.widen(None) == 1


def test_what_is_kept_is_the_same(effects):
    assert CalendarEffects.from_dict(effects.as_dict()) == effects


def test_too_little_is_refused(values, days):
    for given, names, why in ((values[:9], days[:9], Why.TOO_SHORT), (values, days[:9], Why.INCONSISTENT)):
        with pytest.raises(CannotPredict) as refused:
            CalendarEffects.fit(given, names, season=7)
        assert refused.value.why is why
