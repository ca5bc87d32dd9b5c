"""What is called related: rarely what is not, usually what is, and nothing of what cannot be told."""

import numpy as np
import pytest
from scipy import stats

from analytics.metrics.correlations.pairs import MOST_LEAD, correlations
from analytics.metrics.correlations.results import Correlation, Measured, Significance, Why
from analytics.metrics.correlations.words import insight
from analytics.metrics.periods import Period
from tests.benchmarks.unrelated_series import asked, business_series, power, shocks, unrelated

WEEKDAYS = np.arange(90) % 7


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(7)


def linked(rng: np.random.Generator, *, r: float, n: int = 180, lead: int = 0) -> list[np.ndarray]:
    first = shocks(rng, n)
    second = r * np.roll(first, lead) + np.sqrt(1 - r**2) * shocks(rng, n)
    return [business_series(rng, first), business_series(rng, second)]


def pair_of(r: float = 0.8, **changed: object) -> Correlation:
    given = {"lead": 0, "low": r - 0.1, "high": r + 0.1, "plain_r": r, "points": 90, "effective_points": 83.0}
    return Correlation("Visits", "Orders", r=r, **({"p": 0.001, "q": 0.002} | given | changed))


@pytest.mark.parametrize("n", [90, 365])
def test_unrelated_metrics_are_called_related_as_seldom_as_promised(rng: np.random.Generator, n: int) -> None:
    found = unrelated(rng, n=n, metrics=12, rounds=8)
    assert found.false_positives <= 0.08
    assert found.insights <= 1
    # The series are hard enough: the usual way fails on them.
    assert found.naive_false_positives >= 0.5


def test_choosing_among_leads_costs_no_honesty(rng: np.random.Generator) -> None:
    assert unrelated(rng, n=90, metrics=12, rounds=3, most_lead=MOST_LEAD).false_positives <= 0.1


def test_few_outstanding_days_near_each_other_are_no_lead(rng: np.random.Generator) -> None:
    called = 0
    for _ in range(60):
        rare = [(rng.random(180) < 0.2) * rng.poisson(2, 180).astype(float) for _ in range(2)]
        called += sum(pair.p < 0.05 for pair in asked(rare, most_lead=MOST_LEAD).pairs)
    assert called <= 7


def test_planted_links_are_found(rng: np.random.Generator) -> None:
    assert power(rng, n=90, r=0.3, rounds=100) >= 0.65
    assert power(rng, n=90, r=0.5, rounds=50) >= 0.95


@pytest.mark.parametrize("lead", [-3, 2, 7])
def test_who_moves_first_is_told(rng: np.random.Generator, lead: int) -> None:
    (pair,) = asked(linked(rng, r=0.6, lead=lead), most_lead=MOST_LEAD).pairs
    assert (pair.lead, pair.established) == (lead, True)


def test_the_interval_covers_the_planted_correlation_as_often_as_it_says(rng: np.random.Generator) -> None:
    pairs = [asked(linked(rng, r=0.5, n=90)).pairs[0] for _ in range(150)]
    assert 0.9 <= np.mean([pair.low <= 0.5 <= pair.high for pair in pairs]) <= 0.99


def test_a_metric_that_follows_another_against_the_trend_is_told_with_its_direction(rng: np.random.Generator) -> None:
    (pair,) = asked(linked(rng, r=-0.8)).pairs
    assert pair.r < -0.7
    assert "move against each other (strongly)" in insight(pair, Period.DAY)


def test_q_values_are_those_of_benjamini_and_hochberg(rng: np.random.Generator) -> None:
    pairs = asked([*linked(rng, r=0.5), *linked(rng, r=0.3), *linked(rng, r=0.2)]).pairs
    ordered = sorted(pairs, key=lambda pair: pair.p)
    plain = [pair.p * len(pairs) / rank for rank, pair in enumerate(ordered, start=1)]
    assert [pair.q for pair in ordered] == pytest.approx(np.minimum.accumulate(plain[::-1])[::-1])
    assert [pair.q for pair in pairs] == sorted(pair.q for pair in pairs)


