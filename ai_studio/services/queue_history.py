"""How the queues were: samples of every minute, put together into steps of a period."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, connections

from ai_studio.models.queue_sample import KEPT_DAYS
from ai_studio.services import periods
from ai_studio.services.periods import Period
from brands.models import Brand
from brands.permissions import Actor, require
from brands.tenancy.models import MAINTENANCE, cross_brand_reads

REASON = "staff queue page"
MINUTE = timedelta(minutes=1)
# Few enough points to tell apart on a screen, and steps that people reckon with.
_STEPS = tuple(timedelta(minutes=m) for m in (1, 5, 15, 60))
MAX_POINTS = 300


@dataclass(frozen=True)
class Point:
    """A step that begins at `at`. The depths and the age are the highest that were read in it, completed and failed
    what ended in it. None where nobody looked; the age also where nothing waited."""

    at: datetime
    waiting: int | None = None
    active: int | None = None
    delayed: int | None = None
    oldest_seconds: float | None = None
    completed: int | None = None
    failed: int | None = None


@dataclass(frozen=True)
class Span:
    """From the first moment to the last, in equal steps."""

    since: datetime
    until: datetime

    @property
    def step(self) -> timedelta:
        return next((step for step in _STEPS if (self.until - self.since) / step <= MAX_POINTS), _STEPS[-1])


@dataclass(frozen=True)
class History:
    period: Period
    step_seconds: int
    points: Sequence[Point]


# A reading at 12:01:00 tells what ended in the minute before it, so its figures belong to the step of 12:00.
_POINTS = """
WITH steps AS (
    SELECT generate_series(%(since)s::timestamptz, %(until)s::timestamptz - interval '1 microsecond', %(step)s) AS at
), read AS (
    SELECT date_bin(%(step)s, r.at - interval '1 minute', %(since)s) AS step, r.at,
           coalesce(sum(s.waiting), 0) AS waiting, coalesce(sum(s.active), 0) AS active,
           coalesce(sum(s.delayed), 0) AS delayed, max(s.oldest_seconds) AS oldest_seconds,
           coalesce(sum(s.completed), 0) AS completed, coalesce(sum(s.failed), 0) AS failed
    FROM ai_studio_queuereading r
    LEFT JOIN ai_studio_queuesample s ON s.at = r.at
        AND (%(brand)s::uuid IS NULL OR s.brand_id = %(brand)s)
        AND (%(queue)s = '' OR s.queue = %(queue)s) AND (%(provider)s = '' OR s.provider = %(provider)s)
    WHERE r.at > %(since)s AND r.at <= %(until)s
    GROUP BY r.at
)
SELECT steps.at, max(waiting)::int, max(active)::int, max(delayed)::int, max(oldest_seconds),
       sum(completed)::int, sum(failed)::int
FROM steps LEFT JOIN read ON read.step = steps.at
GROUP BY steps.at ORDER BY steps.at
"""


def history(
    *,
    actor: Actor,
    at: datetime,
    from_date: date | None = None,
    to_date: date | None = None,
    queue: str = "",
    provider: str = "",
) -> History:
    """Of the actor's brand, in its scope; until `at`, of one queue or provider, or of all.

    Raises InvalidInput for days that do not fit. What is older than KEPT_DAYS is not known any more.
    """
    brand = Brand.objects.get(pk=actor.brand_id)
    require(actor, "asset.view", brand)
    period = periods.period(
        timezone=brand.timezone, at=at, from_date=from_date, to_date=to_date, days=2, at_most=KEPT_DAYS + 1
    )
    first, last = period.midnights()[0], period.midnights()[-1]
    span = Span(first, max(first, min(last, at)))
    points = _points("default", span, brand_id=brand.id, queue=queue, provider=provider)
    return History(period, int(span.step.total_seconds()), points)


def history_for_staff(*, span: Span, brand_id: UUID | None = None, queue: str = "") -> list[Point]:
    """Of one brand or of all, through the maintenance role."""
    cross_brand_reads.labels(reason=REASON).inc()
    return _points(MAINTENANCE, span, brand_id=brand_id, queue=queue)


def read_queues() -> bool:
    """Write down how the queues of all brands are now; false when this minute was written down already."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT studio_read_queues()")
        return bool(cursor.fetchone()[0])


def _points(using: str, span: Span, *, brand_id: UUID | None, queue: str = "", provider: str = "") -> list[Point]:
    facts: dict[str, Any] = {
        "since": span.since,
        "until": span.until,
        "step": span.step,
        "brand": brand_id,
        "queue": queue,
        "provider": provider,
    }
    with connections[using].cursor() as cursor:
        cursor.execute(_POINTS, facts)
        return [Point(*row) for row in cursor.fetchall()]
