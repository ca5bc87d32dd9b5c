"""One cohort of the sums, and what can be said of it."""

from dataclasses import dataclass

import numpy as np

from analytics.metrics.cohorts.lives import PERIODS
from analytics.metrics.cohorts.sums import Sums
from analytics.metrics.intervals import wilson
from analytics.metrics.stream import Int64s
from analytics.metrics.survival import curve
from analytics.metrics.trends import Sample

_MICROS = 1_000_000


@dataclass(frozen=True)
class Retention:
    """The share that was there again within the period: for 30, between the 8th and the 30th day.

    `seen` of the cohort's people when all have lived through the period, with Wilson's interval. As long as only some
    have, `seen` is None, and the rate is estimated from everyone's time until they were seen (Kaplan–Meier, Greenwood).
    """

    rate: float
    interval: tuple[float, float]
    seen: int | None


@dataclass(frozen=True, eq=False)
class Part:
    """`last_ages`: the last age that is known of those who came on each day. Periods are named by their place."""

    sums: Sums
    last_ages: Int64s

    @property
    def people(self) -> int:
        return int(self.sums.people.sum())

    def revenue_micros(self, period: int) -> int:
        return int(self.sums.revenue_micros[:, : period + 1].sum())

    def cost_micros(self, period: int) -> int:
        return int(self.sums.cost_micros[:, : period + 1].sum())

    def revenue_of_a_person(self, period: int) -> Sample:
        """In units of the currency; the variance is exact until its last division."""
        people, revenue = self.people, self.revenue_micros(period)
        squares = int(self.sums.squares[:, period].sum())
        spread = (people * squares - revenue * revenue) / (people * (people - 1)) if people > 1 else 0.0
        return Sample(people, revenue / people / _MICROS, spread / _MICROS**2)

    def retention(self, period: int, *, whole: bool) -> Retention | None:
        """`whole`: everyone has lived through the period. None: nobody has."""
        # Nobody is seen again on the day on which they came.
        ages = np.arange(PERIODS[period - 1] if period else 1, PERIODS[period])
        seen = self.sums.seen[:, ages]
        if whole and self.people:
            count = int(seen.sum())
            return Retention(count / self.people, wilson(count, self.people), count)
        if not ((self.last_ages >= ages[-1]) & (self.sums.people > 0)).any():
            return None
        known = self.last_ages[:, None] >= ages
        waiting = self.sums.people[:, None] - (seen.cumsum(axis=1) - seen)
        unseen = curve(ages, (waiting * known).sum(axis=0), (seen * known).sum(axis=0))
        low, high = unseen.interval(int(ages[-1]))
        return Retention(1 - unseen.outlive(int(ages[-1])), (1 - high, 1 - low), None)
