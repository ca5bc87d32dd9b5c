"""Sums over the people who came on the same day: enough for every cohort table, and updated without the history.

What new events change is the lives of the people whom they concern: what was known of them is taken out of the sums,
what is known now is put in. All numbers are integers, so that the result equals a full rebuild to the last digit.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from analytics.metrics.people import earliest, places
from analytics.metrics.periods import dates
from analytics.metrics.stream import Int64s, Occurrences

PERIODS = (7, 30, 90, 180, 365)
_AGES = PERIODS[-1]
# Which period each age (0: the day on which they came) is in, after the end of the one before.
BRACKETS = np.searchsorted(PERIODS, np.arange(_AGES), side="right")


@dataclass(frozen=True, eq=False)
class Lives:
    """All events of some people. `starts`: the first of a person is when they came.

    `activity`: what counts as being there, with its revenue. `costs`: its `revenue_micros` are what serving them cost.
    """

    starts: Occurrences
    activity: Occurrences
    costs: Occurrences


@dataclass(frozen=True, eq=False)
class Sums:
    """One row for each day from `first_day` on (a date's ordinal): over the people who came on it.

    `people`: how many. `seen`: by age in days, how many were there for the first time in the period of that age, their
    first day apart. `revenue_micros`, `cost_micros`: by age. `squares`: by period, the sum of the squares of what each
    person brought until its end, as whole numbers of any size.
    """

    first_day: int
    people: Int64s
    seen: Int64s
    revenue_micros: Int64s
    cost_micros: Int64s
    squares: npt.NDArray[np.object_]

    @classmethod
    def empty(cls, first_day: int = 1, days: int = 0) -> Self:
        by_age = (days, _AGES)
        return cls(
            first_day,
            np.zeros(days, np.int64),
            *(np.zeros(by_age, np.int64) for _ in range(3)),
            np.full((days, len(PERIODS)), 0, object),
        )

    def between(self, first_day: int, end_day: int) -> Self:
        """The same for these days; those of which nothing is known are zeros."""
        wanted = type(self).empty(first_day, max(end_day - first_day, 0))
        start, end = max(first_day, self.first_day), min(end_day, self.first_day + len(self.people))
        if start < end:
            for mine, theirs in zip(self._columns(), wanted._columns(), strict=True):
                theirs[start - first_day : end - first_day] = mine[start - self.first_day : end - self.first_day]
        return wanted

    def plus(self, other: Self, *, times: int = 1) -> Self:
        """Both together; with `times` = -1 what is left of this without the other."""
        some = [sums for sums in (self, other) if len(sums.people)]
        first = min((sums.first_day for sums in some), default=1)
        end = max((sums.first_day + len(sums.people) for sums in some), default=1)
        both = self.between(first, end)
        for mine, theirs in zip(both._columns(), other.between(first, end)._columns(), strict=True):
            np.add(mine, times * theirs, out=mine)
        return both

    def changed_days(self, other: Self) -> list[int]:
        """The days of whose people the two say something else."""
        difference = self.plus(other, times=-1)
        changed = [(column != 0).any(axis=tuple(range(1, column.ndim))) for column in difference._columns()]
        return (difference.first_day + np.flatnonzero(np.logical_or.reduce(changed))).tolist()

    def _columns(self) -> tuple[npt.NDArray, ...]:  # type: ignore[type-arg]
        return (self.people, self.seen, self.revenue_micros, self.cost_micros, self.squares)


def updated(before: Sums, *, former: Lives, now: Lives, timezone: str) -> Sums:
    """`former` and `now`: all that was known, and is known now, of the people whom new events concern."""
    return before.plus(sums(former, timezone), times=-1).plus(sums(now, timezone))


def sums(lives: Lives, timezone: str) -> Sums:
    people, first = earliest(lives.starts.person, lives.starts.at)
    if not len(people):
        return Sums.empty()
    came = dates(first, timezone)
    found = Sums.empty(int(came.min()), int(np.ptp(came)) + 1)
    row = came - found.first_day
    np.add.at(found.people, row, 1)
    who, ages, micros = _aged(lives.activity, people, came, timezone)
    _add_seen(found, row, who, ages)
    paid = micros != 0
    _add_money(found.revenue_micros, row[who[paid]], ages[paid], micros[paid])
    _add_squares(found, row, who[paid], ages[paid], micros[paid])
    who, ages, micros = _aged(lives.costs, people, came, timezone)
    _add_money(found.cost_micros, row[who], ages, micros)
    return found


def _aged(events: Occurrences, people: Int64s, came: Int64s, timezone: str) -> tuple[Int64s, Int64s, Int64s]:
    """Whose each event is, how many days after they came, and its money; those of a first year only."""
    who = places(people, events.person)
    ages = dates(events.at, timezone) - came[who]
    within = (who >= 0) & (ages >= 0) & (ages < _AGES)
    return who[within], ages[within], events.revenue_micros[within]


def _add_money(table: Int64s, row: Int64s, ages: Int64s, micros: Int64s) -> None:
    np.add.at(table.reshape(-1), row * _AGES + ages, micros)


def _add_seen(found: Sums, row: Int64s, who: Int64s, ages: Int64s) -> None:
    first = np.full((len(row), len(PERIODS)), _AGES)
    later = ages > 0
    np.minimum.at(first.reshape(-1), who[later] * len(PERIODS) + BRACKETS[ages[later]], ages[later])
    person, bracket = np.nonzero(first < _AGES)
    np.add.at(found.seen, (row[person], first[person, bracket]), 1)


def _add_squares(found: Sums, row: Int64s, who: Int64s, ages: Int64s, micros: Int64s) -> None:
    brought = np.zeros((len(row), len(PERIODS)), np.int64)
    np.add.at(brought.reshape(-1), who * len(PERIODS) + BRACKETS[ages], micros)
    spent = brought.any(axis=1)
    until = brought[spent].cumsum(axis=1).astype(object)
    np.add.at(found.squares, row[spent], until * until)
