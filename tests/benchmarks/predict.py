"""Predictions beside naive ones: python -m tests.benchmarks.predict [--series 60] [--seed 20260601]

Data: CDNOW (in the wheel of lifetimes), monthly series in the wheel of statsmodels, and daily series made with the
printed seed. Every figure of ours stands beside that of the baseline on the same data; seconds are of one core.
"""

import argparse
import sys
import time
from collections.abc import Iterator

import numpy as np

from analytics.metrics.anomalies.bands import Detector as Bands
from analytics.metrics.anomalies.bands import Method
from analytics.metrics.anomalies.found import judged as judged_by_bands
from analytics.metrics.predict.churn.buyers import BuyersChurn
from analytics.metrics.predict.churn.judging import auc
from analytics.metrics.predict.forecasts.baselines import SeasonalMedian, naive_error, seasonal_naive
from analytics.metrics.predict.forecasts.forecast import Forecast
from analytics.metrics.predict.forecasts.models import ENSEMBLE
from analytics.metrics.predict.one_thread import one_thread
from analytics.metrics.predict.online.detector import DAYS_A_YEAR, Detector, Kind, judged
from analytics.metrics.predict.purchases.bg_nbd import BgNbd
from analytics.metrics.predict.purchases.gamma_gamma import GammaGamma
from analytics.metrics.predict.purchases.histories import histories
from analytics.metrics.predict.purchases.holdout import holdout, run_rate
from analytics.metrics.predict.purchases.lifetime_value import lifetime_values
from analytics.metrics.predict.purchases.pareto_nbd import ParetoNbd
from analytics.metrics.stream import Floats
from tests.benchmarks.daily_series import daily
from tests.benchmarks.figures import figure, say
from tests.benchmarks.planted import Score, planted, scored, together
from tests.benchmarks.unrelated_series import unrelated
from tests.unit.analytics.metrics.predict.cdnow import END, KNOWN, purchases

HELD_OUT_WEEKS = 39.0
HISTORY, WATCHED, EVENTS = 120, 365, 8


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.predict", description=__doc__)
    parser.add_argument("--series", type=int, default=60, help="daily series of each kind of question")
    parser.add_argument("--seed", type=int, default=20260601)
    asked = parser.parse_args()
    say(f"seed {asked.seed}")
    with one_thread():
        lifetime_value()
        churn()
        monthly()
        forecasts(np.random.default_rng(asked.seed), asked.series)
        anomalies(np.random.default_rng(asked.seed + 1), asked.series)
    found = [unrelated(np.random.default_rng(asked.seed + 2), n=n, metrics=12, rounds=30) for n in (90, 365)]
    figure("correlation_false_positive_rate", max(each.false_positives for each in found), digits=3)
    figure("naive_correlation_false_positive_rate", max(each.naive_false_positives for each in found), digits=3)
    return 0


def lifetime_value() -> None:
    known, later = (histories(purchases(), as_of=moment) for moment in (KNOWN, END))
    begun = time.process_time()
    models = {model.NAME: model.fit(known) for model in (BgNbd, ParetoNbd)}
    worth = GammaGamma.fit(known)
    figure("ltv_fit_seconds", time.process_time() - begun, digits=2)
    for name, model in models.items():
        test = holdout(model, known, later, HELD_OUT_WEEKS)
        say(f"CDNOW, 39 weeks held out, {name}: bias {test.bias:+.0%}, correlation {test.correlation:.3f}")
        say(
            f"  error {test.error:.3f} purchases a person; run rate {test.naive_error:.3f}, bias {test.naive_bias:+.0%}"
        )
    actual = paid_later(known.person)
    found = lifetime_values(models[ParetoNbd.NAME], worth, known, HELD_OUT_WEEKS)
    naive = run_rate(known, HELD_OUT_WEEKS) * known.spend
    figure("ltv_error", float(np.abs(found.value - actual).mean()), digits=2)
    figure("naive_ltv_error", float(np.abs(naive - actual).mean()), digits=2)
    figure("ltv_bias", float(found.value.sum() / actual.sum() - 1), digits=3)
    figure("naive_ltv_bias", float(naive.sum() / actual.sum() - 1), digits=3)
    figure("ltv_interval_coverage", float(((found.low <= actual) & (actual <= found.high)).mean()), digits=3)


def paid_later(person: np.ndarray) -> Floats:
    bought = purchases()
    later = (bought.at > KNOWN) & (bought.at <= END)
    where = np.searchsorted(person, bought.person[later])
    return np.bincount(where, weights=bought.revenue_micros[later] / 1e6, minlength=len(person))


def churn() -> None:
    known = histories(purchases(), as_of=KNOWN)
    left = histories(purchases(), as_of=END).frequency == known.frequency
    model = BgNbd.fit(known)
    say(
        f"BG/NBD, 39 weeks: AUC of silence {auc(model.silent(known, HELD_OUT_WEEKS), left):.3f}, "
        f"of 1 - P(alive) {auc(1 - model.alive(known), left):.3f}"
    )
    begun = time.process_time()
    test = BuyersChurn.fit(purchases(), as_of=END, horizon_days=180).test
    figure("churn_fit_seconds", time.process_time() - begun, digits=1)
    figure("churn_auc", test.auc, digits=3)
    figure("recency_alone_auc", test.baseline_auc, digits=3)
    figure("churn_brier", test.brier, digits=3)
    figure("base_rate_brier", test.baseline_brier, digits=3)
    figure("churn_calibration_error", test.calibration_error, digits=3)


