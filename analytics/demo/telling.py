"""Drawn things as the events that a shop's own tracking, and the studio, would send."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import numpy as np

from analytics.demo import habits
from analytics.demo.people import People, Visits
from analytics.demo.plan import Plan
from analytics.demo.visits import Story
from analytics.ingest.incoming import Identity, IncomingEvent
from analytics.metrics.stream import Int64s

NAMES = (
    "$pageview",
    "signed_up",
    "$generation_requested",
    "$generation_completed",
    "$generation_failed",
    "product_viewed",
    "cart_added",
    "purchase",
    *habits.EXTRAS,
)
# What every one of these events' insert_id begins with.
OWN = "demo:"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_PRODUCTS, _PRICES = list(habits.PRODUCTS), [Decimal(price) for price in habits.PRODUCTS.values()]
_SOURCES, _COUNTRIES, _DEVICES = list(habits.SOURCES), list(habits.COUNTRIES), list(habits.DEVICES)
_CHECKOUTS, _PAYMENTS = list(habits.BUYS), list(habits.PAYMENTS)
_PROVIDERS, _TYPES = list(habits.PROVIDERS), list(habits.TYPES)
_MODELS = {"openai": "gpt-image-1", "replicate": "flux-1.1-pro", "local": "atelier-local-1"}


@dataclass(frozen=True, eq=False)
class Told:
    """`at` in microseconds since 1970 UTC; `kind`: places in NAMES; `serial`: of that kind on that day, where a visit
    can have several."""

    at: Int64s
    kind: Int64s
    visit: Int64s
    serial: Int64s

    def part(self, first: int, last: int) -> "Told":
        return Told(self.at[first:last], self.kind[first:last], self.visit[first:last], self.serial[first:last])


class Teller:
    """An event's insert_id says whose it is and of which visit, whatever the plan: told again, it is the same."""

    def __init__(self, plan: Plan, people: People, visits: Visits, story: Story) -> None:
        dates = [f"{day:%Y%m%d}" for day in plan.dates]
        self._whose = [f"{dates[day]}-{number}" for day, number in zip(*_lists(people.day, people.number), strict=True)]
        self._traits = [
            {"source": _SOURCES[a], "country": _COUNTRIES[b], "device": _DEVICES[c], "checkout": _CHECKOUTS[d]}
            for a, b, c, d in zip(*_lists(people.source, people.country, people.device, people.checkout), strict=True)
        ]
        self._payment, self._joins = _lists(people.payment, people.joins)
        self._person, self._after = _lists(visits.person, visits.after)
        self._product, self._amount, self._designs = _lists(story.product, story.amount, story.designs)
        self._provider, self._type = _lists(story.provider, story.type)
        self._cost, self._seconds = _lists(story.cost_usd, story.work_seconds)
        self._more: Mapping[str, Callable[[int], dict[str, Any]]] = {
            "$generation_requested": self._requested,
            "$generation_completed": self._completed,
            "$generation_failed": self._failed,
            "product_viewed": self._product_of,
            "cart_added": self._product_of,
            "purchase": self._purchase,
        }

    def events(self, told: Told) -> list[IncomingEvent]:
        rows = zip(*_lists(told.at, told.kind, told.visit, told.serial), strict=True)
        return [self._event(at, NAMES[kind], visit, serial) for at, kind, visit, serial in rows]

    def _event(self, at: int, name: str, visit: int, serial: int) -> IncomingEvent:
        person, after = self._person[visit], self._after[visit]
        who = self._whose[person]
        known = self._joins[person] and (after > 0 or name != "$pageview")
        joins = name == "signed_up"
        sold = name == "purchase"
        more = self._more.get(name)
        return IncomingEvent(
            name=name,
            distinct_id=f"customer-{who}" if known else f"visitor-{who}",
            at=_EPOCH + timedelta(microseconds=at),
            insert_id=f"{OWN}{who}:{after}:{name}:{serial}",
            session=f"{who}-{after}",
            properties=self._traits[person] | more(visit) if more else self._traits[person],
            revenue=_PRICES[self._product[visit]] * self._amount[visit] if sold else None,
            identity=Identity.IDENTIFY if joins else Identity.NOTHING,
            alias=f"visitor-{who}" if joins else "",
        )

    def _product_of(self, visit: int) -> dict[str, Any]:
        return {"product": _PRODUCTS[self._product[visit]], "designed": self._designs[visit]}

    def _purchase(self, visit: int) -> dict[str, Any]:
        payment = _PAYMENTS[self._payment[self._person[visit]]]
        return self._product_of(visit) | {"payment": payment, "quantity": self._amount[visit]}

    def _requested(self, visit: int) -> dict[str, Any]:
        provider = _PROVIDERS[self._provider[visit]]
        return {"type": _TYPES[self._type[visit]], "provider": provider, "model": _MODELS[provider]}

    def _completed(self, visit: int) -> dict[str, Any]:
        spent = {"cost_usd": self._cost[visit], "duration_seconds": self._seconds[visit]}
        return self._requested(visit) | {"status": "COMPLETED"} | spent

    def _failed(self, visit: int) -> dict[str, Any]:
        seconds = self._seconds[visit]
        return self._requested(visit) | {"status": "FAILED", "error_code": "broken", "duration_seconds": seconds}


def _lists(*columns: Any) -> list[list[Any]]:
    """For one look at a time: numpy's numbers cost more there than Python's own."""
    return [column.tolist() for column in columns]


def revenue(story: Story) -> Decimal:
    """Of all that is bought."""
    sold = np.bincount(story.product[story.buys], story.amount[story.buys], minlength=len(_PRICES))
    return sum((price * int(count) for price, count in zip(_PRICES, sold, strict=True)), Decimal(0))
