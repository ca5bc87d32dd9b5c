"""The queue as people see it: how much waits, where a job stands, pausing, and what is kept of old jobs."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Count, Min, Q
from django.db.models.functions import Now
from django.utils import timezone

from ai_studio import bells
from ai_studio.choices import ACTIVE, Queue, Status
from ai_studio.models import Attempt, Generation, StudioSettings
from ai_studio.recording import fail_overdue
from ai_studio.services import calling_off
from brands import audit, events
from brands.models import Brand
from brands.permissions import Actor, require
from brands.tenancy.scope import brand_scope

KEPT_COMPLETED = 100
KEPT_FAILED = 50
MAX_ENDED_PER_SWEEP = 100
PACE_WINDOW = timedelta(minutes=10)
PACE_MINIMUM = 3
PACE_JOBS = 100


@dataclass(frozen=True)
class Counts:
    """Jobs by what they do: wait for a turn, run, wait for a moment, or have ended."""

    waiting: int = 0
    active: int = 0
    delayed: int = 0
    completed: int = 0
    failed: int = 0
    cancelled: int = 0


@dataclass(frozen=True)
class QueueCounts(Counts):
    """A brand's whole queue; `oldest_waiting_seconds` is None when nothing waits."""

    by_provider: dict[str, Counts] = field(default_factory=dict)
    paused: bool = False
    oldest_waiting_seconds: float | None = None


@dataclass(frozen=True)
class Place:
    """Where a job stands among its brand's: 1 is next. Both None once it runs or has ended; no estimate
    without at least PACE_MINIMUM completions in the last ten minutes to measure the pace by."""

    position: int | None = None
    eta_seconds: float | None = None


_LEASED = Q(lease_until__gt=Now())
_DUE = Q(next_step_at__lte=Now())
_FIGURES = {
    "waiting": Count("id", filter=Q(status__in=ACTIVE) & _DUE & ~_LEASED),
    "active": Count("id", filter=Q(status__in=ACTIVE) & _LEASED),
    "delayed": Count("id", filter=Q(status__in=ACTIVE) & ~_DUE & ~_LEASED),
    "completed": Count("id", filter=Q(status=Status.COMPLETED)),
    "failed": Count("id", filter=Q(status=Status.FAILED)),
    "cancelled": Count("id", filter=Q(status=Status.CANCELLED)),
}


def counts(*, brand_id: UUID) -> QueueCounts:
    """In the brand's scope: the figures of all providers and of each."""
    rows = Generation.objects.order_by().values("provider").annotate(**_FIGURES)
    by_provider = {row.pop("provider"): Counts(**row) for row in rows}
    settings_row = StudioSettings.objects.filter(pk=brand_id).first()
    oldest = Generation.objects.filter(status=Status.PENDING).aggregate(at=Min("created_at"))["at"]
    paused = settings_row is not None and settings_row.paused_at is not None
    return _counted(by_provider, paused=paused, oldest=oldest)


def counts_of_all_brands() -> dict[UUID, QueueCounts]:
    """For staff: the figures of every brand that ever made something, in three queries."""
    jobs = Generation.objects.all_brands(reason="staff queue page").order_by()
    by_brand: dict[UUID, dict[str, Counts]] = {}
    for row in jobs.values("brand_id", "provider").annotate(**_FIGURES):
        brand_id, provider = row.pop("brand_id"), row.pop("provider")
        by_brand.setdefault(brand_id, {})[provider] = Counts(**row)
    waiting = jobs.filter(status=Status.PENDING).values("brand_id").annotate(at=Min("created_at"))
    oldest = {row["brand_id"]: row["at"] for row in waiting}
    settings_rows = StudioSettings.objects.all_brands(reason="staff queue page")
    paused = set(settings_rows.filter(paused_at__isnull=False).values_list("pk", flat=True))
    return {
        id_: _counted(by_brand.get(id_, {}), paused=id_ in paused, oldest=oldest.get(id_))
        for id_ in by_brand.keys() | paused
    }


