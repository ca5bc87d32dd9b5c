"""The queue as people see it, and the sweeper."""

from datetime import timedelta

import pytest
import redis
from django.db import connection

from ai_studio.choices import Queue, Status
from ai_studio.models import Artifact, Attempt, Generation, LedgerEntry
from ai_studio.services import queue, sweeping
from ai_studio.services.places import Place, place, places
from ai_studio.services.queue import Counts
from brands.models import AuditEntry, DomainEvent
from brands.tenancy.scope import brand_scope
from tests import studio
from tests.factories import Tenant
from tests.integration.pipeline import steps

pytestmark = pytest.mark.usefixtures("provider")


def bells(server: redis.Redis) -> int:
    return int(server.llen(Queue.IO))  # type: ignore[arg-type]


def test_jobs_are_counted_by_what_they_do(ours: Tenant, theirs: Tenant) -> None:
    steps.finish(steps.ask(ours, "done", provider="free"))
    steps.finish(steps.ask(ours, "failed", "refuse"))
    steps.ask(ours, "delayed", "busy:60")
    steps.step()
    steps.ask(ours, "running")
    steps.claim()
    for _ in range(2):
        steps.ask(ours, "waiting", provider="free")
    steps.ask(theirs)
    with brand_scope(ours.brand):
        found = queue.counts(brand_id=ours.id)
    assert found.by_provider == {
        "billing": Counts(active=1, delayed=1, failed=1),
        "free": Counts(waiting=2, completed=1),
    }
    assert (found.waiting, found.active, found.delayed, found.completed, found.failed) == (2, 1, 1, 1, 1)
    assert not found.paused
    assert found.oldest_waiting_seconds is not None
    assert {brand_id: all_.waiting for brand_id, all_ in queue.counts_of_all_brands().items()} == {
        ours.id: 2,
        theirs.id: 1,
    }


def test_a_place_counts_those_ahead_by_priority_and_age(ours: Tenant, theirs: Tenant) -> None:
    for _ in range(5):
        steps.ask(theirs)
    asked = [steps.ask(ours, priority=priority) for priority in (5, 5, 9)]
    with brand_scope(ours.brand):
        found = places(asked)
    assert [found[generation.pk] for generation in asked] == [Place(2), Place(3), Place(1)]


def test_a_running_job_has_no_place(ours: Tenant) -> None:
    running = steps.ask(ours)
    steps.claim()
    with brand_scope(ours.brand):
        assert place(steps.fresh(running)) == Place()


def test_pausing_twice_is_pausing_once_and_is_told_and_audited(ours: Tenant) -> None:
    with brand_scope(ours.brand):
        for change in (queue.pause, queue.pause, queue.resume, queue.resume):
            change(actor=ours.actor())
        told = list(DomainEvent.objects.order_by("seq").values_list("type", flat=True))
        audited = list(AuditEntry.objects.filter(action__startswith="queue.").values_list("action", flat=True))
    assert told == ["queue.paused", "queue.resumed"]
    assert sorted(audited) == told


def test_the_sweeper_rings_once_for_each_job_that_is_due_and_has_no_bell(
    ours: Tenant, theirs: Tenant, redis_server: redis.Redis
) -> None:
    for _ in range(3):
        steps.ask(ours)
    steps.ask(theirs)
    assert bells(redis_server) == 4
    assert sweeping.sweep() == {}
    redis_server.delete(Queue.IO)
    assert sweeping.sweep() == {Queue.IO: 4}
    assert bells(redis_server) == 4
    assert sweeping.sweep() == {}


def test_no_bell_waits_in_the_broker_for_more_than_a_minute(ours: Tenant, redis_server: redis.Redis) -> None:
    asked = steps.ask(ours, "much later", "limit:3600", "make")
    redis_server.flushdb()
    steps.step()
    assert bells(redis_server) == 0
    steps.make_due(asked)
    assert sweeping.sweep() == {Queue.IO: 1}


def test_the_sweeper_does_not_ring_for_what_runs_waits_or_is_paused(
    ours: Tenant, theirs: Tenant, redis_server: redis.Redis
) -> None:
    steps.ask(theirs)
    with brand_scope(theirs.brand):
        queue.pause(actor=theirs.actor())
    steps.ask(ours, "delayed", "busy:60")
    steps.step()
    steps.ask(ours)
    steps.claim()
    redis_server.flushdb()
    assert sweeping.sweep() == {}


def test_the_sweeper_rings_for_a_lease_that_ran_out(ours: Tenant, redis_server: redis.Redis) -> None:
    asked = steps.ask(ours)
    steps.claim()
    redis_server.flushdb()
    steps.expire(asked)
    assert sweeping.sweep() == {Queue.IO: 1}


def records(tenant: Tenant, status: Status, count: int) -> list[Generation]:
    """Ended jobs, oldest first, each with the record of its one attempt."""
    jobs = [studio.generation(tenant, status=status) for _ in range(count)]
    with brand_scope(tenant.brand):
        for age, job in enumerate(reversed(jobs)):
            Generation.objects.filter(pk=job.pk).update(completed_at=job.completed_at - timedelta(minutes=age))
        Attempt.objects.bulk_create(
            Attempt(brand=tenant.brand, generation=job, number=1, fence=1, started_at=job.created_at) for job in jobs
        )
    return jobs


def test_the_last_hundred_completed_and_fifty_failed_job_records_are_kept_per_brand(
    ours: Tenant, theirs: Tenant
) -> None:
    completed = records(ours, Status.COMPLETED, 103)
    failed = records(ours, Status.FAILED, 30)
    cancelled = records(ours, Status.CANCELLED, 22)
    records(theirs, Status.COMPLETED, 100)
    waiting = steps.ask(ours)
    steps.claim()
    assert sweeping.clean_up_all() == 3 + 2
    assert sweeping.clean_up_all() == 0
    with brand_scope(ours.brand):
        kept = set(Attempt.objects.values_list("generation_id", flat=True))
        assert Generation.objects.count() == 103 + 30 + 22 + 1
    assert set(steps.ids(completed[3:])) <= kept
    assert not set(steps.ids(completed[:3])) & kept
    assert waiting.pk in kept
    assert len(kept & set(steps.ids(failed + cancelled))) == 50


def test_cleaning_up_touches_neither_files_nor_money(ours: Tenant) -> None:
    done = [steps.finish(steps.ask(ours, f"kept {n}")) for n in range(3)]
    records(ours, Status.COMPLETED, 100)
    with brand_scope(ours.brand), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE ai_studio_generation SET completed_at = now() - interval '1 day' WHERE id = ANY(%s)",
            [steps.ids(done)],
        )
    assert sweeping.clean_up(brand_id=ours.id) == 3
    with brand_scope(ours.brand):
        assert Artifact.objects.filter(generation__in=done).count() == 6
        assert LedgerEntry.objects.filter(generation__in=done).count() == 6
