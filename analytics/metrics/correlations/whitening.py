"""A series freed of trend, season and memory: what is left is what one day tells that the days before it did not.

Two series that both grow, both rest at weekends or both remember yesterday look related when they are not
(Yule 1926, "Why do we sometimes get nonsense-correlations"). Each is therefore freed of its own trend and season and
then filtered by its own autoregression (Haugh 1976, "Checking the independence of two covariance-stationary time
series", JASA 71: 378-385), whose order is chosen by BIC (Schwarz 1978).
"""

from collections.abc import Sequence

import numpy as np
from scipy import linalg

from analytics.metrics.stream import Floats, Int64s

MOST_ORDER = 10
# What is left of a series that trend and season explain: rounding, not variation.
_ROUNDING = 1e-9


def regressors(n: int, seasons: Sequence[Int64s]) -> Floats:
    """n rows: 1, the trend, and for each season a column for each of its phases but the first."""
    columns = [np.ones(n), np.linspace(-1.0, 1.0, n)]
    columns += [(phases == phase).astype(float) for phases in seasons for phase in np.unique(phases)[1:]]
    return np.column_stack(columns)


def freed(values: Floats, by: Floats) -> Floats:
    """What `by`, as `regressors` gives them, does not explain of the values; NaN where a value is NaN.

    Where that suits them better, positive values are read as proportions: a weekend that costs a third of the visits
    costs more of them in a good month. The better scale is the likelier one (Box and Cox 1964, of 1 and of log).
    """
    plain = _left(values, by)
    known = values[~np.isnan(values)]
    if not known.size or known.min() <= 0 or not varies(plain, values):
        return plain
    logs = np.log(known)
    proportions = _left(np.log(values), by)
    jacobian = float(np.exp(logs.mean()))
    return proportions if np.nanstd(proportions) * jacobian < np.nanstd(plain) else plain


def varies(left: Floats, values: Floats) -> bool:
    """Whether anything but rounding is left of the values."""
    return bool(np.nanstd(left) > _ROUNDING * np.nanmax(np.abs(values)))


def whitened(left: Floats) -> Floats:
    """The part of each element that those before it do not foretell; NaN at the first ones and where `left` is NaN.

    A gap is foretold from zero, which is what `freed` leaves on average.
    """
    filled = np.nan_to_num(left)
    coefficients = _autoregression(filled)
    order = len(coefficients)
    innovations = np.full(len(left), np.nan)
    innovations[order:] = filled[order:] - _before(filled, order) @ coefficients
    innovations[np.isnan(left)] = np.nan
    return innovations


def _left(values: Floats, by: Floats) -> Floats:
    known = ~np.isnan(values)
    coefficients = np.linalg.lstsq(by[known], values[known], rcond=None)[0]
    return values - by @ coefficients


def _autoregression(series: Floats) -> Floats:
    """Coefficients of the order with the least BIC, all orders compared on the same elements.

    The orders are nested: one QR decomposition gives the remaining sum of squares of each.
    """
    most = min(MOST_ORDER, len(series) // 10)
    now, before = series[most:], _before(series, most)
    q, r = np.linalg.qr(before)
    shares = q.T @ now
    rest = now @ now - np.concatenate([[0.0], np.cumsum(shares**2)])
    n = len(now)
    bic = n * np.log(np.maximum(rest / n, np.finfo(float).tiny)) + np.arange(most + 1) * np.log(n)
    order = int(np.argmin(bic))
    return linalg.solve_triangular(r[:order, :order], shares[:order])


def _before(series: Floats, order: int) -> Floats:
    """Row t: the `order` elements before element t + order, the nearest first."""
    n = len(series)
    return np.column_stack([series[order - k : n - k] for k in range(1, order + 1)]) if order else np.empty((n, 0))
