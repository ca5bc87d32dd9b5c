"""The forecast of a metric: three models and their median, of which the back-test chooses, with its intervals."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from analytics.metrics.predict.forecasts.baselines import SeasonalMedian, naive_error
from analytics.metrics.predict.forecasts.conformal import OF_SUMS, Conformal
from analytics.metrics.predict.forecasts.models import ENSEMBLE, Models
from analytics.metrics.predict.forecasts.rolling import errors, origins
from analytics.metrics.predict.forecasts.values import prepared
from analytics.metrics.predict.stored import Stored
from analytics.metrics.stream import Floats

# One model alone, or the baseline, must have been so much better than the median: folds are few, and luck is no skill.
_BETTER = 0.95
NOMINAL = 0.8


@dataclass(frozen=True)
class BackTest(Stored):
    """Mean absolute errors over the folds, in the metric's unit, of the models by their `names`.

    `naive`: of the seasonal naive forecast within the values. `coverage`: the share of a fold's values inside the
    interval that the other folds give, at 80 % nominal.
    """

    folds: int
    horizon: int
    names: tuple[str, ...]
    errors: tuple[float, ...]
    naive: float
    coverage: float

    def error(self, name: str) -> float:
        return self.errors[self.names.index(name)]


@dataclass(frozen=True, eq=False)
class Path:
    """One element for each bucket after the last; `low` to `high` is expected to hold the nominal share of them."""

    value: Floats
    low: Floats
    high: Floats


@dataclass(frozen=True)
class Scenarios:
    """Of the sum over the horizon: its 10, 50 and 90 % quantiles."""

    conservative: float
    likely: float
    optimistic: float


@dataclass(frozen=True)
class Forecast(Stored):
    """`chosen`: ENSEMBLE, a model's name, or the baseline's where that was clearly better.

    `least`: the metric cannot be lower.
    """

    chosen: str
    season: int
    values: int
    least: float | None
    models: Models
    back_test: BackTest
    each: Conformal
    total: Conformal

    @property
    def beats_baseline(self) -> bool:
        """In the back-test. Where it does not, a forecast is worth no more than the weekday's median, and says so."""
        return self.back_test.error(self.chosen) < self.back_test.error(SeasonalMedian.NAME)

    def predict(self, horizon: int | None = None, *, nominal: float = NOMINAL) -> Path:
        """Up to the horizon it was tested for, which is the default; ValueError beyond."""
        n = self._within(horizon)
        value = self._value(n)
        low, high = (self.each.quantile(share)[:n] for share in ((1 - nominal) / 2, (1 + nominal) / 2))
        low, high = np.minimum(value + low, value), np.maximum(value + high, value)
        return Path(value, *(self._possible(end) for end in (low, high)))

    def scenarios(self, horizon: int | None = None) -> Scenarios:
        n = self._within(horizon)
        middle = float(self._value(n).sum())
        found = sorted(middle + float(self.total.quantile(share)[n - 1]) for share in (0.1, 0.5, 0.9))
        least = -np.inf if self.least is None else self.least * n
        return Scenarios(*(max(least, each) for each in found))

    def chance_of(self, total: float, horizon: int | None = None) -> float:
        """That the sum over the horizon will be more than `total`."""
        n = self._within(horizon)
        return self.total.chance_above(total - float(self._value(n).sum()), n)

    def _within(self, horizon: int | None) -> int:
        horizon = self.back_test.horizon if horizon is None else horizon
        if not 1 <= horizon <= self.back_test.horizon:
            raise ValueError(f"The forecast was tested for 1 to {self.back_test.horizon} buckets.")
        return horizon

    def _value(self, horizon: int) -> Floats:
        return self._possible(self.models.predict(horizon)[self.chosen])

    def _possible(self, values: Floats) -> Floats:
        return values if self.least is None else np.maximum(values, self.least)

    @classmethod
    def fit(
        cls,
        values: Sequence[float | None] | Floats,
        *,
        season: int,
        horizon: int,
        least: float | None = None,
        warm: Self | None = None,
    ) -> Self:
        """Values of complete buckets, oldest first; None is a gap. Raises CannotPredict: too short for the horizon, too
        many gaps, constant. `warm`: yesterday's fit of the same metric, from whose parameters the search begins."""
        series = prepared(values, season)
        at = origins(len(series), season, horizon)
        wrong, last = _tested(series, at, season, horizon, warm.models if warm else None)
        chosen = _chosen({name: float(np.abs(each).mean()) for name, each in wrong.items()})
        return cls(
            chosen=chosen,
            season=season,
            values=len(series),
            least=least,
            models=Models.fit(series, season, warm=last),
            back_test=_back_test(wrong, chosen, naive_error(series, season)),
            each=Conformal.fit(wrong[chosen]),
            total=Conformal.fit(np.cumsum(wrong[chosen], axis=1), OF_SUMS),
        )


def _tested(
    series: Floats, at: Sequence[int], season: int, horizon: int, warm: Models | None
) -> tuple[dict[str, Floats], Models | None]:
    """Errors of each model, and the last fold's fit. Each fold starts where the one before it ended."""

    def made(values: Floats, horizon: int) -> dict[str, Floats]:
        nonlocal warm
        warm = Models.fit(values, season, warm=warm)
        return warm.predict(horizon)

    return errors(series, at, horizon, made), warm


def _chosen(error: Mapping[str, float]) -> str:
    alone = min((name for name in error if name != ENSEMBLE), key=lambda name: error[name])
    best = alone if error[alone] < _BETTER * error[ENSEMBLE] else ENSEMBLE
    return SeasonalMedian.NAME if error[SeasonalMedian.NAME] < _BETTER * error[best] else best


def _back_test(wrong: Mapping[str, Floats], chosen: str, naive: float) -> BackTest:
    folds, horizon = wrong[chosen].shape
    sizes = tuple(float(np.abs(each).mean()) for each in wrong.values())
    return BackTest(folds, horizon, tuple(wrong), sizes, naive, _coverage(wrong[chosen]))


def _coverage(wrong: Floats) -> float:
    inside = []
    for fold in range(len(wrong)):
        others = Conformal.fit(np.delete(wrong, fold, axis=0))
        low, high = (others.quantile(share) for share in ((1 - NOMINAL) / 2, (1 + NOMINAL) / 2))
        inside.append(((low <= wrong[fold]) & (wrong[fold] <= high)).mean())
    return float(np.mean(inside))
