"""Who is in a segment: its criteria asked of the events, and of the segments that it refers to."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any
from uuid import UUID

from analytics.choices import SegmentKind
from analytics.models import Segment
from analytics.services import segment_criteria
from analytics.services.segment_criteria import ByArrival, ByEvents, ByIdentity, BySegment, Condition
from analytics.stores import people, postgres
from analytics.stores.base import Range, Selection
from brands.errors import InvalidInput
from brands.models import Brand

if TYPE_CHECKING:
    from analytics.metrics.segments.conditions import Everyone
    from analytics.metrics.stream import Int64s, Occurrences

MOST_CONDITIONS = 60
# While nothing but time goes by, what depends on it is found again so often.
STEP_SECONDS = 3_600


@dataclass
class Finding:
    """For one brand and moment: each thing is read once, however many conditions ask for it.

    `version`: of the events, read before them: when some come meanwhile, what was found is known to be of before.
    """

    brand_id: UUID
    timezone: str
    at: datetime
    known: Mapping[UUID, Segment]
    version: int
    events: dict[tuple[Selection, Range], Occurrences] = field(default_factory=dict)
    found: dict[UUID, Int64s] = field(default_factory=dict)

    @cached_property
    def everyone(self) -> Everyone:
        return people.everyone(brand_id=self.brand_id)

    def people(self, criteria: Mapping[str, Any]) -> Int64s:
        """Their numbers, ascending. `criteria` that `expanded` lets pass."""
        from analytics.metrics.segments.joining import people as joined

        tree = segment_criteria.read(criteria, timezone=self.timezone, at=self.at)
        return joined(tree, self.everyone.person, self._meeting)

    def members(self, segment: Segment) -> Int64s:
        """Of a static segment as it is kept; of another as it would be built now."""
        if segment.pk not in self.found:
            self.found[segment.pk] = (
                people.members(brand_id=self.brand_id, segment_id=segment.pk)
                if segment.criteria is None
                else self.people(segment.criteria)
            )
        return self.found[segment.pk]

    def _meeting(self, condition: Condition) -> Int64s:
        from analytics.metrics.segments.conditions import who_did

        match condition:
            case BySegment(segment_id):
                return self.members(self.known[segment_id])
            case ByIdentity(identified):
                return self.everyone.person[self.everyone.identified == identified]
            case ByArrival(span):
                return self.everyone.person[span.holds(self.everyone.created_at)]
            case ByEvents(selection, within, did):
                return who_did(did, self._read(selection, within), self.everyone.person)

    def _read(self, selection: Selection, within: Range) -> Occurrences:
        key = (selection, within)
        if key not in self.events:
            self.events[key] = postgres.store.occurrences(
                brand_id=self.brand_id, selection=selection, within=within, revenue=False
            )
        return self.events[key]


def finding(*, brand_id: UUID, at: datetime) -> Finding:
    """In the brand's scope."""
    return Finding(
        brand_id=brand_id,
        timezone=Brand.objects.get(pk=brand_id).timezone,
        at=at,
        known={segment.pk: segment for segment in Segment.objects.for_brand(brand_id)},
        version=postgres.store.version(brand_id=brand_id),
    )


def expanded(
    criteria: Mapping[str, Any], known: Mapping[UUID, Segment], *, own: UUID | None = None
) -> dict[UUID, Segment]:
    """All segments that the criteria rest on. `own`: whose criteria they are to be, for those that are kept.

    Raises InvalidInput naming the condition whose segment is not there or leads back to `own`, or `criteria` when all
    of them together have too many conditions."""
    found: dict[UUID, Segment] = {}
    wrong: dict[str, list[str]] = {}
    for path, words in segment_criteria.paths(criteria):
        if "segment" not in words:
            continue
        below = _below(UUID(words["segment"]), known)
        if below is None:
            wrong[f"{path}.segment"] = ["Not found."]
        elif own in below:
            wrong[f"{path}.segment"] = ["A segment cannot refer to itself, nor through others."]
        else:
            found |= below
    if wrong:
        raise InvalidInput(fields=wrong)
    own_words = [criteria, *(each.criteria for each in found.values() if each.criteria)]
    if sum(1 for words in own_words for _ in segment_criteria.paths(words)) > MOST_CONDITIONS:
        reason = f"With those of the segments that it refers to, more than {MOST_CONDITIONS} conditions."
        raise InvalidInput(fields={"criteria": [reason]})
    return found


def made_of(criteria: Mapping[str, Any] | None, finding: Finding) -> str:
    """The same while the members are: a hash of the criteria, of what they rest on, and of the data's version."""
    rests_on = expanded(criteria, finding.known) if criteria else {}
    all_words = [criteria, *(segment.criteria for segment in rests_on.values())]
    moves = any(segment_criteria.moves_with_time(words) for words in all_words if words)
    facts: Sequence[Any] = [
        finding.version,
        finding.timezone,
        all_words,
        [(str(pk), segment.build) for pk, segment in rests_on.items() if segment.kind == SegmentKind.STATIC],
        int(finding.at.timestamp()) // STEP_SECONDS if moves else None,
    ]
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()


def _below(first: UUID, known: Mapping[UUID, Segment]) -> dict[UUID, Segment] | None:
    """A segment and all that it rests on; None when it is not there."""
    if first not in known:
        return None
    found: dict[UUID, Segment] = {}
    waiting = [first]
    while waiting:
        segment = known.get(waiting.pop())
        if segment is not None and segment.pk not in found:
            found[segment.pk] = segment
            waiting += segment_criteria.segments(segment.criteria or {})
    return found
