"""The models of buying and paying, beside their papers' tables, on simulated people, and where they have no answer."""

import json
from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.metrics.predict.churn.judging import auc
from analytics.metrics.predict.purchases.bg_nbd import BgNbd
from analytics.metrics.predict.purchases.gamma_gamma import GammaGamma
from analytics.metrics.predict.purchases.histories import DAY, WEEK, Histories, histories
from analytics.metrics.predict.purchases.holdout import holdout
from analytics.metrics.predict.purchases.lifetime_value import lifetime_values
from analytics.metrics.predict.purchases.pareto_nbd import ParetoNbd
from analytics.metrics.predict.refusals import CannotPredict, Why
from analytics.metrics.stream import Occurrences
from tests.unit.analytics.metrics.predict.cdnow import END, KNOWN, purchases

BUYING = [BgNbd, ParetoNbd]
HELD_OUT = 39.0


@pytest.fixture(scope="module")
def known():
    return histories(purchases(), as_of=KNOWN)


@pytest.fixture(scope="module")
def fitted(known):
    return {model: model.fit(known) for model in (*BUYING, GammaGamma)}


@pytest.fixture(scope="module")
def bought(known):
    return histories(purchases(), as_of=END).frequency - known.frequency


def test_bg_nbd_of_cdnow_is_that_of_the_paper(fitted, known):
    found = fitted[BgNbd]
    assert len(known) == found.people == 2_357
    assert (found.r, found.alpha, found.a, found.b) == pytest.approx((0.243, 4.414, 0.793, 2.426), abs=6e-4)
    assert round(found.log_likelihood, 1) == -9582.4


def test_pareto_nbd_of_cdnow_is_that_of_the_paper(fitted):
    found = fitted[ParetoNbd]
    assert (found.r, found.alpha, found.s, found.beta) == pytest.approx((0.553, 10.578, 0.606, 11.669), abs=1e-3)
    assert round(found.log_likelihood, 1) == -9595.0


def test_gamma_gamma_of_cdnow_is_that_of_the_paper(fitted):
    found = fitted[GammaGamma]
    assert (found.p, found.q, found.v) == pytest.approx((6.25, 3.74, 15.44), abs=8e-3)
    assert (found.people, found.left_out) == (946, 0)


def test_the_held_out_weeks_are_foretold_as_published_and_better_than_by_the_run_rate(fitted, known):
    later = histories(purchases(), as_of=END)
    found = {model: holdout(fitted[model], known, later, HELD_OUT) for model in BUYING}
    assert [round(each.correlation, 3) for each in found.values()] == [0.626, 0.630]
    for each in found.values():
        assert each.bias == pytest.approx(-0.12, abs=0.01)
        assert each.naive_bias == pytest.approx(0.56, abs=0.01)
        assert each.beats_baseline


@pytest.mark.parametrize("model", BUYING)
def test_draws_agree_with_the_expectation_and_the_chance_of_silence(model, fitted, known):
    drawn = fitted[model].draws(known, HELD_OUT, np.random.default_rng(5), 300)
    assert drawn.mean() == pytest.approx(fitted[model].predict(known, HELD_OUT).mean(), rel=0.02)
    assert (drawn == 0).mean() == pytest.approx(fitted[model].silent(known, HELD_OUT).mean(), abs=0.005)


def test_who_bought_once_and_was_silent_for_long_does_not_show_low_churn(fitted, known, bought):
    long_silent = (known.frequency == 0) & (known.age > 30)
    assert np.all(fitted[BgNbd].alive(known)[long_silent] == 1)
    for model in BUYING:
        risk = fitted[model].silent(known, HELD_OUT)
        assert risk[long_silent].min() > 0.8
        assert risk[long_silent].mean() == pytest.approx((bought[long_silent] == 0).mean(), abs=0.05)


def test_the_chance_of_silence_ranks_who_leaves_where_being_alive_ranks_them_upside_down(fitted, known, bought):
    left = bought == 0
    assert round(auc(fitted[BgNbd].silent(known, HELD_OUT), left), 3) == 0.757
    assert auc(1 - fitted[BgNbd].alive(known), left) < 0.4


def test_four_in_five_people_pay_within_their_interval(fitted, known):
    until = purchases().at <= END
    later = ~(purchases().at <= KNOWN) & until
    paid = np.bincount(np.searchsorted(known.person, purchases().person[later]), minlength=len(known))
    money = np.bincount(
        np.searchsorted(known.person, purchases().person[later]),
        weights=purchases().revenue_micros[later] / 1e6,
        minlength=len(known),
    )
    found = lifetime_values(fitted[ParetoNbd], fitted[GammaGamma], known, HELD_OUT)
    assert ((found.low <= money + 1e-6) & (money <= found.high + 1e-6)).mean() > 0.8
    assert found.value.sum() == pytest.approx(money.sum(), rel=0.2)
    assert paid.sum() > 0
    discounted = lifetime_values(fitted[ParetoNbd], fitted[GammaGamma], known, HELD_OUT, discount=0.002)
    assert np.all(discounted.value <= found.value)


def simulated(rng, people, *, r, alpha, s, beta):
    """Pareto/NBD people, as histories."""
    rate, stop = rng.gamma(r, 1 / alpha, people), rng.gamma(s, 1 / beta, people)
    age = rng.uniform(20, 60, people)
    lasting = np.minimum(rng.exponential(1 / stop), age)
    count = rng.poisson(rate * lasting)
    last = np.where(count > 0, lasting * rng.random(people) ** (1 / np.maximum(count, 1)), 0)
    return Histories(np.arange(people), count.astype(float), last, age, np.zeros(people))


