"""Who comes, and when: each story is drawn from the day of the first visit and a place among the people of that day."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Self

import numpy as np

from analytics.demo import habits
from analytics.demo.plan import Plan, Trouble
from analytics.metrics.funnel.rows import Bools
from analytics.metrics.stream import Floats, Int64s

# A year in which anybody can come back, however many days of it are over.
HORIZON = 365
_COMES_BACK = habits.comes_back(HORIZON)
_MOBILE = list(habits.DEVICES).index("mobile")
_TRAITS = 6
# What chance decides of each visit.
LUCK = ("seen", "hour", "minute", "pace", "designs", "provider", "type", "fails", "cost", "views", "carts", "buys",
        "product", "amount")  # fmt: skip


@dataclass(frozen=True, eq=False)
class Arrays:
    """Columns of one length."""

    @classmethod
    def joined(cls, parts: list[Self]) -> Self:
        return cls(**{each.name: np.concatenate([getattr(part, each.name) for part in parts]) for each in fields(cls)})


@dataclass(frozen=True, eq=False)
class People(Arrays):
    """`day` of the first visit, from 0; `number` among the people of that day; places in the tables of habits."""

    day: Int64s
    number: Int64s
    source: Int64s
    country: Int64s
    device: Int64s
    checkout: Int64s
    payment: Int64s
    joins: Bools


@dataclass(frozen=True, eq=False)
class Visits(Arrays):
    """`person`: a place among the people; `after`: days since the first visit; `luck`: a column for each of LUCK."""

    person: Int64s
    after: Int64s
    luck: Floats

    def chance(self, name: str) -> Floats:
        return np.asarray(self.luck[:, LUCK.index(name)])


def drawn(plan: Plan) -> tuple[People, Visits]:
    """The oldest first."""
    seen = _seen(plan)
    people: list[People] = []
    visits: list[Visits] = []
    count = 0
    for day in range(plan.days):
        came, came_back = _of_day(plan, day, seen)
        people.append(came)
        visits.append(Visits(came_back.person + count, came_back.after, came_back.luck))
        count += len(came.day)
    return People.joined(people), Visits.joined(visits)


def picked(chance: Floats, weights: Mapping[str, float]) -> Int64s:
    """The places of values that chance picks by their weights."""
    edges = np.cumsum(list(weights.values()))
    return np.minimum(np.searchsorted(edges, chance, side="right"), len(edges) - 1)


def _seen(plan: Plan) -> Floats:
    """The chance that a visit on a day by a device is seen."""
    seen = np.ones((plan.days, len(habits.DEVICES)))
    seen[plan.on(Trouble.TRACKING_LOST), _MOBILE] = habits.SEEN_ON_MOBILE
    return seen


def _of_day(plan: Plan, day: int, seen: Floats) -> tuple[People, Visits]:
    """Whoever came first on that day. All who could have come are drawn, and then those kept who did: how many come
    changes with the plan, what becomes of each does not."""
    random = np.random.default_rng((plan.seed, plan.dates[day].toordinal()))
    size = plan.candidates
    comes = random.random(size) < plan.newcomers[day] / size
    traits = random.random((_TRAITS, size))
    who, after = np.nonzero(random.random((size, HORIZON), dtype=np.float32) < _COMES_BACK)
    person = np.concatenate([np.arange(size), who])
    after = np.concatenate([np.zeros(size, np.int64), after + 1])
    luck = random.random((len(person), len(LUCK)))

    device = picked(traits[2], habits.DEVICES)
    inside = day + after < plan.days
    shown = np.zeros(len(person), bool)
    shown[inside] = luck[inside, 0] < seen[day + after[inside], device[person[inside]]]
    comes &= shown[:size]  # whose first visit nobody saw never came
    place = np.cumsum(comes) - 1
    kept = shown & comes[person]
    number = np.flatnonzero(comes)
    people = People(
        day=np.full(len(number), day),
        number=number,
        source=picked(traits[0], habits.SOURCES)[number],
        country=picked(traits[1], habits.COUNTRIES)[number],
        device=device[number],
        checkout=(traits[3] < 0.5).astype(np.int64)[number],  # noqa: PLR2004
        payment=picked(traits[4], habits.PAYMENTS)[number],
        joins=(traits[5] < habits.JOINS)[number],
    )
    return people, Visits(place[person[kept]], after[kept], luck[kept])
