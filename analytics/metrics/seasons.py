"""Which hour, weekday or month each bucket of a series is: what its values may follow."""

from datetime import datetime

import numpy as np

from analytics.metrics.periods import Buckets, Period
from analytics.metrics.stream import Int64s

# Less than this many times each month tells no season from a trend.
_YEARS = 3


def seasons(cut: Buckets) -> list[Int64s]:
    """For each season the phase of each bucket, by the place's own clock."""
    starts = cut.starts()
    if cut.period is Period.HOUR:
        return [_phases([at.hour for at in starts]), _weekdays(starts)]
    if cut.period is Period.DAY:
        return [_weekdays(starts)]
    if cut.period is Period.MONTH and len(cut) >= 12 * _YEARS:
        return [_phases([at.month for at in starts])]
    return []


def _weekdays(starts: list[datetime]) -> Int64s:
    return _phases([at.weekday() for at in starts])


def _phases(numbers: list[int]) -> Int64s:
    return np.array(numbers, dtype=np.int64)
