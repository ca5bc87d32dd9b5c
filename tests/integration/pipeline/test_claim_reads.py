"""A claim reads what it gives and little more, however much waits or is delayed."""

from datetime import timedelta

import pytest
from django.db import connection, connections, transaction
from django.utils import timezone

from ai_studio import leases
from ai_studio.choices import Queue, Status
from ai_studio.models import Generation
from brands.tenancy.scope import brand_scope
from tests import studio
from tests.factories import Tenant
from tests.integration.pipeline import steps

MANY = 2000
# A few times what a claim of one job reads of a brand that has one.
FEW = 60

_READ = """
SELECT coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0) FROM pg_stat_xact_user_tables
WHERE relname = 'ai_studio_generation'
"""


def many(tenant: Tenant, **facts: object) -> None:
    """Copies of one stored generation, with `facts`."""
    first = studio.generation(tenant, queue=Queue.IO, provider="free", **facts)
    with brand_scope(tenant.brand):
        fields = {field.attname: getattr(first, field.attname) for field in Generation._meta.concrete_fields}
        del fields["id"]
        Generation.objects.bulk_create(Generation(**fields) for _ in range(MANY - 1))
    # What autovacuum does within a minute: plans that were made for a few rows are made anew.
    with connections["migrate"].cursor() as cursor:
        cursor.execute("ANALYZE ai_studio_generation")


def delayed(tenant: Tenant) -> None:
    """Begun jobs whose provider is asked again in an hour, all more urgent and older than what follows."""
    now = timezone.now()
    begun = {"started_at": now, "claimed_at": now, "next_step_at": now + timedelta(hours=1)}
    many(tenant, status=Status.PROCESSING, priority=9, **begun)


def rows_read_by_a_claim() -> int:
    def so_far() -> int:
        with connection.cursor() as cursor:
            cursor.execute(_READ)
            row = cursor.fetchone()
        return int(row[0]) if row else 0

    with transaction.atomic():
        before = so_far()
        assert leases.claim(Queue.IO) is not None
        return so_far() - before


@pytest.mark.usefixtures("provider")
def test_a_claim_does_not_read_through_what_waits(ours: Tenant, theirs: Tenant) -> None:
    many(ours)
    steps.ask(theirs)
    assert rows_read_by_a_claim() <= FEW
    assert rows_read_by_a_claim() <= FEW


@pytest.mark.usefixtures("provider")
def test_a_claim_does_not_read_through_what_is_delayed(ours: Tenant) -> None:
    delayed(ours)
    asked = steps.ask(ours, priority=0)
    assert rows_read_by_a_claim() <= FEW
    assert steps.fresh(asked).status == Status.PROCESSING


@pytest.mark.usefixtures("provider")
def test_what_has_begun_goes_on_before_anything_new_begins(ours: Tenant) -> None:
    begun = steps.ask(ours, "polled", "accept", priority=0)
    steps.claim()
    with brand_scope(ours.brand):
        Generation.objects.filter(pk=begun.pk).update(lease_until=None, next_step_at=timezone.now())
    urgent = steps.ask(ours, priority=9)
    assert [steps.claim().generation.pk for _ in range(2)] == [begun.pk, urgent.pk]