def test_a_metric_and_itself_correlate_without_a_number_that_is_none(rng: np.random.Generator) -> None:
    same = business_series(rng, shocks(rng, 90))
    (pair,) = asked([same, same]).pairs
    assert 0.999 < pair.low <= pair.r <= pair.high <= 1
    assert pair.significance is Significance.HIGH


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ([1.0, 5, 2], Why.TOO_FEW_POINTS),
        ([], Why.TOO_FEW_POINTS),
        ([7.0] * 90, Why.ZERO_VARIANCE),
        ([0.0] * 90, Why.ZERO_VARIANCE),
        ([None] * 90, Why.TOO_FEW_POINTS),
        ([float(3 * day + 50 * (day % 7)) for day in range(90)], Why.ZERO_VARIANCE),
        ([float(day in {3, 40, 70}) for day in range(90)], Why.TOO_FEW_CHANGES),
        ([None if day % 3 == 0 else float(day * day % 17) for day in range(90)], Why.TOO_MANY_GAPS),
    ],
)
def test_what_cannot_be_told_is_refused_with_its_reason(
    rng: np.random.Generator, values: list[float | None], why: Why
) -> None:
    good = Measured("good", business_series(rng, shocks(rng, len(values) or 1)).tolist()[: len(values)])
    found = correlations([good, Measured("bad", values)], seasons=[WEEKDAYS[: len(values)]])
    assert not found.pairs
    (refused,) = [each for each in found.refused if each.name == "bad"]
    assert refused.why is why
    assert refused.given < refused.needed or why is Why.ZERO_VARIANCE


def test_gaps_are_left_out_and_leave_what_is_found(rng: np.random.Generator) -> None:
    first, second = (series.tolist() for series in linked(rng, r=0.8))
    holed = [None if day % 11 == 0 else value for day, value in enumerate(second)]
    pairs = correlations([Measured("a", first), Measured("b", holed)], seasons=[np.arange(180) % 7]).pairs
    assert pairs[0].established
    assert pairs[0].points < 180 - 180 // 11


def test_metrics_with_few_hours_in_common_are_named_apart(rng: np.random.Generator) -> None:
    hours = np.arange(63)
    values = rng.permutation(63).astype(float).tolist()
    early = [None if hour < 12 else value for hour, value in enumerate(values)]
    late = [None if hour >= 51 else value for hour, value in enumerate(values)]
    found = correlations([Measured("a", early), Measured("b", late)], seasons=[hours % 24, hours // 9])
    assert (found.pairs, found.refused, found.apart) == ([], [], [("a", "b")])


@pytest.mark.parametrize("scale", [1e-300, 1, 1e300])
def test_no_scale_is_too_small_or_too_large(rng: np.random.Generator, scale: float) -> None:
    first, second = linked(rng, r=0.5)
    (pair,) = asked([first * scale, second]).pairs
    assert pair.r == pytest.approx(asked([first, second]).pairs[0].r)


def test_significance_needs_size_and_evidence() -> None:
    assert pair_of(0.8).significance is Significance.HIGH
    assert pair_of(-0.5).significance is Significance.MEDIUM
    assert pair_of(0.3).significance is Significance.LOW
    assert pair_of(0.8, q=0.2).significance is Significance.LOW
    assert pair_of(0.8, points=30).significance is Significance.LOW


def test_an_insight_names_direction_size_certainty_and_what_it_does_not_prove() -> None:
    assert insight(pair_of(0.62, plain_r=0.93, lead=2), Period.DAY) == (
        "Visits moves first and Orders follows 2 days later (clearly): beyond trend and weekday, r = 0.62, "
        "95 % interval 0.52 to 0.72, q = 0.002, 90 days. The series as they are have r = 0.93: trend or season, "
        "not a link. That does not prove that one causes the other: something else, such as a campaign, may move both."
    )


def test_an_insight_says_when_there_is_none_and_when_it_rests_on_little() -> None:
    said = insight(pair_of(0.2, q=0.4, points=30, low=-0.2), Period.WEEK)
    assert said.startswith("Nothing shows that Visits and Orders move together")
    assert said.endswith("Low confidence: only 30 weeks.")


def test_naive_pearson_is_what_everybody_computes(rng: np.random.Generator) -> None:
    first, second = linked(rng, r=0.5)
    (pair,) = asked([first, second]).pairs
    assert pair.plain_r == pytest.approx(stats.pearsonr(first, second).statistic)
