"""Whether a series is read as sums or as proportions: a weekend that costs a third costs more in a good month."""

import numpy as np

from analytics.metrics.stream import Floats

# Back from logarithms no forecast goes further beyond what was seen than by this factor.
_MOST_GROWTH = 3.0


def proportional(values: Floats, season: int) -> bool:
    """The likelier scale (Box and Cox 1964, of 1 and of log) for the change from season to season."""
    if values.min() <= 0:
        return False
    logs = np.log(values)
    plain, relative = (np.abs(each[season:] - each[:-season]).mean() for each in (values, logs))
    return bool(relative * np.exp(logs.mean()) < plain)


def onto(values: Floats, *, logs: bool) -> Floats:
    return np.log(values) if logs else values


def back(forecast: Floats, *, logs: bool, most: float) -> Floats:
    """`most`: the largest value seen, on the scale of the forecast."""
    return np.exp(np.minimum(forecast, most + np.log(_MOST_GROWTH))) if logs else forecast
