"""The year's events in the order in which they happened, in batches, and what is true of them."""

from collections.abc import Iterator
from datetime import datetime
from functools import cached_property

import numpy as np

from analytics.demo import habits
from analytics.demo.people import drawn
from analytics.demo.plan import Plan
from analytics.demo.telling import NAMES, Teller, Told
from analytics.demo.visits import told
from analytics.ingest.incoming import IncomingEvent
from analytics.metrics.funnel.rows import Bools
from analytics.metrics.periods import microseconds
from analytics.metrics.stream import Floats, Int64s

_SECOND = 1_000_000


class Year:
    """Drawn when it is first asked for; the same plan gives the same year."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.people, self.visits = drawn(plan)
        self.story = told(plan, self.people, self.visits)

    @cached_property
    def events(self) -> Told:
        """In order of time."""
        at, kind, visit, serial = (np.concatenate(columns) for columns in zip(*self._parts(), strict=True))
        order = np.lexsort((visit, kind, at))
        return Told(at[order], kind[order], visit[order], serial[order])

    def count(self, *, after: datetime | None, until: datetime) -> int:
        """How many there are from `after` until `until`, both included."""
        first, last = self._range(after, until)
        return max(0, last - first)

    def batches(self, size: int, *, after: datetime | None, until: datetime) -> Iterator[list[IncomingEvent]]:
        """From `after` until `until`, both included: each of `size`, the last one of what is left."""
        first, last = self._range(after, until)
        teller = Teller(self.plan, self.people, self.visits, self.story)
        for start in range(first, last, size):
            yield teller.events(self.events.part(start, min(start + size, last)))

    def _range(self, after: datetime | None, until: datetime) -> tuple[int, int]:
        first = 0 if after is None else int(np.searchsorted(self.events.at, microseconds(after)))
        return first, int(np.searchsorted(self.events.at, microseconds(until), side="right"))

    def _parts(self) -> Iterator[tuple[Int64s, Int64s, Int64s, Int64s]]:
        """Moments, kinds, visits and serial numbers of each kind of event."""
        story, began = self.story, self.story.began_seconds
        first = self.visits.after == 0
        asked = began + 30 + 60 * story.pace
        looked = began + 150 + 300 * story.pace
        chosen = looked + 60 + 400 * story.pace
        yield self._part("$pageview", np.ones(len(began), bool), began)
        yield self._part("signed_up", first & self.people.joins[self.visits.person], began + 15)
        yield self._part("$generation_requested", story.designs, asked)
        yield self._part("$generation_completed", story.designs & ~story.fails, asked + story.work_seconds)
        yield self._part("$generation_failed", story.fails, asked + story.work_seconds)
        yield self._part("product_viewed", story.views, looked)
        yield self._part("cart_added", story.carts, chosen)
        yield self._part("purchase", story.buys, chosen + 90 + 600 * story.pace)
        yield from self._extras()

    def _part(self, name: str, which: Bools, seconds: Floats) -> tuple[Int64s, Int64s, Int64s, Int64s]:
        visit = np.flatnonzero(which)
        at = self.plan.midnights[self.story.day[visit]] + (seconds[visit] * _SECOND).astype(np.int64)
        return at, np.full(len(visit), NAMES.index(name)), visit, np.zeros(len(visit), np.int64)

    def _extras(self) -> Iterator[tuple[Int64s, Int64s, Int64s, Int64s]]:
        """Things that some of a day's visitors do, on good days more of them, however many visitors there are."""
        order = np.argsort(self.story.day, kind="stable")
        bounds = np.searchsorted(self.story.day[order], np.arange(self.plan.days + 1))
        usual = self.plan.events / self.plan.days * self.plan.shape / self.plan.shape.mean()
        for day, date in enumerate(self.plan.dates):
            random = np.random.default_rng((self.plan.seed, date.toordinal(), 1))
            together, alone = np.exp(habits.GOOD_DAYS * random.standard_normal(2))
            visits = order[bounds[day] : bounds[day + 1]]
            for name, share in habits.EXTRAS.items():
                luck = together if name in habits.RELATED else alone
                count = int(random.poisson(usual[day] * share * luck)) if len(visits) else 0
                visit = visits[(random.random(count) * len(visits)).astype(np.int64)]
                seconds = self.story.began_seconds[visit] + 1700 + 60 * random.random(count)
                at = self.plan.midnights[day] + (seconds * _SECOND).astype(np.int64)
                yield at, np.full(count, NAMES.index(name)), visit, np.arange(count)
