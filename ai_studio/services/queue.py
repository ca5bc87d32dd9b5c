"""The queue as people see it: how much waits, and pausing."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Min, Q
from django.db.models.functions import Now
from django.utils import timezone

from ai_studio import bells
from ai_studio.choices import ACTIVE, Queue, Status
from ai_studio.models import Generation, StudioSettings
from brands import audit, events
from brands.models import Brand
from brands.permissions import Actor, require


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


LEASED = Q(lease_until__gt=Now())
DUE = Q(next_step_at__lte=Now())
_FIGURES = {
    "waiting": Count("id", filter=Q(status__in=ACTIVE) & DUE & ~LEASED),
    "active": Count("id", filter=Q(status__in=ACTIVE) & LEASED),
    "delayed": Count("id", filter=Q(status__in=ACTIVE) & ~DUE & ~LEASED),
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
    now = timezone.now()
    changed = StudioSettings.objects.filter(pk=brand.pk, paused_at__isnull=paused).update(
        **{"paused_at": now} if paused else {"paused_at": None, "resumed_at": now}
    )
    if changed:
        what = "queue.paused" if paused else "queue.resumed"
        audit.record(actor=actor, action=what, obj=brand)
        events.append(brand_id=brand.id, type=what, payload={"by": actor.label})
