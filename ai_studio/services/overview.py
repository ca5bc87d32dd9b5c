"""The studio of every brand at a glance: what staff sees first. One place for its numbers."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, Min, Prefetch, Q, QuerySet, Sum
from django.db.models.functions import TruncDate

from ai_studio.choices import ACTIVE, ArtifactRole, Status
from ai_studio.models import Artifact, CostRecord, Generation

REASON = "staff overview"
DAYS = 14


@dataclass(frozen=True)
class Day:
    date: date
    completed: int
    failed: int


@dataclass(frozen=True)
class Overview:
    """Days are those of the time zone in use. `success_rate` (0–1) is None while nothing has ended today."""

    today: int
    completed_today: int
    failed_today: int
    success_rate: float | None
    spent_this_month_usd: Decimal
    waiting: int
    running: int
    oldest_waiting_at: datetime | None
    days: list[Day]
    recent: list[Generation]
    failures: list[Generation]


def overview(*, at: datetime) -> Overview:
    """`at` is now, in the time zone whose days and months are meant."""
    midnight = at.replace(hour=0, minute=0, second=0, microsecond=0)
    rows: QuerySet[Any] = Generation.objects.all_brands(reason=REASON)
    ended = rows.filter(completed_at__gte=midnight).aggregate(
        completed=Count("id", filter=Q(status=Status.COMPLETED)), failed=Count("id", filter=Q(status=Status.FAILED))
    )
    active = rows.filter(status__in=ACTIVE).aggregate(
        waiting=Count("id", filter=Q(status=Status.PENDING)),
        running=Count("id", filter=Q(status=Status.PROCESSING)),
        oldest=Min("created_at", filter=Q(status=Status.PENDING)),
    )
    total = ended["completed"] + ended["failed"]
    return Overview(
        today=rows.filter(created_at__gte=midnight).count(),
        completed_today=ended["completed"],
        failed_today=ended["failed"],
        success_rate=ended["completed"] / total if total else None,
        spent_this_month_usd=_spent_since(midnight.replace(day=1)),
        waiting=active["waiting"],
        running=active["running"],
        oldest_waiting_at=active["oldest"],
        days=_days(rows, midnight),
        recent=list(with_thumbnails(rows.select_related("brand", "user")).order_by("-id")[:12]),
        failures=list(rows.select_related("brand").filter(status=Status.FAILED).order_by("-completed_at")[:6]),
    )


def with_thumbnails(rows: "QuerySet[Any]") -> "QuerySet[Any]":
    """Adds `thumbnails`: a list with the one thumbnail, or empty. One query for all rows."""
    thumbnails = Artifact.objects.all_brands(reason=REASON).filter(role=ArtifactRole.THUMBNAIL)
    return rows.prefetch_related(Prefetch("artifacts", queryset=thumbnails, to_attr="thumbnails"))


def _spent_since(start: datetime) -> Decimal:
    total = CostRecord.objects.all_brands(reason=REASON).filter(at__gte=start).aggregate(total=Sum("amount_usd"))
    return total["total"] or Decimal(0)


def _days(rows: "QuerySet[Any]", midnight: datetime) -> list[Day]:
    """The last fortnight, days without work included."""
    first = midnight - timedelta(days=DAYS - 1)
    counted = {
        row["day"]: row
        for row in rows.filter(completed_at__gte=first)
        .annotate(day=TruncDate("completed_at"))
        .values("day")
        .order_by("day")
        .annotate(
            completed=Count("id", filter=Q(status=Status.COMPLETED)), failed=Count("id", filter=Q(status=Status.FAILED))
        )
    }
    dates = [(first + timedelta(days=number)).date() for number in range(DAYS)]
    nothing = {"completed": 0, "failed": 0}
    return [Day(day, *(counted.get(day, nothing)[key] for key in ("completed", "failed"))) for day in dates]
