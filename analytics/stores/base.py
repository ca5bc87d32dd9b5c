"""What any store of events can answer. One brand a question; the answers are typed columns, also when empty."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol
from uuid import UUID

if TYPE_CHECKING:  # web reads the words of a question at its start, and needs no numpy for them
    from analytics.metrics.stream import Activity, Arrivals, News, Occurrences, Samples, Stream, Traits


# In place of a property's name: the revenue in millionths of the brand's currency, which add up exactly.
REVENUE = "$revenue"


class Operator(StrEnum):
    IS = "is"
    IS_NOT = "is_not"
    ABOVE = "above"
    AT_LEAST = "at_least"
    BELOW = "below"
    AT_MOST = "at_most"
    CONTAINS = "contains"
    MATCHES_GLOB = "matches_glob"
    IS_SET = "is_set"
    IS_NOT_SET = "is_not_set"


@dataclass(frozen=True)
class PropertyFilter:
    """`values`: any of them does; for *_not: none of them. Numbers compare as numbers, everything else as text."""

    name: str
    operator: Operator
    values: tuple[str | float | bool, ...] = ()


@dataclass(frozen=True)
class Selection:
    """Events of this name, or of any, whose properties pass every filter."""

    event: str | None
    filters: tuple[PropertyFilter, ...] = ()


@dataclass(frozen=True)
class Range:
    """Aware moments; `end` is not part of it."""

    start: datetime
    end: datetime


class Store(Protocol):
    def stream(
        self,
        *,
        brand_id: UUID,
        steps: Sequence[Selection],
        within: Range,
        exclusions: Sequence[Selection] = (),
        breakdown: str | None = None,
        others: bool = False,
        people: Sequence[int] | None = None,
    ) -> Stream:
        """Events that are a step or an exclusion; with `others` also the rest of what those persons did. `people`: of
        these numbers only, merged ones named too."""

    def occurrences(self, *, brand_id: UUID, selection: Selection, within: Range, revenue: bool = True) -> Occurrences:
        """Events of one selection, with revenue in the brand's currency (0 where it is none or another); without
        `revenue` it is 0 for all, and of unfiltered events only an index is read."""

    def samples(
        self,
        *,
        brand_id: UUID,
        selection: Selection,
        within: Range,
        number: str | None = None,
        breakdown: str | None = None,
    ) -> Samples:
        """Events of one selection with the number that their property `number` is (a text is none), or REVENUE."""

    def traits(self, *, brand_id: UUID, selection: Selection, within: Range, names: Sequence[str]) -> Traits:
        """Events of one selection with the values of several properties."""

    def telling_properties(self, *, brand_id: UUID, selection: Selection, within: Range, most: int) -> Sequence[str]:
        """Properties that tell groups apart: of the newest 1,000 events of the selection, those with 2 to 50 different
        values, the most frequent first."""

    def version(self, *, brand_id: UUID) -> int:
        """Grows with every change of the brand's events: an answer kept under it is never stale."""


class History(Store, Protocol):
    """A store that also tells what everyone did, and what of it is new."""

    def activity(self, *, brand_id: UUID, within: Range, told_from: datetime) -> tuple[Activity, Arrivals]:
        """What everyone did; and what has arrived, of which single moments are known from `told_from` on."""

    def activity_of(self, *, brand_id: UUID, people: Collection[int], within: Range) -> Activity:
        """What these people did, under whatever numbers they had."""

    def news(self, *, brand_id: UUID, known: Arrivals, newly: Range, told_from: datetime) -> News | None:
        """What is new since `known` of all before `newly.start`, and all of `newly`. None: that cannot be told, for
        some came with a moment of long ago, or with that of others."""
