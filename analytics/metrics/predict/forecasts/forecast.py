"""The forecast of a metric: three models and their median, of which the back-test chooses, with its intervals."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from analytics.metrics.predict.forecasts.baselines import SeasonalMedian, naive_error
from analytics.metrics.predict.forecasts.conformal import Conformal
from analytics.metrics.predict.forecasts.holt_winters import HoltWinters
from analytics.metrics.predict.forecasts.rolling import errors, origins
from analytics.metrics.predict.forecasts.stl_theta import StlTheta
from analytics.metrics.predict.forecasts.theta import Theta
from analytics.metrics.predict.forecasts.values import prepared
from analytics.metrics.predict.refusals import CannotPredict, Why
from analytics.metrics.predict.stored import Stored
from analytics.metrics.stream import Floats

ENSEMBLE = "Median of Theta, Holt-Winters and STL + Theta"
# One model alone must have been so much better than the median of all: folds are few, and luck is not skill.
_BETTER = 0.95
NOMINAL = 0.8


@dataclass(frozen=True)
class BackTest(Stored):
    """Mean absolute errors over the folds, in the metric's unit; `naive`: of the seasonal naive forecast within the values.

    `coverage`: the share of a fold's values inside the interval that the other folds give, at 80 % nominal.
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
    """`chosen`: ENSEMBLE, a model's name, or the baseline's where nothing beat it. `least`: the metric cannot be lower."""

    chosen: str
    season: int
    values: int
    least: float | None
    theta: Theta
    holt_winters: HoltWinters
    stl_theta: StlTheta
    baseline: SeasonalMedian
    back_test: BackTest
    each: Conformal
    total: Conformal

    @property
    def beats_baseline(self) -> bool:
        return self.chosen != SeasonalMedian.NAME

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
        models = {each.NAME: each for each in (self.theta, self.holt_winters, self.stl_theta, self.baseline)}
        made = {name: model.predict(horizon) for name, model in models.items()}
        return self._possible(_with_ensemble(made)[self.chosen])

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
        models: dict[str, _Fitted] = _warm(warm)
        wrong = errors(series, at, horizon, _forecasts(season, models))
        chosen = _chosen({name: float(np.abs(each).mean()) for name, each in wrong.items()})
        fitted = _fitted(series, season, models)
        return cls(
            chosen,
            season,
            len(series),
            least,
            *fitted.values(),
            _back_test(wrong, chosen, naive_error(series, season)),
            Conformal.fit(wrong[chosen]),
            Conformal.fit(np.cumsum(wrong[chosen], axis=1)),
        )


_Fitted = Theta | HoltWinters | StlTheta | SeasonalMedian
_MODELS: Sequence[type[_Fitted]] = (Theta, HoltWinters, StlTheta, SeasonalMedian)


def _warm(warm: Forecast | None) -> dict[str, _Fitted]:
    return {each.NAME: each for each in (warm.theta, warm.holt_winters, warm.stl_theta)} if warm else {}


def _forecasts(season: int, models: dict[str, _Fitted]) -> Callable[[Floats, int], dict[str, Floats]]:
    """Each fold starts where the one before it ended: their parameters resemble each other."""

    def made(values: Floats, horizon: int) -> dict[str, Floats]:
        models.update(_fitted(values, season, models))
        return _with_ensemble({name: model.predict(horizon) for name, model in models.items()})

    return made


def _fitted(values: Floats, season: int, warm: Mapping[str, _Fitted]) -> dict[str, _Fitted]:
    fitted: dict[str, _Fitted] = {each.NAME: each.fit(values, season, warm=warm.get(each.NAME)) for each in _MODELS}  # type: ignore[arg-type]
    return fitted


def _with_ensemble(made: dict[str, Floats]) -> dict[str, Floats]:
    if not all(np.isfinite(each).all() for each in made.values()):
        raise CannotPredict(Why.NOT_FINITE)
    others = [made[each.NAME] for each in (Theta, HoltWinters, StlTheta)]
    return {**made, ENSEMBLE: np.median(others, axis=0)}


def _chosen(error: Mapping[str, float]) -> str:
    alone = min((name for name in error if name != ENSEMBLE), key=lambda name: error[name])
    best = alone if error[alone] < _BETTER * error[ENSEMBLE] else ENSEMBLE
    return SeasonalMedian.NAME if error[SeasonalMedian.NAME] <= error[best] else best


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
