"""Where a job stands in its brand's queue, and when its turn will come."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from ai_studio.choices import Status
from ai_studio.models import Generation
from ai_studio.services.pace import Pace, paces


@dataclass(frozen=True)
class Place:
    """Where a job stands among its brand's: 1 is next. All None once it runs or has ended.

    Seconds until its turn, and the range that eight of ten turns come in if the pace stays; None where nothing was
    measured to tell them by.
    """

    position: int | None = None
    eta_seconds: float | None = None
    eta_from_seconds: float | None = None
    eta_to_seconds: float | None = None


def place(generation: Generation) -> Place:
    return places([generation]).get(generation.id, Place())


# One walk along the queue, however many places are wanted.
_PLACES = """
SELECT id, place, queue, waiting_since FROM (
    SELECT id, queue, row_number() OVER (PARTITION BY queue ORDER BY priority DESC, id) AS place,
           min(created_at) OVER (PARTITION BY queue) AS waiting_since
    FROM ai_studio_generation WHERE queue = ANY(%s) AND brand_id = %s AND status = 'PENDING'
) AS waiting WHERE id = ANY(%s)
"""


def places(generations: Iterable[Generation]) -> dict[UUID, Place]:
    """The places of those that wait, by id, all of one brand; two queries however many there are."""
    waiting = [g for g in generations if g.status == Status.PENDING]
    if not waiting:
        return {}
    brand_id = waiting[0].brand_id
    with connection.cursor() as cursor:
        facts: list[Any] = [sorted({g.queue for g in waiting}), brand_id, [g.id for g in waiting]]
        cursor.execute(_PLACES, facts)
        rows = cursor.fetchall()
    measured = paces(brand_id=brand_id, waiting_since={queue: since for _, _, queue, since in rows}) if rows else {}
    return {id_: _place(position, measured.get(queue)) for id_, position, queue, _ in rows}


def _place(position: int, pace: Pace | None) -> Place:
    if pace is None:
        return Place(position)
    low, high = pace.range_seconds(position)
    return Place(position, round(position * pace.mean_seconds, 1), round(low, 1), round(high, 1))
