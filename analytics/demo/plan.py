"""How the shop's year goes: how many come on which day, what was launched, and what went wrong."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import cached_property
from zoneinfo import ZoneInfo

import numpy as np

from analytics.demo.habits import EXTRA_SHARE, OF_A_FIRST_VISIT, OF_A_VISIT, comes_back
from analytics.metrics.stream import Floats, Int64s

# Of the days of a week, Monday first; the year is busiest before Christmas.
_WEEK = np.array([1.0, 0.98, 0.97, 1.0, 1.05, 1.1, 0.9])
_YEAR, _PEAK_DAY = 0.12, 345
_GROWTH = 0.4
# Month and day: the same ones in every year.
LAUNCHES = {
    (2, 10): "Spring collection",
    (6, 3): "Summer drop",
    (9, 16): "Autumn collection",
    (11, 24): "Black week",
}
_LAUNCH, _FADES_DAYS = 0.7, 5.0
_QUIET_AFTER_LAUNCH = 12
# What goes wrong can only be noticed beside so many days before it.
QUIET_DAYS = 28
# Of the busiest day, of the mean day's: whoever could come at all, so that another day's count moves no one's story.
_BUSIEST = 3.2


class Trouble(StrEnum):
    TRACKING_LOST = "tracking_lost"
    PROVIDER_DEAR = "provider_dear"
    PROVIDER_FAILING = "provider_failing"
    PAYMENTS_BROKEN = "payments_broken"


@dataclass(frozen=True)
class Effect:
    """Where it shows: the metric (analytics/demo/definitions.py), the side, and the value of a property that is why."""

    metric: str
    side: str
    dimension: str
    value: str


EFFECTS: Mapping[Trouble, Effect] = {
    Trouble.TRACKING_LOST: Effect("Visits", "below", "device", "mobile"),
    Trouble.PROVIDER_DEAR: Effect("AI cost", "above", "provider", "openai"),
    Trouble.PROVIDER_FAILING: Effect("Failed generations", "above", "provider", "replicate"),
    Trouble.PAYMENTS_BROKEN: Effect("Purchases", "below", "payment", "card"),
}


@dataclass(frozen=True)
class Planted:
    trouble: Trouble
    date: date

    @property
    def effect(self) -> Effect:
        return EFFECTS[self.trouble]


@dataclass(frozen=True)
class Plan:
    """`days` until `last_date`, in which about `events` happen. The same plan is the same year, to the cent."""

    last_date: date
    days: int = 365
    events: int = 300_000
    timezone: str = "Europe/Paris"
    seed: int = 9

    @property
    def first_date(self) -> date:
        return self.last_date - timedelta(days=self.days - 1)

    @cached_property
    def dates(self) -> list[date]:
        return [self.first_date + timedelta(days=n) for n in range(self.days)]

    @cached_property
    def midnights(self) -> Int64s:
        """When each day begins, in microseconds since 1970 UTC."""
        zone = ZoneInfo(self.timezone)
        moments = [datetime.combine(day, time.min, zone).astimezone(UTC) for day in self.dates]
        return np.array([round(moment.timestamp()) * 1_000_000 for moment in moments], np.int64)

    @cached_property
    def shape(self) -> Floats:
        """How busy each day is beside the others."""
        days = np.arange(self.days)
        week = _WEEK[(self.first_date.weekday() + days) % 7]
        day_of_year = np.array([day.timetuple().tm_yday for day in self.dates])
        year = 1 + _YEAR * np.cos(2 * np.pi * (day_of_year - _PEAK_DAY) / 365)
        return np.asarray((1 + _GROWTH * days / self.days) * week * year * self._launched)

    @cached_property
    def newcomers(self) -> Floats:
        """How many are expected to come for the first time on each day."""
        returns = np.concatenate([[0.0], np.cumsum(comes_back(self.days - 1))])[::-1]
        each = OF_A_FIRST_VISIT + returns * OF_A_VISIT
        return np.asarray(self.shape * self.events * (1 - EXTRA_SHARE) / float(self.shape @ each))

    @property
    def candidates(self) -> int:
        """Who could come for the first time on any day: more than ever do."""
        return int(np.ceil(_BUSIEST * float(self.newcomers.mean())))

    @property
    def launches(self) -> list[tuple[date, str]]:
        return [(day, LAUNCHES[day.month, day.day]) for day in self.dates if (day.month, day.day) in LAUNCHES]

    @cached_property
    def planted(self) -> list[Planted]:
        """Twice a month something goes wrong for a day; none while the first days or a launch would hide it."""
        return [each for each in self._troubles() if self._would_show(each.date)]

    def on(self, trouble: Trouble) -> Int64s:
        """The days of such a trouble, counted from 0."""
        return np.array([(each.date - self.first_date).days for each in self.planted if each.trouble is trouble], int)

    @property
    def _launched(self) -> Floats:
        boost = np.ones(self.days)
        for day, _ in self.launches:
            since = np.arange(self.days) - (day - self.first_date).days
            boost += np.where(since >= 0, _LAUNCH * np.exp(-np.maximum(since, 0) / _FADES_DAYS), 0)
        return boost

    def _troubles(self) -> Iterator[Planted]:
        kinds = list(Trouble)
        first, last = (day.year * 12 + day.month - 1 for day in (self.first_date, self.last_date))
        for month in range(first, last + 1):
            random = np.random.default_rng((self.seed, month))
            for half in (0, 1):
                day = int(random.integers(2, 14)) + 14 * half
                yield Planted(kinds[(2 * month + half) % len(kinds)], date(month // 12, month % 12 + 1, day))

    def _would_show(self, day: date) -> bool:
        since = [(day - date(day.year, *launch)).days for launch in LAUNCHES]
        hidden = any(-1 <= days < _QUIET_AFTER_LAUNCH for days in since)
        return self.first_date + timedelta(days=QUIET_DAYS) <= day < self.last_date and not hidden
