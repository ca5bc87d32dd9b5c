"""Members of segments, kept as rows: written when they change, looked at by beat when it is time."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import connection

from analytics.choices import SegmentKind
from analytics.models import Segment, SegmentMember
from analytics.services.segment_people import Finding, finding, made_of
from brands.tenancy.scope import brand_scope

if TYPE_CHECKING:
    from analytics.metrics.stream import Int64s

LOOKED_AT_EVERY = timedelta(minutes=15)
# In one statement: rows that are there already stay untouched.
_ADD = """
INSERT INTO analytics_segmentmember (brand_id, segment_id, person)
SELECT %s, %s, unnest(%s::bigint[]) ON CONFLICT DO NOTHING
"""
_COUNT = """
SELECT count(DISTINCT coalesce(m."into", s.person)) FROM analytics_segmentmember s
LEFT JOIN analytics_personmerge m ON m.brand_id = s.brand_id AND m.merged = s.person
WHERE s.brand_id = %s AND s.segment_id = %s
"""


def due(*, at: datetime) -> list[UUID]:
    """Brands of which a segment is to be looked at."""
    rows = Segment.objects.all_brands(reason="segments").filter(due_at__lte=at)
    return list(rows.order_by().values_list("brand_id", flat=True).distinct())


def refresh_due(*, brand_id: UUID, at: datetime) -> int:
    """Returns how many segments were found anew: those made of something else than now. No event is read for others.

    Each in a transaction of its own: whoever changes one waits for that one alone."""
    with brand_scope(brand_id):
        asked = finding(brand_id=brand_id, at=at)
    found_anew = 0
    for segment in asked.known.values():
        if segment.due_at <= at:
            with brand_scope(brand_id):
                found_anew += refresh(segment=segment, asked=asked)
            asked.events.clear()  # of a large brand they are many, and two segments seldom ask the same
    return found_anew


def refresh(*, segment: Segment, asked: Finding, always: bool = False) -> bool:
    """Find and keep its members, if they may be others. In the brand's scope. Returns whether they were found anew."""
    now_of = made_of(segment.criteria, asked)
    if segment.made_of == now_of and not always:
        Segment.objects.filter(pk=segment.pk).update(due_at=asked.at + LOOKED_AT_EVERY)
        return False
    keep(segment=segment, numbers=asked.members(segment), asked=asked, now_of=now_of)
    return True


def keep(*, segment: Segment, numbers: Int64s, asked: Finding, now_of: str) -> None:
    """Whoever changed the segment, or found it of later data, meanwhile is right. Changes `segment` to what is kept."""
    held: Segment | None = Segment.objects.select_for_update(of=("self",)).filter(pk=segment.pk).first()
    if held is None or held.criteria != segment.criteria or held.build != segment.build:
        return
    if held.version is not None and held.version > asked.version:
        return
    if write(held, numbers.tolist()):
        segment.build = held.build + 1
    segment.people, segment.version, segment.made_of = len(numbers), asked.version, now_of
    segment.built_at, segment.due_at = asked.at, asked.at + LOOKED_AT_EVERY
    segment.save(update_fields=["build", "people", "version", "made_of", "built_at", "due_at"])


def write(segment: Segment, numbers: Iterable[int]) -> bool:
    """Whether its rows were others than `numbers`; now they are these."""
    wanted = set(numbers)
    rows = SegmentMember.objects.filter(segment=segment)
    before = set(rows.values_list("person", flat=True))
    if gone := before - wanted:
        rows.filter(person__in=gone).delete()
    return bool(add(segment, wanted - before) or gone)


def add(segment: Segment, numbers: Iterable[int]) -> int:
    """How many of them were not in it."""
    with connection.cursor() as cursor:
        cursor.execute(_ADD, [segment.brand_id, segment.pk, sorted(numbers)])
        return cursor.rowcount


def count(segment: Segment) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [segment.brand_id, segment.pk])
        found: int = cursor.fetchone()[0]
        return found


def is_static(segment: Segment) -> bool:
    return segment.kind == SegmentKind.STATIC
