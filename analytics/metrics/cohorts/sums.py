"""Sums over the people who came on the same day: enough for every cohort table, and updated without the others' lives.

What new events change is the lives of the people whom they concern: what was known of them is taken out of the sums,
what is known now is put in. All numbers are integers, so that the result equals a full rebuild to the last digit.
"""

import io
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from analytics.metrics.cohorts.lives import AGES, NOT_SEEN, PERIODS, Lives
from analytics.metrics.stream import Int64s

_COUNTS = ("people", "seen", "revenue_micros", "cost_micros")


@dataclass(frozen=True, eq=False)
class Sums:
    """One row for each day from `first_day` on (a date's ordinal): over the people who came on it.

    `people`: how many. `seen`: by age in days, how many were there for the first time in the period of that age.
    `revenue_micros`, `cost_micros`: by period, from the end of the one before to its own. `squares`: by period, the sum
    of the squares of what each person brought until its end, as whole numbers of any size.
    """

    first_day: int
    people: Int64s
    seen: Int64s
    revenue_micros: Int64s
    cost_micros: Int64s
    squares: npt.NDArray[np.object_]

    @classmethod
    def empty(cls, first_day: int = 1, days: int = 0) -> Self:
        by_period = (days, len(PERIODS))
        return cls(
            first_day,
            people=np.zeros(days, np.int64),
            seen=np.zeros((days, AGES), np.int64),
            revenue_micros=np.zeros(by_period, np.int64),
            cost_micros=np.zeros(by_period, np.int64),
            squares=np.full(by_period, 0, object),
        )

    def to_bytes(self) -> bytes:
        kept = {name: getattr(self, name) for name in _COUNTS}
        words = io.BytesIO()
        np.savez_compressed(words, first_day=self.first_day, squares=self.squares.astype(str), **kept)
        return words.getvalue()

    @classmethod
    def from_bytes(cls, words: bytes) -> Self:
        with np.load(io.BytesIO(words), allow_pickle=False) as kept:
            squares = np.array([int(square) for square in kept["squares"].flat], object)
            by_period = squares.reshape(kept["squares"].shape)
            return cls(int(kept["first_day"]), squares=by_period, **{name: kept[name] for name in _COUNTS})

    def between(self, first_day: int, end_day: int) -> Self:
        """The same for these days; those of which nothing is known are zeros."""
        wanted = type(self).empty(first_day, max(end_day - first_day, 0))
        start, end = max(first_day, self.first_day), min(end_day, self.first_day + len(self.people))
        if start < end:
            for mine, theirs in zip(self.columns, wanted.columns, strict=True):
                theirs[start - first_day : end - first_day] = mine[start - self.first_day : end - self.first_day]
        return wanted

    def plus(self, other: Self, *, times: int = 1) -> Self:
        """Both together; with `times` = -1 what is left of this without the other."""
        some = [sums for sums in (self, other) if len(sums.people)]
        first = min((sums.first_day for sums in some), default=1)
        end = max((sums.first_day + len(sums.people) for sums in some), default=1)
        both = self.between(first, end)
        for mine, theirs in zip(both.columns, other.between(first, end).columns, strict=True):
            np.add(mine, times * theirs, out=mine)
        return both

    def changed_days(self, other: Self) -> list[int]:
        """The days of whose people the two say something else."""
        difference = self.plus(other, times=-1)
        changed = [(column != 0).any(axis=tuple(range(1, column.ndim))) for column in difference.columns]
        return [difference.first_day + int(day) for day in np.flatnonzero(np.logical_or.reduce(changed))]

    @property
    def columns(self) -> tuple[npt.NDArray[Any], ...]:
        return (self.people, self.seen, self.revenue_micros, self.cost_micros, self.squares)


def sums(lives: Lives) -> Sums:
    if not len(lives.people):
        return Sums.empty()
    found = Sums.empty(int(lives.came.min()), int(np.ptp(lives.came)) + 1)
    row = lives.came - found.first_day
    np.add.at(found.people, row, 1)
    person, period = np.nonzero(lives.seen != NOT_SEEN)
    np.add.at(found.seen.reshape(-1), row[person] * AGES + lives.seen[person, period], 1)
    np.add.at(found.revenue_micros, row, lives.revenue_micros)
    np.add.at(found.cost_micros, row, lives.cost_micros)
    paid = lives.revenue_micros.any(axis=1)
    until = lives.revenue_micros[paid].cumsum(axis=1).astype(object)
    np.add.at(found.squares, row[paid], until * until)
    return found


def updated(before: Sums, *, former: Lives, now: Lives) -> Sums:
    """`former` and `now`: the lives, as they were known and as they are, of the people whom new events concern."""
    return before.plus(sums(former), times=-1).plus(sums(now))
