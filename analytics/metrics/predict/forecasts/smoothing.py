"""Simple exponential smoothing with the least squared one-step error: one parameter, found in a millisecond."""

import numpy as np

from analytics.metrics.stream import Floats

_LEAST, _MOST = 0.01, 0.99


def smoothed(values: Floats, warm: float | None = None) -> tuple[float, float]:
    """The best alpha, and the level after the last value (Brown 1959); the first level is the mean of ten values."""
    from scipy import optimize

    first = float(values[: min(len(values), 10)].mean())
    # A warm search looks around the last answer only.
    low, high = (_LEAST, _MOST) if warm is None else (max(_LEAST, warm - 0.1), min(_MOST, warm + 0.1))
    found = optimize.minimize_scalar(
        lambda alpha: _errors(values, alpha, first), bounds=(low, high), method="bounded", options={"xatol": 1e-3}
    )
    alpha = float(found.x)
    return alpha, float(_levels(values, alpha, first)[-1])


def _errors(values: Floats, alpha: float, first: float) -> float:
    before = np.concatenate([[first], _levels(values, alpha, first)[:-1]])
    return float(((values - before) ** 2).sum())


def _levels(values: Floats, alpha: float, first: float) -> Floats:
    from scipy import signal

    levels, _ = signal.lfilter([alpha], [1.0, alpha - 1], values, zi=[(1 - alpha) * first])
    return np.asarray(levels)
