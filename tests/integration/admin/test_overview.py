"""The dashboard's numbers are those in the database."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from django.utils import timezone

from ai_studio.models import CostRecord
from ai_studio.services.overview import DAYS, overview
from brands.tenancy.scope import brand_scope
from tests import studio

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def ended(tenant, status, at):
    return studio.generation(tenant, status=status, created_at=at, started_at=at, completed_at=at)


def test_today_counts_what_was_asked_and_what_ended_today_in_every_brand(ours, theirs, committed):
    for tenant in (ours, theirs):
        ended(tenant, "COMPLETED", NOON)
        ended(tenant, "COMPLETED", NOON - timedelta(days=1))
    ended(ours, "FAILED", NOON)
    ended(ours, "FAILED", NOON)
    ended(ours, "CANCELLED", NOON)
    now = overview(at=NOON)
    assert (now.today, now.completed_today, now.failed_today, now.success_rate) == (5, 2, 2, 0.5)


def test_without_anything_ended_there_is_no_success_rate(committed):
    now = overview(at=NOON)
    assert now.success_rate is None
    assert now.spent_this_month_usd == 0
    assert now.recent == now.failures == []


def test_spending_is_this_months(ours, committed):
    for number, at in enumerate((NOON, NOON.replace(day=1, hour=0), NOON.replace(month=10))):
        row = ended(ours, "COMPLETED", at)
        with brand_scope(ours.brand):
            CostRecord.objects.create(
                brand=ours.brand, generation=row, amount_usd=Decimal(10) ** number, source="TARIFF", at=at
            )
    assert overview(at=NOON).spent_this_month_usd == Decimal(11)


def test_the_queue_is_what_has_not_ended(ours, theirs, committed):
    first = studio.generation(ours, created_at=NOON - timedelta(minutes=5))
    studio.generation(theirs, created_at=NOON)
    studio.generation(ours, status="PROCESSING", created_at=NOON)
    studio.finished(ours)
    now = overview(at=NOON)
    assert (now.waiting, now.running, now.oldest_waiting_at) == (2, 1, first.created_at)


def test_the_fortnight_has_every_day_once(ours, committed):
    ended(ours, "COMPLETED", NOON)
    ended(ours, "FAILED", NOON - timedelta(days=13))
    ended(ours, "FAILED", NOON - timedelta(days=14))
    days = overview(at=NOON).days
    assert [day.date for day in days] == [(NOON - timedelta(days=DAYS - 1 - n)).date() for n in range(DAYS)]
    assert [(day.completed, day.failed) for day in (days[0], days[-1])] == [(0, 1), (1, 0)]
    assert sum(day.completed + day.failed for day in days) == 2


def test_recent_work_brings_its_thumbnail(ours, committed, media):
    done = studio.finished(ours)
    (shown,) = overview(at=timezone.now()).recent
    assert shown.pk == done.pk
    assert [thumbnail.role for thumbnail in shown.thumbnails] == ["THUMBNAIL"]
