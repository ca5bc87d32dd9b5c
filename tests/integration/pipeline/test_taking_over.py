"""Slow workers, cancelled jobs, ends that stay: who may still write, and who may not."""

import hashlib
from pathlib import Path

import pytest
from django.db import IntegrityError, connection

from ai_studio import leases, pipeline
from ai_studio.choices import ParentKind, Queue, Status
from ai_studio.errors import NotCancellable, NotRetryable
from ai_studio.models import Artifact, CostRecord, Generation
from ai_studio.services import generations, lineage
from brands.tenancy.scope import brand_scope
from tests.factories import Tenant
from tests.integration.pipeline import steps
from tests.providers.server import ProviderServer, png
from tests.waiting import wait_until

pytestmark = pytest.mark.usefixtures("provider", "theirs")


def cancel(tenant: Tenant, generation: Generation) -> Generation:
    with brand_scope(tenant.brand):
        return generations.cancel(actor=tenant.actor(), generation=Generation.objects.get(pk=generation.pk))


def stored(media: Path, tenant: Tenant, data: bytes) -> bool:
    digest = hashlib.sha256(data).hexdigest()
    return (media / "brands" / str(tenant.id) / "artifacts" / digest[:2] / digest).exists()


def test_a_slow_workers_late_answer_is_dropped_and_its_files_do_no_harm(
    ours: Tenant, provider: ProviderServer, media: Path
) -> None:
    asked = steps.ask(ours, "slow", "gate", "make", provider="free")
    slow = steps.claim()
    with steps.in_thread(lambda: pipeline.step(slow)):
        wait_until(lambda: provider.accepted["slow"] == 1, "the first worker has asked")
        steps.expire(asked)
        done = steps.step()
        assert done.status == Status.COMPLETED
        provider.open_gate("slow")
    assert steps.fresh(asked) == done
    assert steps.fresh(asked).status_seq == done.status_seq
    assert steps.told(asked) == ["generation.requested", "generation.completed"]
    with brand_scope(ours.brand):
        assert Artifact.objects.filter(generation=asked).count() == 2
        assert CostRecord.objects.count() == 1
    assert stored(media, ours, png("slow"))
    steps.all_in_order()


def test_a_slow_workers_failure_is_dropped_too(ours: Tenant) -> None:
    asked = steps.ask(ours, "overtaken", "refuse", provider="free")
    slow = steps.claim()
    steps.expire(asked)
    steps.claim()
    pipeline.step(slow)
    now = steps.fresh(asked)
    assert (now.status, now.fence) == (Status.PROCESSING, slow.fence + 1)
    assert steps.told(asked) == ["generation.requested"]
    steps.all_in_order()


@pytest.mark.parametrize("script", ["queue:1", "busy"])
def test_a_slow_workers_news_of_waiting_is_dropped_too(ours: Tenant, script: str) -> None:
    asked = steps.ask(ours, "overtaken", script, provider="free")
    slow = steps.claim()
    steps.expire(asked)
    successor = steps.claim()
    pipeline.step(slow)
    now = steps.fresh(asked)
    assert now.lease_until == successor.generation.lease_until
    assert steps.attempts(asked)[-1].external_id == ""


def test_what_waits_is_called_off_at_once_and_its_money_comes_back(ours: Tenant, provider: ProviderServer) -> None:
    asked = steps.ask(ours)
    assert cancel(ours, asked).status == Status.CANCELLED
    assert steps.told(asked) == ["generation.requested", "generation.cancelled"]
    assert not provider.asked
    steps.all_in_order()


def test_what_runs_is_called_off_and_the_worker_writes_nothing(ours: Tenant, provider: ProviderServer) -> None:
    asked = steps.ask(ours, "unwanted", "gate")
    claimed = steps.claim()
    with steps.in_thread(lambda: pipeline.step(claimed)):
        wait_until(lambda: provider.accepted["unwanted"] == 1, "the provider is at work")
        assert cancel(ours, asked).status == Status.CANCELLED
        provider.open_gate("unwanted")
    now = steps.fresh(asked)
    assert (now.status, now.cost_usd) == (Status.CANCELLED, None)
    with brand_scope(ours.brand):
        assert not Artifact.objects.exists()
    steps.all_in_order()


def test_what_waits_for_its_provider_is_called_off_and_not_polled_again(ours: Tenant, provider: ProviderServer) -> None:
    asked = steps.ask(ours, "long", "queue:9")
    steps.step()
    cancel(ours, asked)
    assert leases.claim(Queue.IO) is None
    assert provider.polled["long"] == 0
    steps.all_in_order()


def test_calling_off_twice_is_calling_off_once(ours: Tenant) -> None:
    asked = steps.ask(ours)
    first, second = cancel(ours, asked), cancel(ours, asked)
    assert (first.status_seq, first.completed_at) == (second.status_seq, second.completed_at)
    steps.all_in_order()


