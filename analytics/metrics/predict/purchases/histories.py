"""What the models of purchases know of each person: how often they bought, when last, and for how much."""

from dataclasses import dataclass

import numpy as np

from analytics.metrics.predict.refusals import CannotPredict, Why, need
from analytics.metrics.stream import MICROSECONDS, Floats, Int64s, Occurrences

DAY = 86_400 * MICROSECONDS
WEEK = 7 * DAY
LEAST_PEOPLE = 30
LEAST_REPEAT_BUYERS = 10


@dataclass(frozen=True, eq=False)
class Histories:
    """One element for each person, ascending by `person`. Times are in units of the caller's choice (`histories`).

    `frequency`: purchases after the first. `recency`: from the first to the last, 0 where there is one only.
    `age`: from the first until now. `spend`: mean of the purchases after the first; 0 where there are none. A person
    who got back more than they paid has a negative one.

        >>> from analytics.metrics.stream import Occurrences
        >>> buys = Occurrences(np.array([7, 7, 9]), np.array([0, 2, 3]) * WEEK, np.array([5, 4, 6]) * 1_000_000)
        >>> known = histories(buys, as_of=10 * WEEK)
        >>> known.frequency.tolist(), known.recency.tolist(), known.age.tolist(), known.spend.tolist()
        ([1.0, 0.0], [2.0, 0.0], [10.0, 7.0], [4.0, 0.0])
    """

    person: Int64s
    frequency: Floats
    recency: Floats
    age: Floats
    spend: Floats

    def __len__(self) -> int:
        return len(self.person)

    def taken(self, which: Int64s | np.ndarray) -> "Histories":
        """Some of them."""
        frequency, recency, age, spend = (each[which] for each in (self.frequency, self.recency, self.age, self.spend))
        return Histories(self.person[which], frequency, recency, age, spend)

    def checked(self) -> "Histories":
        """Themselves. Raises CannotPredict: too few people or repeat buyers, or impossible times."""
        need(len(self), 1, Why.NO_PURCHASES)
        need(len(self), LEAST_PEOPLE, Why.TOO_FEW_PEOPLE)
        need(int((self.frequency > 0).sum()), LEAST_REPEAT_BUYERS, Why.TOO_FEW_REPEAT_BUYERS)
        columns = np.stack([self.frequency, self.recency, self.age])
        if not np.isfinite(columns).all():
            raise CannotPredict(Why.NOT_FINITE)
        once = self.frequency == 0
        if (columns < 0).any() or (self.recency > self.age).any() or (self.recency[once] > 0).any():
            raise CannotPredict(Why.INCONSISTENT)
        return self


def histories(purchases: Occurrences, *, as_of: int, unit: int = WEEK, step: int = DAY) -> Histories:
    """What was known at `as_of`, in microseconds since 1970 UTC; later purchases are not looked at.

    Purchases of one person in the same `step` (a UTC day; both in microseconds) are one: an order split in two is no
    return. `unit` is that of the times. What one person paid and got back in a step is netted; a step of refunds only
    is no purchase (one that was free is), but what it gave back is taken off that person's spend.
    """
    known = purchases.taken(purchases.at <= as_of)
    person, day, paid = _netted(known, step)
    people, number = np.unique(person, return_inverse=True)
    bought = paid >= 0
    first, last = _ends(number, day, bought, len(people))
    buys = np.bincount(number[bought], minlength=len(people)).astype(np.float64)
    later = day > first[number]
    money = np.bincount(number[later], weights=paid[later], minlength=len(people))
    some = buys > 0
    frequency = buys[some] - 1
    spend: Floats = np.where(frequency > 0, money[some] / np.maximum(frequency, 1), 0.0)
    recency: Floats = (last - first)[some] * np.float64(step / unit)
    age: Floats = (as_of // step - first)[some] * np.float64(step / unit)
    return Histories(people[some], frequency, recency, age, spend)


def _netted(known: Occurrences, step: int) -> tuple[Int64s, Int64s, Floats]:
    """Person, step and money of each person's each step."""
    money = known.revenue_micros if len(known.revenue_micros) else np.zeros(len(known.person), np.int64)
    pairs, number = np.unique(np.stack([known.person, known.at // step], axis=1), axis=0, return_inverse=True)
    paid = np.bincount(number.ravel(), weights=money / MICROSECONDS, minlength=len(pairs)).astype(np.float64)
    return pairs[:, 0], pairs[:, 1], paid


def _ends(number: Int64s, day: Int64s, bought: np.ndarray, people: int) -> tuple[Int64s, Int64s]:
    first, last = np.full(people, np.iinfo(np.int64).max), np.zeros(people, np.int64)
    np.minimum.at(first, number[bought], day[bought])
    np.maximum.at(last, number[bought], day[bought])
    return first, last