def _counted(by_provider: dict[str, Counts], *, paused: bool, oldest: datetime | None) -> QueueCounts:
    return QueueCounts(
        **{name: sum(getattr(c, name) for c in by_provider.values()) for name in _FIGURES},
        by_provider=by_provider,
        paused=paused,
        oldest_waiting_seconds=None if oldest is None else (timezone.now() - oldest).total_seconds(),
    )


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


def pause(*, actor: Actor) -> None:
    """No new step begins; running ones end. Pausing twice is pausing once."""
    _set_paused(actor, paused=True)


def resume(*, actor: Actor) -> None:
    _set_paused(actor, paused=False)
    for queue in Queue.values:
        waiting = Generation.objects.filter(queue=queue, status__in=ACTIVE).count()
        bells.ring_on_commit(queue, times=waiting)


def _set_paused(actor: Actor, *, paused: bool) -> None:
    brand = Brand.objects.get(pk=actor.brand_id)
    require(actor, "queue.manage", brand)
    StudioSettings.objects.get_or_create(brand=brand)
    changed = StudioSettings.objects.filter(pk=brand.pk, paused_at__isnull=paused).update(
        paused_at=timezone.now() if paused else None
    )
    if changed:
        what = "queue.paused" if paused else "queue.resumed"
        audit.record(actor=actor, action=what, obj=brand)
        events.append(brand_id=brand.id, type=what, payload={"by": actor.label})


def sweep() -> dict[str, int]:
    """What beat does every few seconds: end what is overdue, ring for what is due and has no bell, and for
    providers that are to be told that nobody wants their work any more.

    Returns how many bells were rung per queue. A bell is missing when the broker lost it, was away when it
    should have been rung, or when the worker that heard it died.
    """
    _end_overdue()
    calling_off.ring_for_due()
    rung = {}
    for queue, due in _due_per_queue().items():
        missing = due - bells.unheard(queue)
        if missing > 0 and (rang := bells.ring(queue, times=missing)):
            rung[queue] = rang
    return rung


def _due_per_queue() -> dict[str, int]:
    running = Generation.objects.all_brands(reason="sweep").filter(status__in=ACTIVE)
    paused = StudioSettings.objects.all_brands(reason="sweep").filter(paused_at__isnull=False).values("pk")
    due = running.filter(_DUE).exclude(_LEASED).exclude(brand_id__in=paused)
    return dict(due.order_by().values_list("queue").annotate(Count("id")))


def _end_overdue() -> None:
    overdue = Generation.objects.all_brands(reason="sweep").filter(status__in=ACTIVE, deadline_at__lt=Now())
    for generation in overdue.exclude(_LEASED)[:MAX_ENDED_PER_SWEEP]:
        fail_overdue(generation)


_FORGET = """
DELETE FROM ai_studio_attempt WHERE brand_id = %(brand)s AND cancel_next_at IS NULL AND generation_id IN (
    SELECT id FROM (
        SELECT g.id, row_number() OVER (ORDER BY g.completed_at DESC, g.id DESC) AS age
        FROM ai_studio_generation g
        WHERE g.brand_id = %(brand)s AND g.status = ANY(%(statuses)s)
          AND EXISTS (SELECT 1 FROM ai_studio_attempt a WHERE a.brand_id = g.brand_id AND a.generation_id = g.id)
    ) ended WHERE age > %(kept)s
)
"""


def clean_up(*, brand_id: UUID) -> int:
    """Forget job records (attempts with the providers' raw answers) beyond the last 100 completed and the
    last 50 failed or cancelled jobs; none before its provider was told that the job is called off. Generations,
    artifacts and the ledger are never touched. Returns how many."""
    forgotten = 0
    with brand_scope(brand_id), connection.cursor() as cursor:
        for statuses, kept in (
            ([Status.COMPLETED.value], KEPT_COMPLETED),
            ([Status.FAILED.value, Status.CANCELLED.value], KEPT_FAILED),
        ):
            cursor.execute(_FORGET, {"brand": brand_id, "statuses": statuses, "kept": kept})
            forgotten += cursor.rowcount
    return forgotten


def clean_up_all() -> int:
    brands = Attempt.objects.all_brands(reason="clean-up of job records").order_by().values_list("brand_id", flat=True)
    return sum(clean_up(brand_id=brand_id) for brand_id in set(brands.distinct()))