def test_what_is_done_cannot_be_called_off(ours: Tenant) -> None:
    done = steps.finish(steps.ask(ours))
    with pytest.raises(NotCancellable):
        cancel(ours, done)
    steps.all_in_order()


def test_cancelling_and_settling_at_once_ends_one_way(ours: Tenant, provider: ProviderServer) -> None:
    for turn in range(8):
        asked = steps.ask(ours, f"race {turn}", "gate")
        claimed = steps.claim()
        with steps.in_thread(lambda claimed=claimed: pipeline.step(claimed)):
            wait_until(lambda turn=turn: provider.accepted[f"race {turn}"] == 1, "the provider is at work")
            provider.open_gate(f"race {turn}")
            try:
                cancel(ours, asked)
            except NotCancellable as refused:
                assert refused.extra["status_now"] == Status.COMPLETED  # noqa: PT017 - either end is right
        assert len(steps.told(asked)) == 2
    steps.all_in_order()


@pytest.mark.parametrize("end", [Status.COMPLETED, Status.FAILED, Status.CANCELLED])
def test_an_end_is_for_good_even_for_sql(ours: Tenant, end: Status) -> None:
    asked = steps.ask(ours, end, "refuse" if end == Status.FAILED else "make")
    if end == Status.CANCELLED:
        cancel(ours, asked)
    else:
        steps.finish(asked)
    for status in set(Status.values) - {end}:
        with (
            pytest.raises(IntegrityError, match="for good"),
            brand_scope(ours.brand),
            connection.cursor() as cursor,
        ):
            cursor.execute("UPDATE ai_studio_generation SET status = %s WHERE id = %s", [status, asked.pk])
    assert steps.fresh(asked).status == end


def test_a_retry_is_a_new_job_of_the_same_wish_and_the_old_one_stays(ours: Tenant) -> None:
    failed = steps.finish(steps.ask(ours, "again", "refuse", "make"))
    with brand_scope(ours.brand):
        new = generations.retry(actor=ours.actor(), generation=failed)
    assert (new.parent_id, new.parent_kind, new.seed, new.prompt) == (failed.pk, ParentKind.RETRY, failed.seed, "again")
    assert steps.finish(new).status == Status.COMPLETED
    assert steps.fresh(failed).status == Status.FAILED
    steps.all_in_order()


def test_only_what_failed_or_was_called_off_can_be_tried_again(ours: Tenant) -> None:
    done = steps.finish(steps.ask(ours))
    with pytest.raises(NotRetryable), brand_scope(ours.brand):
        generations.retry(actor=ours.actor(), generation=done)


def test_variations_differ_by_seed_and_are_linked_to_their_parent(ours: Tenant) -> None:
    parent = steps.finish(steps.ask(ours, seed=2**31 - 2))
    with brand_scope(ours.brand):
        made = generations.vary(actor=ours.actor(), parent=parent, count=4, changes={"seed": 2**31 - 2})
        assert set(lineage.variations(parent)) == set(made)
    assert [variation.seed for variation in made] == [2**31 - 2, 2**31 - 1, 0, 1]
    assert {variation.parent_kind for variation in made} == {ParentKind.VARIATION}
    assert all(steps.finish(variation).status == Status.COMPLETED for variation in made)
    steps.all_in_order()


def test_a_version_that_failed_and_was_tried_again_stays_in_its_family(ours: Tenant) -> None:
    first = steps.finish(steps.ask(ours, "one", "make"))
    with brand_scope(ours.brand):
        second = generations.new_version(
            actor=ours.actor(), parent=first, changes={"prompt": "two", "extras": {"script": ["refuse", "make"]}}
        )
    failed = steps.finish(second)
    with brand_scope(ours.brand):
        again = generations.retry(actor=ours.actor(), generation=failed)
        third = generations.new_version(actor=ours.actor(), parent=again, changes={"prompt": "three"})
        assert [made.version for made in (second, again, third)] == [2, 2, 3]
        for member in (first, failed, again, third):
            assert set(lineage.versions(member)) == {first, failed, again, third}


def test_a_version_counts_on_from_its_parent(ours: Tenant) -> None:
    first = steps.finish(steps.ask(ours))
    with brand_scope(ours.brand):
        second = generations.new_version(actor=ours.actor(), parent=first, changes={"prompt": "a green mug"})
        third = generations.new_version(actor=ours.actor(), parent=second, changes={"quality": "high"})
        assert set(lineage.versions(second)) == {first, second, third}
    assert [(made.version, made.prompt) for made in (second, third)] == [(2, "a green mug"), (3, "a green mug")]
    assert third.seed == first.seed
    steps.all_in_order()
