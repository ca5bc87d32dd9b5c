"""Robust online Holt–Winters: each value beside what its weekday, the level and the noise so far let one expect.

Gelper, Fried and Croux 2010, "Robust forecasting with exponential and Holt-Winters smoothing", Journal of Forecasting
29: 285-300: a value that is far out moves level and season no further than one that is not. Errors are those of
forecasts, made before the value was seen; the threshold follows from the false alerts promised (`tail`).
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import product
from typing import Any, Self

import numpy as np

from analytics.metrics.predict.online.scale import Scale
from analytics.metrics.predict.online.tail import Tail
from analytics.metrics.predict.refusals import CannotPredict, Why, need
from analytics.metrics.predict.stored import Stored
from analytics.metrics.stream import Floats

FALSE_ALERTS_A_YEAR = 4.0
DAYS_A_YEAR = 365.25
# Seasons of history before the first judgement.
LEAST_SEASONS = 4
_FIRST_SEASONS = 4
_CLIP = 2.0
_SPREAD_MEMORY = 0.03
# The mean absolute deviation times this is the σ of normal values.
_OF_ABSOLUTE = 1.2533
_DAMPING = 0.95
_MOST = 1e100
# Older values tell nothing of today's habits, and an hourly metric has many.
_MOST_HISTORY = 1_500
# From so many values in a row on one side on, it is the metric that has changed.
_RUN = 3
_LEVELS, _TRENDS, _SEASONS = (0.05, 0.1, 0.2, 0.4), (0.0, 0.02), (0.05, 0.15)


class Kind(StrEnum):
    """What is said of a value. Only the second is worth an alert."""

    ORDINARY = "ordinary"
    ANOMALY = "anomaly"
    COOLING_DOWN = "cooling_down"
    GAP = "gap"


@dataclass(frozen=True)
class Judgement:
    """`low` to `high` is expected. `score`: distance in usual deviations, below negative; `threshold`: of its size."""

    kind: Kind
    value: float | None
    expected: float
    low: float
    high: float
    score: float
    threshold: float


@dataclass(frozen=True)
class Promise(Stored):
    """What an owner sets: false alerts of this metric in a year, and buckets of silence after an alert."""

    false_alerts_a_year: float = FALSE_ALERTS_A_YEAR
    cool_down: int = 1
    buckets_a_year: float = DAYS_A_YEAR

    @property
    def rate(self) -> float:
        return max(self.false_alerts_a_year, 0.01) / self.buckets_a_year


@dataclass(frozen=True)
class Detector(Stored):
    """All it remembers, however long it has watched. `seasonal`: the next bucket's first. `run`: values in a row that
    were far out, negative below. `leniency`: what "not an anomaly" has taught, 1 at first."""

    scale: Scale
    tail: Tail
    promise: Promise
    alpha: float
    beta: float
    gamma: float
    level: float
    trend: float
    seasonal: tuple[float, ...]
    spread: float
    floor: float
    seen: int
    run: int = 0
    silent: int = 0
    leniency: float = 1.0

    NAME = "Robust online Holt-Winters"
    PAPER = "Gelper, Fried, Croux 2010, Journal of Forecasting 29: 285-300"

    def judge(self, value: float | None, *, effect: float = 0.0, widen: float = 1.0) -> tuple[Self, Judgement]:
        """One further value, None a gap; the detector after it, and what it says. Costs the same always.

        `effect`: of a calendar day, on the detector's scale (`calendar_effects`); `widen`: the factor by which the
        interval is wider on a day of which less is known, as the first of its kind; such a value teaches nothing.
        """
        middle = self.level + _DAMPING * self.trend + self.seasonal[0] + effect
        reach = self.threshold * self.spread * widen
        if value is None or not math.isfinite(value) or abs(value) > _MOST:
            return self._after(0.0, 0.0, silent=max(0, self.silent - 1)), self._said(Kind.GAP, None, middle, reach, 0.0)
        error = self.scale.onto(value) - middle
        score = error / self.spread / widen
        kind = self._kind(score)
        silent = self.promise.cool_down if kind is Kind.ANOMALY else max(0, self.silent - 1)
        after = self._after(0.0 if widen > 1 else error, score, silent=silent)
        return after, self._said(kind, value, middle, reach, score)

    @property
    def threshold(self) -> float:
        return self.tail.threshold(self.promise.rate) * self.leniency

    def told_ordinary(self, judgement: Judgement) -> Self:
        """After "not an anomaly": from now on it takes a little more than that score; no more than twice as much."""
        wanted = abs(judgement.score) * 1.05 / self.tail.threshold(self.promise.rate)
        return replace(self, leniency=min(2.0, max(self.leniency, min(wanted, self.leniency * 1.25))))

    def told_anomaly(self) -> Self:
        """After "yes, an anomaly": what was unlearnt is learnt again, step by step."""
        return replace(self, leniency=max(1.0, self.leniency / 1.1))

    def _kind(self, score: float) -> Kind:
        if abs(score) <= self.threshold:
            return Kind.ORDINARY
        return Kind.COOLING_DOWN if self.silent else Kind.ANOMALY

    def _said(self, kind: Kind, value: float | None, middle: float, reach: float, score: float) -> Judgement:
        low, high = (self.scale.back(middle + way * reach) for way in (-1, 1))
        return Judgement(kind, value, self.scale.back(middle), low, high, score, self.threshold)

    def _after(self, error: float, score: float, *, silent: int) -> Self:
        run = self._run(score)
        # What lasts is no outlier: it may move the level faster and faster.
        clip = _CLIP * 2 ** max(0, abs(run) - _RUN + 1) * self.spread
        moved = max(-clip, min(clip, error))
        before = self.level + _DAMPING * self.trend
        ordinary = min(abs(error), 3 * self.spread / _OF_ABSOLUTE) * _OF_ABSOLUTE
        learns = _SPREAD_MEMORY if error else 0.0
        gamma = 0.0 if abs(run) >= _RUN else self.gamma
        return replace(
            self,
            level=before + self.alpha * moved,
            trend=_DAMPING * self.trend + self.beta * self.alpha * moved,
            seasonal=(*self.seasonal[1:], self.seasonal[0] + gamma * (1 - self.alpha) * moved),
            spread=max(self.floor, self.spread + learns * (ordinary - self.spread)),
            tail=self.tail.seen(abs(score)) if error else self.tail,
            run=run,
            silent=silent,
            seen=self.seen + 1,
        )

    def _run(self, score: float) -> int:
        if abs(score) <= _CLIP:
            return 0
        side = 1 if score > 0 else -1
        return max(-10, min(10, self.run + side if self.run * side > 0 else side))

    @classmethod
    def fit(
        cls,
        history: Sequence[float | None] | Floats,
        *,
        season: int = 7,
        promise: Promise | None = None,
        effects: Sequence[float] | None = None,
    ) -> "Detector":
        """From values of complete buckets, oldest first, None where there is none; how fast it learns is what would
        have foretold them best. `effects`: of calendar days, for each bucket. Raises CannotPredict: fewer than four
        seasons with values, or values that never varied."""
        values = _known(history[-_MOST_HISTORY:], season)
        scale = Scale.fit(values[~np.isnan(values)], season)
        scaled = np.array([math.nan if math.isnan(each) else scale.onto(each) for each in values.tolist()])
        scaled = scaled - (np.zeros(len(scaled)) if effects is None else np.array(effects)[-len(scaled) :])
        first = cls(scale=_PLAIN, tail=Tail(), promise=promise or Promise(), **_beginning(scaled, season))
        tried = [_run_over(replace(first, alpha=a, beta=b, gamma=c), scaled) for a, b, c in _SPEEDS]
        # The second time, from what the first one ended with, the beginning is no guess.
        best = min(tried, key=lambda each: each[1])[0]
        return replace(best, scale=scale, silent=0, run=0)


_PLAIN = Scale(1.0, 0.0)
_SPEEDS = tuple(product(_LEVELS, _TRENDS, _SEASONS))


def _known(history: Sequence[float | None] | Floats, season: int) -> Floats:
    values = np.array([math.nan if value is None else value for value in history], dtype=float)
    if np.isinf(values).any() or np.nanmax(np.abs(values), initial=0.0) > _MOST:
        raise CannotPredict(Why.NOT_FINITE)
    there = ~np.isnan(values)
    need(int(there.sum()), max(LEAST_SEASONS * season, 14), Why.TOO_SHORT)
    if np.ptp(values[there]) <= 1e-9 * np.abs(values[there]).max():
        raise CannotPredict(Why.ZERO_VARIANCE)
    return values[int(np.argmax(there)) :]


def _beginning(scaled: Floats, season: int) -> dict[str, Any]:
    """Level, season and spread of the first seasons, by medians."""
    first = scaled[: _FIRST_SEASONS * season]
    level = float(np.nanmedian(first))
    apart = [first[k::season] - level for k in range(season)]
    seasonal = [float(np.nanmedian(each)) if not np.isnan(each).all() else 0.0 for each in apart]
    left = np.abs(first - level - np.resize(seasonal, len(first)))
    whole = float(np.nanmean(np.abs(scaled - np.nanmedian(scaled))))
    floor = 1e-3 * whole
    spread = max(float(np.nanmean(left)) * _OF_ABSOLUTE, floor)
    return {
        "level": level,
        "trend": 0.0,
        "seasonal": tuple(seasonal),
        "spread": spread,
        "floor": floor,
        "seen": 0,
        "alpha": 0.1,
        "beta": 0.0,
        "gamma": 0.1,
    }


def _run_over(detector: Detector, scaled: Floats) -> tuple[Detector, float]:
    """The detector after the history, and its mean error, each no larger than the clipped ones count."""
    cap = 3 * detector.spread
    total, count = 0.0, 0
    for value in scaled.tolist():
        detector, said = detector.judge(None if math.isnan(value) else value)
        if said.value is not None:
            total, count = total + min(abs(said.value - said.expected), cap), count + 1
    return detector, total / max(count, 1)


def judged(detector: Detector, values: Iterable[float | None]) -> tuple[Detector, list[Judgement]]:
    """One value after the other."""
    said = []
    for value in values:
        detector, judgement = detector.judge(value)
        said.append(judgement)
    return detector, said
