"""The detector that judges values as they come."""

import json

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from analytics.metrics.predict.online.detector import Detector, Kind, Promise, judged
from analytics.metrics.predict.online.scale import Scale
from analytics.metrics.predict.refusals import CannotPredict, Why

WEEK = np.array([1.0, 1.1, 1.05, 1.0, 1.2, 0.6, 0.5])


def metric(n, seed=0, noise=0.05, size=1000.0):
    return size * WEEK[np.arange(n) % 7] * np.exp(np.random.default_rng(seed).normal(0, noise, n))


@pytest.fixture(scope="module")
def detector():
    return Detector.fit(metric(120))


@pytest.fixture
def ordinary():
    return metric(200)[120:].tolist()


def alerts(said):
    return [k for k, each in enumerate(said) if each.kind is Kind.ANOMALY]


def test_a_spike_an_outage_and_a_sunday_on_a_friday_are_found(detector, ordinary):
    for day, value in ((20, ordinary[20] * 1.5), (31, 0.0), (46, ordinary[46] * 0.5 / 1.2)):
        _, said = judged(detector, [*ordinary[:day], value])
        assert said[-1].kind is Kind.ANOMALY
        assert not said[-1].low <= value <= said[-1].high


def test_a_sunday_is_no_anomaly_though_it_is_half_of_a_friday(detector, ordinary):
    _, said = judged(detector, ordinary[:56])
    assert len(alerts(said)) <= 1


def test_an_outlier_does_not_spoil_what_is_expected_afterwards(detector, ordinary):
    _, clean = judged(detector, ordinary[:30])
    _, dirty = judged(detector, [*ordinary[:22], 1e6, *ordinary[23:30]])
    assert dirty[-1].expected == pytest.approx(clean[-1].expected, rel=0.05)


def test_after_an_alert_there_is_silence_for_a_day(detector, ordinary):
    _, said = judged(detector, [*ordinary[:20], 1e6, 1e6, 1e6])
    assert [each.kind for each in said[20:]] == [Kind.ANOMALY, Kind.COOLING_DOWN, Kind.ANOMALY]


def test_a_lasting_change_becomes_what_is_expected(detector, ordinary):
    _, said = judged(detector, [*ordinary[:14], *(2 * each for each in ordinary[14:])])
    assert 14 in alerts(said)
    assert not [day for day in alerts(said) if day > 45]


def test_false_alerts_stay_near_what_was_promised():
    counts = {}
    for promise in (2.0, 12.0):
        found = 0
        for seed in range(8):
            values = metric(120 + 365, seed=100 + seed)
            fitted = Detector.fit(values[:120], promise=Promise(false_alerts_a_year=promise))
            found += len(alerts(judged(fitted, values[120:].tolist())[1]))
        counts[promise] = found / 8
    assert counts[2.0] < 4
    assert counts[2.0] < counts[12.0] < 18


def test_not_an_anomaly_raises_the_threshold_and_yes_lowers_it_again(detector, ordinary):
    _, said = judged(detector, [*ordinary[:20], ordinary[20] * 1.3])
    assert said[-1].kind is Kind.ANOMALY
    taught = detector.told_ordinary(said[-1])
    assert taught.threshold > detector.threshold
    for _ in range(20):
        taught = taught.told_ordinary(said[-1])
    _, again = judged(taught, [*ordinary[:20], ordinary[20] * 1.3])
    assert again[-1].kind is Kind.ORDINARY
    assert taught.leniency <= 2
    for _ in range(20):
        taught = taught.told_anomaly()
    assert taught.leniency == 1


def test_its_state_is_json_and_goes_on_from_there(detector, ordinary):
    half, first = judged(detector, ordinary[:40])
    kept = json.loads(json.dumps(half.as_dict()))
    _, second = judged(Detector.from_dict(kept), ordinary[40:])
    assert [*first, *second] == judged(detector, ordinary)[1]
    assert len(json.dumps(kept)) < 1_500


def test_an_hourly_metric_has_its_hours_and_weekdays():
    rng, at = np.random.default_rng(5), np.arange(24 * 7 * 8)
    usual = 400 * (1.2 + np.sin(at % 24 / 24 * 2 * np.pi)) * np.where(at // 24 % 7 >= 5, 0.5, 1.0)
    values = rng.poisson(usual).astype(float)
    known = 24 * 7 * 6
    fitted = Detector.fit(values[:known], season=168, promise=Promise(buckets_a_year=8_766))
    _, said = judged(fitted, [*values[known:-3].tolist(), 0.0, 0.0])
    assert alerts(said)[-1] == len(said) - 2
    assert len(alerts(said)) <= 2


def test_its_state_does_not_grow(detector):
    later, _ = judged(detector, metric(3_000)[120:].tolist())
    assert len(later.seasonal) == 7
    assert len(json.dumps(later.as_dict())) < 1_500


def test_gaps_are_no_anomalies_and_keep_the_weekdays_in_step(detector, ordinary):
    _, said = judged(detector, [*ordinary[:14], None, float("nan"), *ordinary[16:30]])
    assert [each.kind for each in said[14:16]] == [Kind.GAP] * 2
    assert len(alerts(said)) <= 1


def test_money_that_goes_below_zero_is_read_as_it_is():
    refunded = metric(120) - 600
    assert Scale.fit(refunded, 7).power == 1
    assert Scale.fit(metric(120), 7).power < 1
    assert Scale.fit(np.random.default_rng(0).poisson(2, 120).astype(float), 7).power > 0
    _, said = judged(Detector.fit(refunded), [-5_000.0])
    assert said[0].kind is Kind.ANOMALY
    assert said[0].score < 0


@pytest.mark.parametrize(
    ("history", "why"),
    [
        ([], Why.TOO_SHORT),
        ([3.0] * 10, Why.TOO_SHORT),
        ([0.0] * 90, Why.ZERO_VARIANCE),
        ([3.0] * 90, Why.ZERO_VARIANCE),
        ([3.0, None] * 13, Why.TOO_SHORT),
        ([3.0, float("inf")] * 40, Why.NOT_FINITE),
    ],
)
def test_a_history_that_says_too_little_is_refused(history, why):
    with pytest.raises(CannotPredict) as refused:
        Detector.fit(history)
    assert refused.value.why is why


numbers = st.one_of(st.none(), st.floats(allow_nan=True, allow_infinity=True), st.floats(0, 100), st.just(0.0))


@settings(max_examples=15, deadline=None)
@given(history=st.lists(numbers, min_size=28, max_size=50), then=st.lists(numbers, max_size=20))
@example(history=[0.0] * 49 + [1.0], then=[0.0, 1e99, -1e99, 5.0])
def test_whatever_comes_there_is_a_refusal_or_finite_words(history, then):
    try:
        fitted = Detector.fit(history)
    except CannotPredict:
        return
    after, said = judged(fitted, then)
    for each in said:
        assert np.isfinite([each.expected, each.low, each.high, each.score, each.threshold]).all()
        assert each.low <= each.expected <= each.high
    json.dumps(after.as_dict(), allow_nan=False)
