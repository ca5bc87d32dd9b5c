"""What departs from a metric's own history: as published, in both directions, and nothing without history."""

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.metrics.anomalies.actions import RULES, suggested_action
from analytics.metrics.anomalies.bands import FENCES, LEAST_HISTORY, Detector, Method
from analytics.metrics.anomalies.found import Judged, Severity, Side, judged
from analytics.metrics.anomalies.subjects import Subject

CASES = json.loads((Path(__file__).parents[3] / "cases/analytics/anomalies.json").read_text())["cases"]
MEAN, ROBUST = Detector(Method.ZSCORE), Detector(Method.MAD)
EVERY = [MEAN, ROBUST, FENCES]


def detector_of(case: dict[str, Any]) -> Detector:
    config = case["config"]
    reach = config.get("threshold", config.get("multiplier"))
    return Detector(Method(case["detector"]), medium=reach, high=2 * reach, window=config["window"])


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_the_last_value_is_judged_as_the_source_says(case: dict[str, Any]) -> None:
    found = judged(case["series"], detector_of(case)).anomalies
    assert any(each.index == len(case["series"]) - 1 for each in found) == case["is_anomaly"]


def noise(n: int = 60) -> list[float]:
    return np.random.default_rng(3).normal(100, 10, n).tolist()


def the_last(values: list[float | None], detector: Detector) -> tuple[Side, Severity] | None:
    found = [each for each in judged(values, detector).anomalies if each.index == len(values) - 1]
    return (found[0].side, found[0].severity) if found else None


@pytest.mark.parametrize("detector", EVERY, ids=lambda each: each.method)
def test_both_directions_and_both_severities(detector: Detector) -> None:
    assert the_last([*noise(), 101], detector) is None
    assert the_last([*noise(), 300], detector) == (Side.ABOVE, Severity.HIGH)
    assert the_last([*noise(), -300], detector) == (Side.BELOW, Severity.HIGH)


def test_two_deviations_are_medium_and_three_are_high() -> None:
    history = [90.0, 110.0] * 14
    deviation = float(np.std(history, ddof=1))
    told = [the_last([*history, 100 + k * deviation], MEAN) for k in (1.9, 2.1, 2.9, 3.1)]
    medium, high = (Side.ABOVE, Severity.MEDIUM), (Side.ABOVE, Severity.HIGH)
    assert told == [None, medium, medium, high]


def test_the_expected_interval_is_told_and_stays_where_the_metric_can_be() -> None:
    history = [2.0, 0.0] * 14
    (found,) = judged([*history, 50.0], Detector(Method.ZSCORE, least=0)).anomalies
    assert (found.band.expected, found.band.low) == (1, 0)
    assert found.band.high == pytest.approx(1 + 2 * np.std(history, ddof=1))
    assert found.spreads == pytest.approx(49 / np.std(history, ddof=1))


def test_a_former_anomaly_hides_a_new_one_from_the_mean_but_not_from_the_median() -> None:
    values = [*noise(), 1000, *noise(5), 170]
    assert the_last(values, MEAN) is None
    assert the_last(values, ROBUST) == (Side.ABOVE, Severity.HIGH)


@pytest.mark.parametrize("detector", EVERY, ids=lambda each: each.method)
@pytest.mark.parametrize("history", [[5.0] * 20, [0.0] * 20, [0.1 + 0.2] * 10 + [0.3] * 10])
def test_after_a_history_that_never_varied_any_other_value_is_medium(detector: Detector, history: list[float]) -> None:
    assert the_last([*history, history[0]], detector) is None
    assert the_last([*history, history[0] + 1], detector) == (Side.ABOVE, Severity.MEDIUM)
    assert the_last([*history, history[0] - 1], detector) == (Side.BELOW, Severity.MEDIUM)
    assert judged([*history, 9.0], detector).anomalies[0].spreads is None


@pytest.mark.parametrize("detector", [ROBUST, FENCES], ids=lambda each: each.method)
def test_a_metric_that_mostly_stands_still_does_not_cry_at_what_it_has_done_before(detector: Detector) -> None:
    history = [0.0, 0, 0, 4, 0, 0, 5, 0, 0, 0, 4, 0, 0, 0, 5, 0, 0, 4, 0, 0, 0, 6, 0, 0, 0, 4, 0, 5]
    assert the_last([*history, 4.0], detector) is None
    assert the_last([*history, 40.0], detector) == (Side.ABOVE, Severity.HIGH)


@pytest.mark.parametrize("detector", EVERY, ids=lambda each: each.method)
def test_fewer_values_than_needed_are_not_judged(detector: Detector) -> None:
    short = judged([*noise(LEAST_HISTORY - 1), 1e6], detector)
    assert (short.too_short, list(short.anomalies)) == (True, [])
    assert judged([], detector) == Judged([], [])
    assert not judged([*noise(LEAST_HISTORY), 1e6], detector).too_short


def test_gaps_are_neither_history_nor_anomalies() -> None:
    holed: list[float | None] = [value for pair in zip(noise(14), [None] * 14, strict=True) for value in pair]
    assert the_last([*holed, None], ROBUST) is None
    assert the_last([*holed, 900], ROBUST) == (Side.ABOVE, Severity.HIGH)
    assert judged([*holed[2:], 900], ROBUST).too_short


@given(st.lists(st.none() | st.floats(-1e9, 1e9), max_size=60), st.sampled_from(EVERY))
def test_whatever_comes_the_numbers_are_numbers(values: list[float | None], detector: Detector) -> None:
    found = judged(values, detector)
    assert len(found.bands) == len(values)
    for band in found.bands:
        assert band is None or (math.isfinite(band.low + band.high + band.expected) and band.low <= band.high)
    for each in found.anomalies:
        assert each.spreads is None or math.isfinite(each.spreads)
        assert not each.band.low <= each.value <= each.band.high


@pytest.mark.parametrize("detector", EVERY, ids=lambda each: each.method)
def test_numbers_whose_squares_are_none_are_not_judged(detector: Detector) -> None:
    found = judged([(-1.0) ** n * 1.7e308 for n in range(LEAST_HISTORY)] + [0.0, 1e300], detector)
    assert all(band is None or math.isfinite(band.low + band.high) for band in found.bands)


def test_what_is_to_be_done_follows_from_what_departed_and_why() -> None:
    assert suggested_action(Subject.COST, Side.ABOVE, dimension="provider", cause="fal") == (
        "Limit fal or route to a cheaper provider, and check its prices."
    )
    assert suggested_action(Subject.FUNNEL_STEP, Side.BELOW, dimension="browser", cause="{dimension}") == (
        "Try this step yourself where browser is {dimension}, and see what was released before it."
    )
    assert "provider" in suggested_action(Subject.PROVIDER_FAILURES, Side.ABOVE)
    assert (
        suggested_action(Subject.OTHER, Side.BELOW)
        == "See which part of it changed, and what was released or launched then."
    )


@pytest.mark.parametrize("subject", Subject)
@pytest.mark.parametrize("side", Side)
def test_every_case_has_an_action_without_holes(subject: Subject, side: Side) -> None:
    for dimension in {"country", "", *(rule.dimension for rule in RULES if rule.dimension)}:
        action = suggested_action(subject, side, dimension=dimension, cause="x" if dimension else "")
        assert action.endswith(".")
        assert "{" not in action
