"""What a right analysis of the year finds: the chances by which it was drawn, and the sums of what was."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import numpy as np

from analytics.demo import habits
from analytics.demo.plan import Planted, Trouble
from analytics.demo.telling import revenue
from analytics.demo.year import Year
from analytics.metrics.stream import Int64s

# Of the funnel: each step, when a person comes for the first time, within an hour.
STEPS = ("$pageview", "product_viewed", "cart_added", "purchase")


@dataclass(frozen=True)
class Truth:
    """Chances, each the mean over those whom it is about; `revenue` and `cost_usd` are of all events.

    `rates`: from each of STEPS to the next one, on a person's first visit. `checkouts`: to purchase from a person's
    first cart, by the checkout that they see. `retention`: of a visit so many days after the first one.
    """

    rates: Sequence[float]
    checkouts: Mapping[str, float]
    retention: Mapping[int, float]
    revenue: Decimal
    cost_usd: float
    related: tuple[str, str]
    unrelated: str
    planted: Sequence[Planted]
    launches: Sequence[tuple[date, str]]


def truth(year: Year, *, days: Sequence[int] = (1, 7, 30)) -> Truth:
    """Of a year that is over: all of its days."""
    story, first = year.story, year.visits.after == 0
    return Truth(
        rates=(
            habits.VIEWS,
            float(story.carts_chance[first & story.views].mean()),
            float(story.buys_chance[first & story.carts].mean()),
        ),
        checkouts={name: _buys(year, place) for place, name in enumerate(habits.BUYS)},
        retention={after: _comes_back(year, after) for after in days},
        revenue=revenue(story),
        cost_usd=float(story.cost_usd[story.designs & ~story.fails].sum()),
        related=habits.RELATED,
        unrelated=habits.UNRELATED,
        planted=year.plan.planted,
        launches=year.plan.launches,
    )


def _buys(year: Year, checkout: int) -> float:
    carts = np.flatnonzero(year.story.carts)
    carts = carts[np.lexsort((year.visits.after[carts], year.visits.person[carts]))]
    person, place = np.unique(year.visits.person[carts], return_index=True)
    first = carts[place]
    return float(year.story.buys_chance[first[year.people.checkout[person] == checkout]].mean())


def _comes_back(year: Year, after: int) -> float:
    """Of the people who could be back by now. Who came on a phone while phones were not seen was not seen."""
    plan, people = year.plan, year.people
    mature = people.day + after < plan.days
    unseen: Int64s = plan.on(Trouble.TRACKING_LOST)
    mobile = people.device[mature] == list(habits.DEVICES).index("mobile")
    seen = np.where(np.isin(people.day[mature] + after, unseen) & mobile, habits.SEEN_ON_MOBILE, 1.0)
    return float(habits.comes_back(after)[-1] * seen.mean())
