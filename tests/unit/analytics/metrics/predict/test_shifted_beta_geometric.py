"""Renewals beside the tables of Fader and Hardie 2007."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.metrics.predict.refusals import CannotPredict, Why
from analytics.metrics.predict.shifted_beta_geometric import ShiftedBetaGeometric

# Of 1,000 the number still there after 0 to 12 renewals.
REGULAR = np.array([1000, 631, 468, 382, 326, 289, 262, 241, 223, 207, 194, 183, 173])
HIGH_END = np.array([1000, 869, 743, 653, 593, 551, 517, 491, 468, 445, 427, 409, 394])
FITTED = 7


def fit(still):
    return ShiftedBetaGeometric.fit(still[:-1], still[:-1] - still[1:])


@pytest.mark.parametrize(
    ("still", "alpha", "beta", "log_likelihood"),
    [(REGULAR, 0.704, 1.182, -1680.3), (HIGH_END, 0.668, 3.806, -1611.2)],
)
def test_seven_years_of_both_cohorts_give_the_published_parameters(still, alpha, beta, log_likelihood):
    found = fit(still[: FITTED + 1])
    assert (round(found.alpha, 3), round(found.beta, 3)) == (alpha, beta)
    assert round(found.log_likelihood, 1) == log_likelihood


@pytest.mark.parametrize(("still", "constant"), [(REGULAR, 0.3), (HIGH_END, 0.15)])
def test_years_eight_to_twelve_are_met_where_a_constant_rate_is_far_off(still, constant):
    found = fit(still[: FITTED + 1]).predict(12)
    apart = np.abs(found[FITTED + 1 :] * 1000 / still[FITTED + 1 :] - 1)
    assert apart.mean() < 0.03
    assert apart.max() < 0.05
    rate = (still[FITTED] / 1000) ** (1 / FITTED)
    plain = still[FITTED] * rate ** np.arange(1, 6)
    assert np.abs(plain / still[FITTED + 1 :] - 1).mean() > constant


def test_the_interval_of_years_that_were_not_seen_holds_what_they_were():
    for still in (REGULAR, HIGH_END):
        low, high = fit(still[: FITTED + 1]).interval(12)
        assert np.all((low * 1000 <= still + 1) & (still - 1 <= high * 1000))


def test_retention_rises_with_age_though_nobody_changes():
    assert np.all(np.diff(fit(REGULAR).retention(12)) > 0)


@pytest.mark.parametrize(
    ("at_risk", "lost", "why"),
    [
        ([100, 50], [50, 20], Why.TOO_FEW_PERIODS),
        ([100, 100, 100], [0, 0, 0], Why.TOO_FEW_LOSSES),
        ([100, 0, 0], [100, 0, 0], Why.TOO_FEW_LOSSES),
        ([100, 80, 60], [20, 90, 5], Why.INCONSISTENT),
        # Each year loses more: no mixture of constant people does that.
        ([1000, 990, 900, 500], [10, 90, 400, 450], Why.NO_CONVERGENCE),
    ],
)
def test_what_does_not_determine_it_is_refused(at_risk, lost, why):
    with pytest.raises(CannotPredict) as refused:
        ShiftedBetaGeometric.fit(np.array(at_risk), np.array(lost))
    assert refused.value.why is why


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 500), st.floats(0, 1)), min_size=1, max_size=12))
def test_whatever_was_lost_there_is_a_refusal_or_a_falling_curve_in_its_interval(years):
    at_risk = np.array([count for count, _ in years])
    lost = np.array([int(count * share) for count, share in years])
    try:
        found = ShiftedBetaGeometric.fit(at_risk, lost)
    except CannotPredict:
        return
    curve, (low, high) = found.predict(20), found.interval(20)
    assert np.all(np.diff(curve) <= 0)
    assert np.all((low >= 0) & (low <= curve + 1e-9) & (curve <= high + 1e-9) & (high <= 1))
    assert ShiftedBetaGeometric.from_dict(found.as_dict()) == found