def monthly() -> None:
    """The last five years of each, a year at a time."""
    ours, baseline, naive = [], [], []
    for name, values in real_series():
        scores = [one_year(values[: len(values) - 12 * back], 12) for back in range(5)]
        means = np.mean(scores, axis=0)
        say(f"{name}, 5 years, MASE: {means[0]:.3f}, median of 8 years {means[1]:.3f}, last year {means[2]:.3f}")
        for into, mean in zip((ours, baseline, naive), means, strict=True):
            into.append(mean)
    figure("real_series_mase", float(np.mean(ours)), digits=3)
    figure("real_series_seasonal_naive_mase", float(np.mean(naive)), digits=3)


def one_year(values: Floats, season: int) -> tuple[float, float, float]:
    known, actual = values[:-season], values[-season:]
    unit, made = naive_error(known, season), Forecast.fit(known, season=season, horizon=season)
    others = (SeasonalMedian.fit(known, season).predict(season), seasonal_naive(known, season, season))
    errors = [float(np.abs(each - actual).mean()) / unit for each in (made.predict().value, *others)]
    return errors[0], errors[1], errors[2]


def real_series() -> Iterator[tuple[str, Floats]]:
    from statsmodels.datasets import co2, elec_equip, elnino

    yield "CO2 at Mauna Loa", co2.load_pandas().data["co2"].resample("MS").mean().interpolate().to_numpy()[-360:]
    yield "Electrical equipment", elec_equip.load_pandas().data.iloc[:, -1].dropna().to_numpy(dtype=float)
    yield "El Niño, sea temperature", elnino.load_pandas().data.iloc[:, 1:].to_numpy(dtype=float).ravel()[-360:]


def forecasts(rng: np.random.Generator, count: int) -> None:
    """Half of them for two weeks from 200 days, half for 30 days from a year."""
    scores: dict[str, list[float]] = {}
    inside, within, cold, warm = [], [], [], []
    for k in range(count):
        history, horizon = ((200, 14), (365, 30))[k % 2]
        values = daily(rng, history + horizon)
        known, actual = values[:history], values[history:]
        begun = time.process_time()
        found = Forecast.fit(known, season=7, horizon=horizon, least=0)
        cold.append(time.process_time() - begun)
        begun = time.process_time()
        Forecast.fit(known, season=7, horizon=horizon, least=0, warm=found)
        warm.append(time.process_time() - begun)
        path, sums = found.predict(), found.scenarios()
        made = {"chosen": path.value, **found.models.predict(horizon), "naive": seasonal_naive(known, 7, horizon)}
        for name, each in made.items():
            scores.setdefault(name, []).append(float(np.abs(each - actual).mean()) / naive_error(known, 7))
        inside.append(float(((path.low <= actual) & (actual <= path.high)).mean()))
        within.append(sums.conservative <= actual.sum() <= sums.optimistic)
    for name, each in scores.items():
        say(f"daily series, MASE of {name}: {np.mean(each):.3f}")
    figure("forecast_mase", float(np.mean(scores["chosen"])), digits=3)
    figure("ensemble_mase", float(np.mean(scores[ENSEMBLE])), digits=3)
    figure("weekday_median_mase", float(np.mean(scores[SeasonalMedian.NAME])), digits=3)
    figure("seasonal_naive_mase", float(np.mean(scores["naive"])), digits=3)
    figure("interval_coverage", float(np.mean(inside)), digits=3)
    figure("total_interval_coverage", float(np.mean(within)), digits=3)
    figure("seconds_per_series", float(np.mean(cold)), digits=3)
    figure("seconds_per_series_warm", float(np.mean(warm)), digits=3)


def anomalies(rng: np.random.Generator, count: int) -> None:
    """A year of each series is watched with 8 planted events, and once without any."""
    ours, sigma, quiet, took = [], [], [], []
    kinds: dict[str, list[bool]] = {}
    for _ in range(count):
        plain = daily(rng, HISTORY + WATCHED)
        values, events = planted(rng, plain, HISTORY, EVENTS)
        begun = time.process_time()
        alerts = learned(values)
        took.append(time.process_time() - begun)
        ours.append(scored(alerts, events, HISTORY, len(values)))
        sigma.append(scored(by_mean(values), events, HISTORY, len(values)))
        quiet.append(len(learned(plain)))
        for event in events:
            kinds.setdefault(event.kind, []).append(any(event.first <= day <= event.last for day in alerts))
    say("found: " + ", ".join(f"{kind} {np.mean(each):.0%}" for kind, each in sorted(kinds.items())))
    told(together(ours), together(sigma), float(np.mean(quiet)) / WATCHED * DAYS_A_YEAR)
    figure("detector_seconds_per_series", float(np.mean(took)), digits=4)


def told(ours: Score, sigma: Score, quiet: float) -> None:
    figure("anomaly_f1", ours.f1, digits=3)
    figure("mean_3_sigma_f1", sigma.f1, digits=3)
    # The worse of both: where nothing happens there is more time for false ones, where much does, echoes.
    figure("false_alerts_per_metric_year", max(ours.false_a_year, quiet), digits=2)
    figure("mean_3_sigma_false_alerts_per_metric_year", sigma.false_a_year, digits=2)


def learned(values: Floats) -> list[int]:
    """Days of alerts, at the shipped defaults."""
    _, said = judged(Detector.fit(values[:HISTORY]), values[HISTORY:].tolist())
    return [HISTORY + day for day, each in enumerate(said) if each.kind is Kind.ANOMALY]


def by_mean(values: Floats) -> list[int]:
    """Mean and three deviations of four weeks, with the same day of silence after an alert."""
    found = judged_by_bands(values.tolist(), Bands(Method.ZSCORE, medium=3.0, high=3.0)).anomalies
    days: list[int] = []
    for day in (each.index for each in found if each.index >= HISTORY):
        if not days or day > days[-1] + 1:
            days.append(day)
    return days


if __name__ == "__main__":
    sys.exit(main())