def test_pareto_nbd_recovers_what_people_were_simulated_with():
    known = simulated(np.random.default_rng(3), 4_000, r=0.8, alpha=8.0, s=0.7, beta=15.0)
    found, truth = ParetoNbd.fit(known), ParetoNbd(0.8, 8.0, 0.7, 15.0, 0.0, 0)
    assert found.r / found.alpha == pytest.approx(0.1, rel=0.1)
    assert found.r == pytest.approx(0.8, rel=0.15)
    assert np.abs(found.alive(known) - truth.alive(known)).mean() < 0.02
    assert found.predict(known, 26).sum() == pytest.approx(truth.predict(known, 26).sum(), rel=0.03)


def test_gamma_gamma_recovers_what_people_were_simulated_with():
    rng = np.random.default_rng(4)
    x = rng.integers(1, 9, 5_000).astype(float)
    spend = rng.gamma(5.0 * x, 1 / (rng.gamma(4.0, 1 / 20.0, 5_000) * x))
    found = GammaGamma.fit(Histories(np.arange(5_000), x, x, x + 1, spend))
    assert (found.p, found.q, found.v) == pytest.approx((5.0, 4.0, 20.0), rel=0.15)


def test_a_warm_fit_is_the_same_and_what_is_kept_is_json(fitted, known):
    for model in BUYING:
        again = model.fit(known, warm=model.from_dict(json.loads(json.dumps(fitted[model].as_dict()))))
        assert again.log_likelihood == pytest.approx(fitted[model].log_likelihood, abs=1e-3)
        assert model.from_dict(fitted[model].as_dict()) == fitted[model]


def occurrences(*rows):
    person, day, money = (np.array(each, np.int64) for each in zip(*rows, strict=True)) if rows else [[]] * 3
    return Occurrences(*(np.array(each, np.int64) for each in (person, np.array(day) * DAY, np.array(money) * 10**6)))


def test_orders_of_one_day_are_one_purchase_and_refunds_are_taken_off():
    rows = [(1, 0, 10), (1, 7, 6), (1, 7, 4), (1, 9, -3), (2, 3, -5), (3, 5, 0)]
    found = histories(occurrences(*rows), as_of=14 * DAY)
    assert found.person.tolist() == [1, 3]
    assert (found.frequency.tolist(), found.recency.tolist()) == ([1, 0], [1, 0])
    assert (found.age.tolist(), found.spend.tolist()) == ([2, pytest.approx(9 / 7)], [7, 0])
    assert len(histories(occurrences(*rows), as_of=-1)) == 0


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        ([], Why.NO_PURCHASES),
        ([(1, 0, 5)], Why.TOO_FEW_PEOPLE),
        ([(each, 0, 5) for each in range(100)], Why.TOO_FEW_REPEAT_BUYERS),
    ],
)
@pytest.mark.parametrize("model", BUYING)
def test_too_little_is_refused_with_what_is_missing(model, rows, why):
    with pytest.raises(CannotPredict) as refused:
        model.fit(histories(occurrences(*rows), as_of=WEEK))
    assert refused.value.why is why
    assert refused.value.needed > refused.value.given
    assert str(refused.value.needed) in refused.value.missing


def test_people_who_got_their_money_back_or_all_paid_the_same_are_refused():
    x = np.full(50, 2.0)
    for spend, why in ((-x, Why.TOO_FEW_PAYING), (x, Why.ZERO_VARIANCE), (x * np.inf, Why.NOT_FINITE)):
        with pytest.raises(CannotPredict) as refused:
            GammaGamma.fit(Histories(np.arange(50), x, x, x + 1, spend))
        assert refused.value.why is why


def test_impossible_times_are_refused():
    x = np.full(50, 2.0)
    with pytest.raises(CannotPredict) as refused:
        BgNbd.fit(Histories(np.arange(50), x, x + 5, x, x))
    assert refused.value.why is Why.INCONSISTENT


some = st.tuples(
    st.integers(0, 400), st.floats(0, 1), st.floats(0, 300), st.floats(-1e6, 1e6, allow_nan=False, width=32)
)


@settings(max_examples=6, deadline=None)
@given(people=st.lists(some, min_size=30, max_size=60), horizon=st.sampled_from([0.1, 4.0, 52.0, 1000.0]))
def test_whatever_people_did_there_is_a_refusal_or_finite_numbers_within_their_bounds(people, horizon):
    x, share, age, spend = (np.array(each, dtype=float) for each in zip(*people, strict=True))
    known = Histories(np.arange(len(x)), x, np.where(x > 0, share * age, 0), age, spend)
    for model in BUYING:
        try:
            found = model.fit(known)
        except CannotPredict:
            continue
        expected, silent, alive = found.predict(known, horizon), found.silent(known, horizon), found.alive(known)
        assert np.isfinite(expected).all()
        assert (expected >= 0).all()
        assert ((silent >= 0) & (silent <= 1) & (alive >= 0) & (alive <= 1)).all()
    with suppress(CannotPredict):
        assert np.isfinite(GammaGamma.fit(known).predict(known)).all()
