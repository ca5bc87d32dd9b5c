"""What beat does: end what is overdue, ring for what has no bell, forget old job records."""

from uuid import UUID

from django.db import connection
from django.db.models import Count
from django.db.models.functions import Now

from ai_studio import bells
from ai_studio.choices import ACTIVE, Status
from ai_studio.models import Attempt, Generation, StudioSettings
from ai_studio.recording import fail_overdue
from ai_studio.services import calling_off
from ai_studio.services.queue import DUE, LEASED
from brands.tenancy.scope import brand_scope

KEPT_COMPLETED = 100
KEPT_FAILED = 50
MAX_ENDED_PER_SWEEP = 100


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
    due = running.filter(DUE).exclude(LEASED).exclude(brand_id__in=paused)
    return dict(due.order_by().values_list("queue").annotate(Count("id")))


def _end_overdue() -> None:
    overdue = Generation.objects.all_brands(reason="sweep").filter(status__in=ACTIVE, deadline_at__lt=Now())
    for generation in overdue.exclude(LEASED)[:MAX_ENDED_PER_SWEEP]:
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
