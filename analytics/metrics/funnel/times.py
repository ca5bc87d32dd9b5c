"""How long people take."""

from dataclasses import dataclass
from math import ceil

import numpy as np
import numpy.typing as npt

from analytics.metrics.errors import InvalidQuestion
from analytics.metrics.funnel.kernel import People
from analytics.metrics.stream import MICROSECONDS

Floats = npt.NDArray[np.float64]

PERCENTILES = (5, 25, 50, 75, 90, 95)
MOST_BINS = 60
WIDTH_OF_ONE_VALUE = 60


@dataclass(frozen=True)
class Spread:
    """Seconds. `percentiles`: {percent: seconds}, linear between neighbours."""

    people: int
    average: float
    median: float
    percentiles: dict[int, float]


@dataclass(frozen=True)
class Bin:
    """People who took `from_seconds` or longer, but less than the next bin."""

    from_seconds: int
    people: int


@dataclass(frozen=True)
class TimeToConvert:
    """`spread` is None, and there are no bins, when nobody got there."""

    spread: Spread | None
    bin_seconds: int | None
    bins: tuple[Bin, ...]


def between(people: People, from_step: int, to_step: int) -> Floats:
    """Seconds from one step to another of those who reached both."""
    both = people.at_step(from_step) & people.at_step(to_step)
    return (people.at[to_step, both] - people.at[from_step, both]) / MICROSECONDS


def spread(seconds: Floats) -> Spread | None:
    """None: there is nobody to tell of."""
    if not len(seconds):
        return None
    found = np.percentile(seconds, PERCENTILES)
    percentiles = {percent: float(value) for percent, value in zip(PERCENTILES, found, strict=True)}
    return Spread(len(seconds), float(seconds.mean()), percentiles[50], percentiles)


def time_to_convert(people: People, from_step: int, to_step: int, bin_count: int | None = None) -> TimeToConvert:
    """A histogram as PostHog cuts it: equal bins, without `bin_count` as many as the cube root of the people, rounded
    up, and one more that closes it. https://posthog.com/docs/product-analytics/funnels"""
    if not 0 <= from_step < to_step < len(people.at):
        raise InvalidQuestion("to_step", "Must be a step after from_step.")
    if bin_count is not None and not 1 <= bin_count <= MOST_BINS:
        raise InvalidQuestion("bin_count", f"Must be 1 to {MOST_BINS}.")
    seconds = between(people, from_step, to_step)
    if not len(seconds):
        return TimeToConvert(None, None, ())
    count = bin_count or min(ceil(round(np.cbrt(len(seconds)), 9)), MOST_BINS)
    start = int(np.floor(seconds.min()))
    width = ceil((seconds.max() - start) / count) or WIDTH_OF_ONE_VALUE
    filled = np.bincount(((seconds - start) // width).astype(np.int64), minlength=count + 1)
    bins = tuple(Bin(start + width * number, int(here)) for number, here in enumerate(filled))
    return TimeToConvert(spread(seconds), width, bins)
