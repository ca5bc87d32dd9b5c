"""Damped Holt–Winters: level, trend that fades, and season, each smoothed.

Holt 1957 and Winters 1960; the damped trend by Gardner and McKenzie 1985, "Forecasting trends in time series",
Management Science 31: 1237-1246; as a model with one source of error, ETS(A,Ad,A), by Hyndman, Koehler, Ord, Snyder
2008. Its one-step errors are a linear filter of the values and linear in the first states, so that one pass of a filter
and one least squares give the error of any parameters: thirty times as fast as a loop in Python, without approximation.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np

from analytics.metrics.predict.forecasts import scale
from analytics.metrics.predict.stored import Stored
from analytics.metrics.stream import Floats

# Three years of days tell of the next one what older ones do not.
_MOST_VALUES = 1100
_LEAST_DAMPING, _MOST_DAMPING = 0.8, 0.98
_STARTS = ((0.2, 0.05, 0.1, 0.95), (0.6, 0.1, 0.1, 0.9))


@dataclass(frozen=True)
class HoltWinters(Stored):
    """`parameters`: alpha, beta / alpha, gamma / (1 - alpha), phi. `seasonal`: of the next buckets."""

    level: float
    trend: float
    seasonal: tuple[float, ...]
    parameters: tuple[float, ...]
    logs: bool
    most: float

    NAME = "Damped Holt-Winters"
    PAPER = "Gardner, McKenzie 1985, Management Science 31: 1237-1246"

    def predict(self, horizon: int) -> Floats:
        fading = np.cumsum(self.parameters[3] ** np.arange(1, horizon + 1))
        forecast = self.level + self.trend * fading + np.resize(self.seasonal, horizon)
        return scale.back(forecast, logs=self.logs, most=self.most)

    @classmethod
    def fit(cls, values: Floats, season: int, *, warm: Self | None = None) -> Self:
        """Without a season where there are less than two of them. Needs some variation (`values.prepared`)."""
        values = values[-_MOST_VALUES:]
        season = season if len(values) >= 2 * season + 2 else 1
        logs = scale.proportional(values, season)
        series = scale.onto(values, logs=logs)
        size = float(np.abs(series - series.mean()).mean()) or 1.0
        middle = float(series.mean())
        parameters = _best((series - middle) / size, season, warm.parameters if warm else None)
        level, trend, seasonal = _states((series - middle) / size, season, parameters)
        return cls(
            level * size + middle,
            trend * size,
            tuple((seasonal * size).tolist()),
            tuple(parameters.tolist()),
            logs,
            float(series.max()),
        )


def _best(series: Floats, season: int, warm: tuple[float, ...] | None) -> Floats:
    from scipy import optimize

    bounds = [(0.005, 0.99), (1e-4, 0.99), (1e-4, 0.99), (_LEAST_DAMPING, _MOST_DAMPING)]
    tried = [
        optimize.minimize(  # type: ignore[call-overload]  # the stubs know no options of this method
            lambda parameters: _cost(series, season, parameters),
            np.array(start),
            method="L-BFGS-B",
            bounds=bounds,
            options={"maxiter": 6 if warm else 30, "ftol": 1e-4, "eps": 1e-4},
        )
        for start in ([warm] if warm else _STARTS)
    ]
    return np.asarray(min(tried, key=lambda found: float(found.fun)).x)


def _cost(series: Floats, season: int, parameters: Floats) -> float:
    with np.errstate(over="ignore", invalid="ignore"):
        value = float(np.mean(_errors(series, season, parameters)[0] ** 2))
    return value if np.isfinite(value) else 1e10


def _errors(series: Floats, season: int, parameters: Floats) -> tuple[Floats, Floats]:
    """One-step errors under the best first states, and those: level, trend, season but its last (they add up to 0)."""
    from scipy import signal

    top, bottom = _polynomials(season, parameters)
    rows = np.vstack([series, _first_states(len(series), season, parameters[3])])
    filtered = signal.lfilter(bottom, top, rows)
    design, target = filtered[1:].T, filtered[0]
    # A little ridge: states that no value depends on stay 0.
    square = design.T @ design + 1e-8 * np.eye(design.shape[1])
    first = np.linalg.solve(square, design.T @ target)
    return target - design @ first, first


def _polynomials(season: int, parameters: Floats) -> tuple[Floats, Floats]:
    """Of errors and of values in the lag: values × second = errors × first."""
    alpha, phi = parameters[0], parameters[3]
    beta, gamma = parameters[1] * alpha, parameters[2] * (1 - alpha) if season > 1 else 0.0
    damping = np.array([1.0, -phi])
    lag = np.zeros(season + 1)
    lag[0], lag[-1] = 1.0, -1.0
    whole = np.ones(season)  # (1 - lag^season) / (1 - lag)
    bottom = np.convolve(damping, lag)
    top = bottom.copy()
    top[1 : season + 2] += alpha * np.convolve(damping, whole)
    top[1 : season + 1] += phi * beta * whole
    top[season:] += gamma * damping
    return top, bottom


def _first_states(n: int, season: int, phi: float) -> Floats:
    """What each first state, a row, adds to each value: level, trend, and the season's phases against its last."""
    fading = np.cumsum(phi ** np.arange(1, n + 1))
    phases = np.eye(season)[:, np.arange(n) % season]
    return np.vstack([np.ones(n), fading, phases[:-1] - phases[-1:]])


def _states(series: Floats, season: int, parameters: Floats) -> tuple[float, float, Floats]:
    """Level, trend and season after the last value, the season from the next bucket on."""
    alpha, phi = parameters[0], parameters[3]
    beta, gamma = parameters[1] * alpha, parameters[2] * (1 - alpha) if season > 1 else 0.0
    errors, first = _errors(series, season, parameters)
    level, trend = float(first[0]), float(first[1])
    seasonal = np.append(first[2:], -first[2:].sum())
    for k, error in enumerate(errors.tolist()):
        level += phi * trend + alpha * error
        trend = phi * trend + beta * error
        seasonal[k % season] += gamma * error
    return level, trend, np.roll(seasonal, -(len(series) % season))
