"""What happens in each visit, and with what chance it does."""

from dataclasses import dataclass

import numpy as np

from analytics.demo import habits
from analytics.demo.people import People, Visits, picked
from analytics.demo.plan import EFFECTS, Plan, Trouble
from analytics.metrics.funnel.rows import Bools
from analytics.metrics.stream import Floats, Int64s

_CHECKOUTS = np.array(list(habits.BUYS.values()))
_OPEN_HOURS = (7.0, 22.0)


@dataclass(frozen=True, eq=False)
class Story:
    """Of each visit: `…_chance` is what decided, given what came before it. `seconds` into the day for each thing."""

    day: Int64s
    designs: Bools
    fails: Bools
    views: Bools
    carts: Bools
    carts_chance: Floats
    buys: Bools
    buys_chance: Floats
    provider: Int64s
    type: Int64s
    cost_usd: Floats
    work_seconds: Floats
    product: Int64s
    amount: Int64s
    began_seconds: Floats
    pace: Floats


def told(plan: Plan, people: People, visits: Visits) -> Story:
    day = people.day[visits.person] + visits.after
    provider, kind = picked(visits.chance("provider"), habits.PROVIDERS), picked(visits.chance("type"), habits.TYPES)
    designs = visits.chance("designs") < habits.DESIGNS
    fails = designs & (visits.chance("fails") < _failing(plan)[day, provider])
    views = visits.chance("views") < habits.VIEWS
    carts_chance = habits.CARTS + habits.CARTS_DESIGNED * (designs & ~fails)
    carts = views & (visits.chance("carts") < carts_chance)
    buys_chance = _buys_chance(plan, people, visits.person, day)
    dearness = _dearness(plan)[day, provider]
    cost = habits.COSTS[kind] * habits.PROVIDER_COSTS[provider] * dearness * (0.8 + 0.4 * visits.chance("cost"))
    opens, closes = _OPEN_HOURS
    hours = opens + (closes - opens) * (visits.chance("hour") + visits.chance("minute")) / 2
    return Story(
        day=day,
        designs=designs,
        fails=fails,
        views=views,
        carts=carts,
        carts_chance=carts_chance,
        buys=carts & (visits.chance("buys") < buys_chance),
        buys_chance=buys_chance,
        provider=provider,
        type=kind,
        cost_usd=np.round(cost, 4),
        work_seconds=np.round(5 + 40 * visits.chance("cost"), 3),
        product=(visits.chance("product") * len(habits.PRODUCTS)).astype(np.int64),
        amount=np.where(visits.chance("amount") < habits.TWO_OF_IT, 2, 1),
        began_seconds=hours * 3600,
        pace=visits.chance("pace"),
    )


def _buys_chance(plan: Plan, people: People, person: Int64s, day: Int64s) -> Floats:
    mobile = people.device[person] == list(habits.DEVICES).index("mobile")
    chance = _CHECKOUTS[people.checkout[person]] - habits.BUYS_LESS_ON_MOBILE * mobile
    card = people.payment[person] == list(habits.PAYMENTS).index("card")
    broken = np.isin(day, plan.on(Trouble.PAYMENTS_BROKEN)) & card
    return np.where(broken, chance * habits.BUYS_WITH_BROKEN_CARDS, chance)


def _failing(plan: Plan) -> Floats:
    """The chance that a job fails, by day and provider."""
    return _by_provider(plan, Trouble.PROVIDER_FAILING, habits.FAILS, habits.FAILS_WHEN_FAILING)


def _dearness(plan: Plan) -> Floats:
    return _by_provider(plan, Trouble.PROVIDER_DEAR, 1.0, habits.DEARER)


def _by_provider(plan: Plan, trouble: Trouble, usually: float, then: float) -> Floats:
    found = np.full((plan.days, len(habits.PROVIDERS)), usually)
    found[plan.on(trouble), list(habits.PROVIDERS).index(EFFECTS[trouble].value)] = then
    return found
