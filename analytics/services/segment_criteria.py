"""Criteria of a segment, from the words in which they are kept to conditions on people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID
from zoneinfo import ZoneInfo

from analytics.services.selections import selection
from analytics.stores.base import Range, Selection

if TYPE_CHECKING:
    from analytics.metrics.segments.conditions import Did, Span
    from analytics.metrics.segments.joining import Node

# Before and after any event. Those that a sender's clock puts a little ahead count.
BEGINNING, END = datetime(1970, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class ByEvents:
    """`within`: where the events lie that must be known."""

    selection: Selection
    within: Range
    did: Did


@dataclass(frozen=True)
class ByIdentity:
    identified: bool


@dataclass(frozen=True)
class ByArrival:
    span: Span


@dataclass(frozen=True)
class BySegment:
    segment_id: UUID


Condition = ByEvents | ByIdentity | ByArrival | BySegment


def read(words: Mapping[str, Any], *, timezone: str, at: datetime) -> Node[Condition]:
    """What the API has checked (analytics/api/serializers/criteria.py), for the moment `at`."""
    from analytics.metrics.segments.joining import All, AnyOf, Not

    if "all" in words:
        return All(tuple(read(part, timezone=timezone, at=at) for part in words["all"]))
    if "any" in words:
        return AnyOf(tuple(read(part, timezone=timezone, at=at) for part in words["any"]))
    if "not" in words:
        return Not(read(words["not"], timezone=timezone, at=at))
    return _condition(words, timezone, at)


def paths(words: Mapping[str, Any], path: str = "criteria") -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every condition with the place where it stands, as criteria.all.0."""
    if "not" in words:
        yield from paths(words["not"], f"{path}.not")
        return
    for joint in ("all", "any"):
        if joint in words:
            for place, part in enumerate(words[joint]):
                yield from paths(part, f"{path}.{joint}.{place}")
            return
    yield path, words


def segments(words: Mapping[str, Any]) -> list[UUID]:
    """Those that the criteria refer to."""
    return [UUID(leaf["segment"]) for _, leaf in paths(words) if "segment" in leaf]


def moves_with_time(words: Mapping[str, Any]) -> bool:
    return any("within_days" in leaf for _, leaf in paths(words))


def _condition(words: Mapping[str, Any], timezone: str, at: datetime) -> Node[Condition]:
    from analytics.metrics.segments.joining import Leaf, Not

    if "segment" in words:
        leaf: Node[Condition] = Leaf(BySegment(UUID(words["segment"])))
        return leaf if words.get("is_in", True) else Not(leaf)
    if words.get("person") == "identified":
        return Leaf(ByIdentity(words.get("is", True)))
    range_ = _range(words, timezone, at)
    return Leaf(ByArrival(_span(range_))) if "person" in words else _by_events(words, range_)


def _by_events(words: Mapping[str, Any], range_: Range) -> Node[Condition]:
    from analytics.metrics.segments.conditions import Did, Which
    from analytics.metrics.segments.joining import Leaf, Not

    which = Which(words.get("which", Which.ANY))
    exactly = words.get("exactly")
    most = words.get("at_most") if exactly is None else exactly
    least = words.get("at_least", 1 if most is None else 0) if exactly is None else exactly
    did = Did(_span(range_), which, least, most)
    found: Node[Condition] = Leaf(ByEvents(selection(words), _read_within(which, range_), did))
    return found if words.get("did", True) else Not(found)


def _read_within(which: str, range_: Range) -> Range:
    """To know somebody's first event one must see all before it; for the last, all after."""
    if which == "first":
        return Range(BEGINNING, range_.end)
    return Range(range_.start, END) if which == "last" else range_


def _range(words: Mapping[str, Any], timezone: str, at: datetime) -> Range:
    if "within_days" in words:
        return Range(at - timedelta(days=words["within_days"]), END)
    zone = ZoneInfo(timezone)
    first, last = words.get("from"), words.get("to")
    start = BEGINNING if first is None else _midnight(date.fromisoformat(first), zone)
    end = END if last is None else _midnight(date.fromisoformat(last) + timedelta(days=1), zone)
    return Range(start, end)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time.min, zone).astimezone(UTC)


def _span(range_: Range) -> Span:
    from analytics.metrics.periods import microseconds
    from analytics.metrics.segments.conditions import Span

    return Span(microseconds(range_.start), microseconds(range_.end))
