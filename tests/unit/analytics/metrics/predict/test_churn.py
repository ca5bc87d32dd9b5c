"""Churn, learnt from who left and tested in later time."""

import json

import numpy as np
import pytest
from scipy import special

from analytics.metrics.predict.churn.buyers import BuyersChurn
from analytics.metrics.predict.churn.classifier import Classifier
from analytics.metrics.predict.churn.features import NAMES, features
from analytics.metrics.predict.churn.judging import auc, judged
from analytics.metrics.predict.purchases.histories import DAY, histories
from analytics.metrics.predict.refusals import CannotPredict, Why
from analytics.metrics.stream import Occurrences
from tests.unit.analytics.metrics.predict.cdnow import END, purchases


@pytest.fixture(scope="module")
def people():
    """Whose chance to leave is known: straight in one feature, bent in another, and a third says nothing."""
    rng = np.random.default_rng(6)
    rows = rng.normal(0, 1, (1_500, 3))
    truth = special.expit(-1 + 1.2 * rows[:, 0] + 1.5 * (np.abs(rows[:, 1]) > 1))
    return rows, truth, rng.random(1_500) < truth


@pytest.fixture(scope="module")
def classifier(people):
    rows, _, left = people
    return Classifier.fit(rows[:1_000], left[:1_000])


@pytest.fixture(scope="module")
def buyers():
    return BuyersChurn.fit(purchases(), as_of=END, horizon_days=180)


def test_stated_chances_are_near_the_true_ones_of_people_it_never_saw(classifier, people):
    rows, truth, left = (each[1_000:] for each in people)
    stated = classifier.predict(rows)
    assert np.abs(stated - truth).mean() < 0.09
    found = judged(stated, left, baseline=rows[:, 0], learnt_share=classifier.share)
    assert found.beats_baseline
    assert found.calibration_error < 0.1
    assert not found.suspicious
    assert sum(each.people for each in found.bins) == 500


def test_the_trees_as_kept_say_what_scikit_learns_own_say(classifier, people):
    from sklearn.ensemble import GradientBoostingClassifier

    from analytics.metrics.predict.churn import boosting

    rows, _, left = people
    grown = GradientBoostingClassifier(
        n_estimators=boosting._TREES,
        max_depth=boosting._DEPTH,
        learning_rate=boosting._RATE,
        subsample=boosting._SAMPLE,
        min_samples_leaf=boosting._LEAST_LEAF,
        random_state=0,
    ).fit(rows[:1_000], left[:1_000])
    assert classifier.boosting.log_odds(rows) == pytest.approx(grown.decision_function(rows), abs=1e-9)


def test_what_is_kept_is_json_and_says_the_same(buyers):
    kept = BuyersChurn.from_dict(json.loads(json.dumps(buyers.as_dict(), allow_nan=False)))
    known = histories(purchases(), as_of=END)
    assert np.array_equal(kept.predict(known), buyers.predict(known))
    assert kept.test == buyers.test


def test_half_a_year_of_cdnow_is_foretold_better_than_by_how_long_people_were_silent(buyers):
    test = buyers.test
    assert test.people == 2_357
    assert 0.78 < test.auc < 0.87
    assert test.beats_baseline
    assert test.brier < 0.8 * test.baseline_brier
    assert test.calibration_error < 0.04


def test_who_bought_once_long_ago_has_a_high_risk_and_who_buys_often_a_low_one(buyers):
    known = histories(purchases(), as_of=END)
    risk = buyers.predict(known)
    once = (known.frequency == 0) & (known.age > 60)
    assert risk[once].min() > 0.8
    assert risk[known.frequency >= 10].mean() < 0.4
    assert ((risk > 0) & (risk < 1)).all()


def test_what_happens_after_the_moment_changes_nothing_that_was_learnt():
    bought = purchases()
    rng = np.random.default_rng(1)
    who = rng.choice(np.unique(bought.person), 500)
    later = Occurrences(
        np.concatenate([bought.person, who]),
        np.concatenate([bought.at, np.full(500, END + DAY)]),
        np.concatenate([bought.revenue_micros, np.full(500, 10**7)]),
    )
    plain, more = (features(histories(each, as_of=END)).rows for each in (bought, later))
    assert np.array_equal(plain, more)
    assert plain.shape[1] == len(NAMES)


def test_ranks_of_the_area_under_the_curve_count_ties_half():
    left = np.array([True, False, True, False])
    assert auc(np.array([3.0, 1.0, 2.0, 0.0]), left) == 1
    assert auc(np.array([1.0, 1.0, 1.0, 1.0]), left) == 0.5


def test_a_feature_that_knows_the_future_is_suspicious(people):
    _, _, left = people
    found = judged(np.where(left, 0.99, 0.01), left, baseline=left * 0.0, learnt_share=0.3)
    assert found.suspicious


@pytest.mark.parametrize(
    ("leaving", "value", "why"),
    [(0, 0.0, Why.TOO_FEW_OF_ONE_KIND), (100, 0.0, Why.TOO_FEW_OF_ONE_KIND), (50, np.inf, Why.NOT_FINITE)],
)
def test_what_cannot_be_learnt_is_refused(leaving, value, why):
    with pytest.raises(CannotPredict) as refused:
        Classifier.fit(np.full((100, 2), value), np.arange(100) < leaving)
    assert refused.value.why is why


def test_features_that_are_all_the_same_say_the_share_that_left():
    found = Classifier.fit(np.ones((200, 2)), np.arange(200) % 4 == 0)
    assert found.predict(np.array([[1.0, 1.0], [900.0, -3.0]])) == pytest.approx([0.25, 0.25], abs=0.02)


def test_without_purchases_there_is_nothing_to_learn():
    nothing = Occurrences(*(np.zeros(0, np.int64) for _ in range(3)))
    with pytest.raises(CannotPredict) as refused:
        BuyersChurn.fit(nothing, as_of=END, horizon_days=30)
    assert refused.value.why is Why.TOO_FEW_OF_ONE_KIND
