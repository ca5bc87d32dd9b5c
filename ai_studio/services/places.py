"""Where a job stands in its brand's queue, and when its turn will come, measured by the brand's own pace."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils import timezone

from ai_studio.choices import Status
from ai_studio.models import Generation

PACE_WINDOW = timedelta(minutes=10)
PACE_MINIMUM = 3
PACE_JOBS = 100


@dataclass(frozen=True)
class Place:
    """Where a job stands among its brand's: 1 is next. Both None once it runs or has ended; no estimate
    without at least PACE_MINIMUM completions in the last ten minutes to measure the pace by."""

    position: int | None = None
    eta_seconds: float | None = None


def place(generation: Generation) -> Place:
    return places([generation]).get(generation.id, Place())


# One walk along the queue, however many places are wanted.
_PLACES = """
SELECT id, place FROM (
    SELECT id, row_number() OVER (PARTITION BY queue ORDER BY priority DESC, id) AS place
    FROM ai_studio_generation WHERE queue = ANY(%s) AND status = 'PENDING'
) AS waiting WHERE id = ANY(%s)
"""
# The newest are enough to tell the pace, and a busy brand completes thousands in the window.
_PACE = """
SELECT asked.queue, count(*), min(done.completed_at) FROM unnest(%s::text[]) AS asked (queue), LATERAL (
    SELECT g.completed_at FROM ai_studio_generation g
    WHERE g.queue = asked.queue AND g.status = 'COMPLETED' AND g.claimed_at > now() - %s
    ORDER BY g.claimed_at DESC LIMIT %s
) AS done GROUP BY asked.queue
"""


def places(generations: Iterable[Generation]) -> dict[UUID, Place]:
    """The places of those that wait, by id; two queries however many there are."""
    waiting = {g.id: g.queue for g in generations if g.status == Status.PENDING}
    if not waiting:
        return {}
    queues = sorted(set(waiting.values()))
    with connection.cursor() as cursor:
        cursor.execute(_PLACES, [queues, list(waiting)])
        positions: dict[UUID, int] = dict(cursor.fetchall())
    pace = _seconds_between_completions(queues)
    return {
        id_: Place(position, round(position * pace[waiting[id_]], 1) if waiting[id_] in pace else None)
        for id_, position in positions.items()
    }


def _seconds_between_completions(queues: list[str]) -> dict[str, float]:
    """The brand's measured pace per queue: its latest completions of the last ten minutes."""
    with connection.cursor() as cursor:
        facts: list[Any] = [queues, PACE_WINDOW, PACE_JOBS]
        cursor.execute(_PACE, facts)
        rows = cursor.fetchall()
    now = timezone.now()
    return {queue: (now - since).total_seconds() / done for queue, done, since in rows if done >= PACE_MINIMUM}
