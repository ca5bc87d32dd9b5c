"""A brand's jobs, many at once: call off what waits, ask again for what failed."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef

from ai_studio.choices import ParentKind, Status
from ai_studio.models import Generation
from ai_studio.services import generations
from brands import audit
from brands.permissions import Actor
from brands.tenancy.models import BrandQuerySet

# Each is a few statements and an audit entry of its own, and all are one transaction.
MOST_AT_ONCE = 100
FAILED_LATELY = timedelta(days=1)


def waiting() -> BrandQuerySet:
    """Jobs that have not begun, the newest first. In the brand's scope."""
    rows: BrandQuerySet = Generation.objects.filter(status=Status.PENDING).order_by("-id")
    return rows


def failed(*, at: datetime) -> BrandQuerySet:
    """Jobs that failed in the day before `at` and were not asked for again, the newest first."""
    again = Generation.objects.filter(parent=OuterRef("pk"), parent_kind=ParentKind.RETRY)
    rows = Generation.objects.filter(status=Status.FAILED, completed_at__gt=at - FAILED_LATELY)
    found: BrandQuerySet = rows.exclude(Exists(again)).order_by("-id")
    return found


def cancel_waiting(*, actor: Actor) -> int:
    """Call off up to MOST_AT_ONCE waiting jobs; what was held for them is released. Returns how many."""
    return _each(actor, waiting(), generations.cancel, "generation.cancelled")


def retry_failed(*, actor: Actor, at: datetime) -> int:
    """Ask again for up to MOST_AT_ONCE jobs that failed lately, or for none: raises BudgetExceeded or QuotaExceeded.
    Returns how many."""
    return _each(actor, failed(at=at), generations.retry, "generation.retried")


def _each(actor: Actor, rows: BrandQuerySet, do: Callable[..., Any], action: str) -> int:
    chosen = list(rows.select_for_update(of=("self",), skip_locked=True)[:MOST_AT_ONCE])
    for generation in chosen:
        do(actor=actor, generation=generation)
        audit.record(actor=actor, action=action, obj=generation)
    return len(chosen)
