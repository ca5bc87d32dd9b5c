"""What became of people since they came, from their events."""

from dataclasses import dataclass, fields
from typing import Self

import numpy as np

from analytics.metrics.people import earliest, places
from analytics.metrics.periods import dates
from analytics.metrics.stream import Int64s, Occurrences

PERIODS = (7, 30, 90, 180, 365)
AGES = PERIODS[-1]
# Which period each age (0: the day on which they came) is in, after the end of the one before.
PERIOD_OF_AGE = np.searchsorted(PERIODS, np.arange(AGES), side="right")
NOT_SEEN = -1


@dataclass(frozen=True, eq=False)
class History:
    """All events of some people. `starts`: the first of a person is when they came.

    `activity`: what counts as being there, with its revenue. `costs`: its `revenue_micros` are what serving them cost.
    """

    starts: Occurrences
    activity: Occurrences
    costs: Occurrences


@dataclass(frozen=True, eq=False)
class Lives:
    """One row for each of `people`, a column for each period from the end of the one before to its own.

    `came`: the date, as its ordinal. `seen`: how old they were, in days, when they were first there in that period,
    their first day apart; NOT_SEEN. `revenue_micros`, `cost_micros`: in that period.
    """

    people: Int64s
    came: Int64s
    seen: Int64s
    revenue_micros: Int64s
    cost_micros: Int64s

    @classmethod
    def nobodys(cls) -> Self:
        nobody = np.zeros(0, np.int64)
        return cls(nobody, nobody, *(_columns(0, 0) for _ in range(3)))

    def __len__(self) -> int:
        return len(self.people)

    def taken(self, places: Int64s) -> Self:
        """Some of them."""
        return type(self)(*(getattr(self, field.name)[places] for field in fields(self)))

    def without(self, people: Int64s) -> Self:
        return self.taken(np.flatnonzero(~np.isin(self.people, people)))

    def and_of(self, others: Self) -> Self:
        """Of others too, who are none of these."""
        pairs = ((getattr(self, field.name), getattr(others, field.name)) for field in fields(self))
        return type(self)(*(np.concatenate(pair) for pair in pairs))


def lives(history: History, timezone: str, known: Lives | None = None) -> Lives:
    """Days are those of the place's calendar. `known`: what was known of people before these events, who came no later
    than any of them; it holds and is added to."""
    people, first = earliest(history.starts.person, history.starts.at)
    known = Lives.nobodys() if known is None else known
    new = places(known.people, people) < 0
    people, came = people[new], dates(first[new], timezone)
    found = known.and_of(Lives(people, came, *(_columns(len(people), each) for each in (NOT_SEEN, 0, 0))))
    who, ages, micros = _aged(history.activity, found, timezone)
    _see(found.seen, who, ages)
    _add(found.revenue_micros, who, ages, micros)
    _add(found.cost_micros, *_aged(history.costs, found, timezone))
    return found


def _columns(people: int, value: int) -> Int64s:
    return np.full((people, len(PERIODS)), value)


def _aged(events: Occurrences, found: Lives, timezone: str) -> tuple[Int64s, Int64s, Int64s]:
    """Whose each event is, how many days after they came, and its money; those of a first year only."""
    who = places(found.people, events.person)
    ages = dates(events.at, timezone) - found.came[who] if len(found.people) else np.full(len(who), AGES)
    within = (who >= 0) & (ages >= 0) & (ages < AGES)
    return who[within], ages[within], events.revenue_micros[within]


def _see(seen: Int64s, who: Int64s, ages: Int64s) -> None:
    first = np.where(seen == NOT_SEEN, AGES, seen).reshape(-1)
    later = ages > 0
    np.minimum.at(first, _cell(who[later], ages[later]), ages[later])
    seen.reshape(-1)[:] = np.where(first < AGES, first, NOT_SEEN)


def _add(table: Int64s, who: Int64s, ages: Int64s, micros: Int64s) -> None:
    some = micros != 0
    np.add.at(table.reshape(-1), _cell(who[some], ages[some]), micros[some])


def _cell(who: Int64s, ages: Int64s) -> Int64s:
    return who * len(PERIODS) + PERIOD_OF_AGE[ages]
