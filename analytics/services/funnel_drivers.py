"""What goes with converting: other events on the way, and what the first step's event was like."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Sum

from analytics.models import DailyCount
from analytics.services.funnels import Asked, kept, read
from analytics.services.selections import selection
from analytics.stores import postgres
from analytics.stores.base import Selection
from brands.tenancy.scope import brand_scope

if TYPE_CHECKING:
    from analytics.metrics.funnel.drivers import Driver
    from analytics.metrics.funnel.kernel import People
    from analytics.metrics.funnel.rows import Bools
    from analytics.metrics.stream import Occurrences

# As many as one look at the events can tell apart.
MOST_EVENTS = 20
MOST_PROPERTIES = 10
MOST_VALUES = 5
NOBODY_ENTERED, NOBODY_DECIDED, ALL_ALIKE, NO_CANDIDATES = REASONS = (
    "nobody_entered",
    "nobody_decided",
    "all_alike",
    "no_candidates",
)


@dataclass(frozen=True)
class Candidate:
    """An event, or with a value the name of a property of the first step's event."""

    of: str
    value: str | None = None

    @property
    def name(self) -> str:
        """Different for different candidates: no text of a brand's holds a NUL."""
        return self.of if self.value is None else f"{self.of}\0{self.value}"

    def words(self) -> dict[str, Any]:
        is_event = self.value is None
        return {"event": self.of if is_event else None, "property": None if is_event else self.of, "value": self.value}


def drivers(asked: Asked) -> dict[str, Any]:
    """Odds ratios with intervals, and q-values over all that was tried; or the reason why nothing can be said."""

    def compute() -> dict[str, Any]:
        from analytics.metrics.funnel import kernel
        from analytics.metrics.funnel.drivers import drivers as tested
        from analytics.metrics.funnel.drivers import is_decided

        stream, question = read(asked)
        people = kernel.people(stream, question)
        decided = people.taken(is_decided(people))
        counts = {
            "converted": int(decided.converted.sum()),
            "others": int((~decided.converted).sum()),
            "open": int(people.open.sum()),
        }
        if reason := _why_none(people, decided):
            return {**counts, "reason": reason, "tested": 0, "drivers": []}
        events, entered_with = _events(asked), _entered_with(asked, people)
        known = {each.name: each for each in [*events, *entered_with]}
        found = tested(
            people,
            question,
            {each.name: occurrences for each, occurrences in events.items()},
            {each.name: of_whom for each, of_whom in entered_with.items()},
        )
        reason = None if found else NO_CANDIDATES
        told = [_told(known[driver.name], driver) for driver in found]
        return {**counts, "reason": reason, "tested": len(found), "drivers": told}

    return kept("drivers", asked, {}, compute)


def _why_none(people: People, decided: People) -> str | None:
    if not people.at_step(0).any():
        return NOBODY_ENTERED
    if not len(decided):
        return NOBODY_DECIDED
    return ALL_ALIKE if decided.converted.all() or not decided.converted.any() else None


def _events(asked: Asked) -> Mapping[Candidate, Occurrences]:
    """The most frequent events that are no part of the funnel: all in one look, each as a step of its own."""
    from analytics.metrics.stream import Occurrences

    names = _names(asked)
    if not names:
        return {}
    steps = [Selection(name) for name in names]
    stream = postgres.store.stream(brand_id=asked.brand_id, steps=steps, within=asked.within)
    found = {}
    for place, name in enumerate(names):
        which = (stream.matches >> place) & 1 == 1
        found[Candidate(name)] = Occurrences(stream.person[which], stream.at[which])
    return found


def _names(asked: Asked) -> Sequence[str]:
    own = {part["event"] for part in [*asked.definition["steps"], *asked.definition["exclusions"]]} - {None}
    days = (asked.within.start.date(), asked.within.end.date())
    with brand_scope(asked.brand_id):
        counts = DailyCount.objects.filter(day_date__range=days, events__gt=0).exclude(name__in=own)
        frequent = counts.values("name").annotate(total=Sum("events")).order_by("-total", "name")
        return list(frequent.values_list("name", flat=True)[:MOST_EVENTS])


def _entered_with(asked: Asked, people: People) -> Mapping[Candidate, Bools]:
    """The most frequent values of what the first step's events have; but what everyone has."""
    import numpy as np

    from analytics.metrics.funnel.drivers import entry_values

    store, first = postgres.store, selection(asked.definition["steps"][0])
    within = asked.within
    names = store.telling_properties(brand_id=asked.brand_id, selection=first, within=within, most=MOST_PROPERTIES)
    if not names:
        return {}
    traits = store.traits(brand_id=asked.brand_id, selection=first, within=within, names=names)
    found = {}
    for name, column in traits.columns.items():
        values = entry_values(people, traits, column)
        there, numbers = np.unique(values[values >= 0], return_counts=True)
        for value in there[np.argsort(-numbers, kind="stable")][:MOST_VALUES].tolist():
            of_whom = values == value
            if not of_whom.all():
                found[Candidate(name, column.values[value])] = of_whom
    return found


def _told(candidate: Candidate, driver: Driver) -> dict[str, Any]:
    numbers = asdict(driver) | {"helps": driver.helps}
    return candidate.words() | {name: number for name, number in numbers.items() if name != "name"}
