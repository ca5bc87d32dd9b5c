"""A segment is whom plain counting finds, whatever its criteria."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analytics.api.serializers.criteria import CriteriaField
from analytics.choices import SegmentKind
from analytics.ingest.incoming import Identity, IncomingEvent
from analytics.models import DistinctId, PersonMerge, Segment
from analytics.services import segment_builds, segment_criteria
from analytics.services.segment_people import Finding, finding
from analytics.stores.connections import pool
from brands.models import Brand
from brands.tenancy.scope import brand_scope
from tests.factories import Tenant
from tests.integration.analytics.recorded import NOW, event, put

ZONE = ZoneInfo("America/New_York")
WHO = [f"p{number}" for number in range(12)]
NAMES = ["visit", "buy"]
DAYS = st.integers(0, 12).map(lambda days: (NOW - timedelta(days=days)).astimezone(ZONE).date())
KEPT = "00000000-0000-7000-8000-000000000001"


def recorded() -> list[IncomingEvent]:
    """Some at the brand's midnight, some a moment before, and two people who turn out to be one."""
    chance = random.Random(7)  # noqa: S311
    midnight = datetime(2024, 6, 15, 4, tzinfo=UTC)
    moments = [midnight - timedelta(microseconds=1), midnight, NOW - timedelta(days=5)]
    events = []
    for number in range(70):
        at = chance.choice([*moments, NOW - timedelta(minutes=chance.randrange(18_000))])
        colour = {"colour": chance.choice(["red", "blue"])}
        events.append(
            event(chance.choice(NAMES), chance.choice(WHO[:-1]), at=at, insert_id=str(number), properties=colour)
        )
    events.append(event("visit", WHO[-1], at=NOW, insert_id="last"))
    events.append(event("link", WHO[0], at=NOW, insert_id="link", identity=Identity.ALIAS, alias=WHO[1]))
    events.append(event("sign up", WHO[2], at=NOW, insert_id="known", identity=Identity.IDENTIFY, alias="device"))
    return events


@st.composite
def spans(draw: st.DrawFn) -> dict[str, Any]:
    kind = draw(st.sampled_from(["both", "to", "from", "days", "ever"]))
    if kind == "days":
        return {"within_days": draw(st.integers(1, 12))}
    first, last = sorted((draw(DAYS), draw(DAYS)))
    return {name: day.isoformat() for name, day in (("from", first), ("to", last)) if kind in (name, "both")}


@st.composite
def by_events(draw: st.DrawFn) -> dict[str, Any]:
    few = st.integers(0, 4)
    least = draw(few)
    how = draw(
        st.sampled_from(
            [
                {},
                {"did": False},
                {"at_least": least},
                {"at_most": least},
                {"exactly": least},
                {"at_least": least, "at_most": least + 2},
                {"which": "first"},
                {"which": "last"},
            ]
        )
    )
    colours = st.sampled_from([[], [{"property": "colour", "operator": "is", "values": ["red"]}]])
    return {"event": draw(st.sampled_from([*NAMES, None])), "filters": draw(colours), **how, **draw(spans())}


OTHERS: list[dict[str, Any]] = [{"person": "identified"}, {"segment": KEPT}, {"segment": KEPT, "is_in": False}]
LEAVES = by_events() | by_events() | by_events() | st.sampled_from(OTHERS)
CRITERIA = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.fixed_dictionaries({"all": st.lists(inner, min_size=1, max_size=3)}),
        st.fixed_dictionaries({"any": st.lists(inner, min_size=1, max_size=3)}),
        st.fixed_dictionaries({"not": inner}),
    ),
    max_leaves=4,
)


class Counting:
    """By hand: `people` are the events of each."""

    def __init__(self, people: dict[int, list[IncomingEvent]], identified: set[int], kept: set[int]) -> None:
        self.people, self.identified, self.kept = people, identified, kept

    def meets(self, person: int, words: dict[str, Any]) -> bool:
        if "all" in words:
            return all(self.meets(person, part) for part in words["all"])
        if "any" in words:
            return any(self.meets(person, part) for part in words["any"])
        if "not" in words:
            return not self.meets(person, words["not"])
        if "segment" in words:
            return (person in self.kept) == words.get("is_in", True)
        if "person" in words:
            return person in self.identified
        return self.did(person, words) == words.get("did", True)

    def did(self, person: int, words: dict[str, Any]) -> bool:
        wanted = [each["values"] for each in words.get("filters", [])]
        moments = sorted(
            each.at
            for each in self.people[person]
            if words["event"] in (None, each.name) and all(each.properties.get("colour") in values for values in wanted)
        )
        if (which := words.get("which", "any")) != "any":
            return bool(moments) and lies(moments[0 if which == "first" else -1], words)
        number = sum(lies(at, words) for at in moments)
        if "exactly" in words:
            return number == words["exactly"]
        least = words.get("at_least", 0 if "at_most" in words else 1)
        return bool(least <= number <= words.get("at_most", number))


def lies(at: datetime, words: dict[str, Any]) -> bool:
    if "within_days" in words:
        return at >= NOW - timedelta(days=words["within_days"])
    day = at.astimezone(ZONE).date()
    return (
        date.fromisoformat(words.get("from", "1970-01-01")) <= day <= date.fromisoformat(words.get("to", "2999-01-01"))
    )


@dataclass(repr=False)
class Both:
    asked: Finding
    counting: Counting


@pytest.fixture
def both(committed: None, ours: Tenant, theirs: Tenant) -> Iterator[Both]:
    events = recorded()
    put(theirs, *(event("buy", who, at=NOW, insert_id=f"theirs {who}") for who in reversed(WHO)))
    put(ours, *events)
    with brand_scope(ours.brand):
        Brand.objects.filter(pk=ours.id).update(timezone=ZONE.key)
        into = dict(PersonMerge.objects.values_list("merged", "into"))
        numbers = {
            name: into.get(person, person) for name, person in DistinctId.objects.values_list("distinct_id", "person")
        }
        facts = {"kind": SegmentKind.STATIC, "name": "kept", "due_at": NOW, "created_by": ours.owner}
        kept = Segment.objects.create(pk=KEPT, brand=ours.brand, **facts)
        segment_builds.add(kept, [1, 2, 5])
    people: dict[int, list[IncomingEvent]] = {number: [] for number in numbers.values()}
    for each in events:
        people[numbers[each.distinct_id]].append(each)
    with brand_scope(ours.brand):
        asked = finding(brand_id=ours.id, at=NOW)
    yield Both(asked, Counting(people, {numbers[WHO[2]]}, {into.get(number, number) for number in (1, 2, 5)}))
    pool().close()


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(criteria=CRITERIA)
def test_a_segment_is_whom_plain_counting_finds(criteria: dict[str, Any], both: Both) -> None:
    words = CriteriaField().run_validation(criteria)
    for part in (words, *(condition for _, condition in segment_criteria.paths(words))):
        wanted = sorted(person for person in both.counting.people if both.counting.meets(person, part))
        assert both.asked.people(part).tolist() == wanted, part
