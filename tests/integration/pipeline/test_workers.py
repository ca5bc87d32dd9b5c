"""Real Celery workers: what bells, kills and poison do to jobs."""

import os
import random
import signal

import pytest
from django.db.models.functions import Now

from ai_studio import bells
from ai_studio.choices import Queue, Status
from ai_studio.models import Generation, StudioSettings
from ai_studio.services import sweeping
from brands.tenancy.scope import brand_scope
from tests.factories import Tenant
from tests.integration.pipeline import steps
from tests.programs import Live
from tests.providers.server import ProviderServer
from tests.waiting import wait_until

pytestmark = pytest.mark.usefixtures("theirs")


def ended(tenant: Tenant) -> dict[str, int]:
    """How many generations of the brand have ended how; empty while one has not."""
    with brand_scope(tenant.brand):
        statuses = list(Generation.objects.values_list("status", flat=True))
    over = all(status in (Status.COMPLETED, Status.FAILED, Status.CANCELLED) for status in statuses)
    return {status: statuses.count(status) for status in statuses} if over else {}


def all_completed(tenant: Tenant, count: int) -> None:
    wait_until(lambda: ended(tenant) == {Status.COMPLETED: count}, f"{count} jobs are completed")


def test_workers_do_what_was_asked_for_in_both_queues(workers: Live, provider: ProviderServer, ours: Tenant) -> None:
    for number in range(12):
        steps.ask(ours, f"quick {number}")
    steps.ask(ours, "polled", "queue:2")
    local = steps.ask(ours, "a red mug", provider="local", type="TEMPLATE")
    all_completed(ours, 14)
    assert steps.fresh(local).queue == Queue.RENDER
    assert set(provider.accepted.values()) == {1}
    steps.all_in_order()


def test_bells_doubled_a_hundred_times_and_shuffled_change_nothing(
    workers: Live, provider: ProviderServer, ours: Tenant
) -> None:
    jobs = [steps.ask(ours, f"job {number}", "make:0.05") for number in range(5)]
    ringing = [Queue.IO] * 100 + [Queue.RENDER] * 20
    random.Random(7).shuffle(ringing)  # noqa: S311 - a shuffle that can be repeated
    for name in ringing:
        bells.ring(name)
    all_completed(ours, len(jobs))
    assert set(provider.asked.values()) == {1}
    assert [len(steps.attempts(job)) for job in jobs] == [1] * len(jobs)
    steps.all_in_order()


def test_a_job_whose_bell_was_spent_in_vain_is_rung_for_by_the_sweeper(
    workers: Live, provider: ProviderServer, ours: Tenant, theirs: Tenant
) -> None:
    with brand_scope(ours.brand):
        StudioSettings.objects.update(paused_at=Now())
    asked = steps.ask(ours)
    steps.ask(theirs, "behind it")
    all_completed(theirs, 1)
    with brand_scope(ours.brand):
        StudioSettings.objects.update(paused_at=None)
    assert steps.fresh(asked).status == Status.PENDING
    assert sweeping.sweep() == {Queue.IO: 1}
    all_completed(ours, 1)


def test_a_bell_for_nothing_does_nothing(workers: Live, provider: ProviderServer, ours: Tenant) -> None:
    bells.ring(Queue.IO, times=5)
    steps.ask(ours)
    all_completed(ours, 1)
    assert provider.asked == {"a red mug": 1}


def test_a_killed_workers_job_is_done_by_the_next_one_and_charged_once(
    workers: Live, provider: ProviderServer, ours: Tenant
) -> None:
    free = steps.ask(ours, "held", "gate", "make", provider="free")
    billed = steps.ask(ours, "bought", "gate")
    wait_until(lambda: provider.accepted.keys() == {"held", "bought"}, "both are being made")
    workers.kill("ai.io")
    for job in (free, billed):
        steps.expire(job)
    assert sweeping.sweep() == {Queue.IO: 2}
    wait_until(lambda: steps.fresh(free).is_terminal and steps.fresh(billed).is_terminal, "both have ended")
    assert steps.fresh(free).status == Status.COMPLETED
    assert steps.fresh(billed).error_code == "submit_unknown"
    assert provider.asked["bought"] == 1
    steps.all_in_order()


def test_a_job_that_kills_its_workers_is_given_up_and_others_flow(
    workers: Live, provider: ProviderServer, ours: Tenant, theirs: Tenant
) -> None:
    poison = steps.ask(ours, "poison", "poison", provider="free")
    for deaths in (1, 2):
        wait_until(lambda: "ai.io" in [program.name for program in workers.processes.ended()], "the worker has died")
        assert provider.asked["poison"] == deaths
        workers.revive("ai.io")
        steps.expire(poison)
        bells.ring(Queue.IO)
    wait_until(lambda: steps.fresh(poison).is_terminal, "it is given up")
    assert (steps.fresh(poison).status, steps.fresh(poison).error_code) == (Status.FAILED, "poison")
    steps.ask(theirs, "harmless")
    all_completed(theirs, 1)
    assert provider.asked["poison"] == 2
    steps.all_in_order()


def test_a_worker_that_is_asked_to_stop_ends_its_job_first(
    workers: Live, provider: ProviderServer, ours: Tenant
) -> None:
    asked = steps.ask(ours, "last", "make:0.5")
    wait_until(lambda: provider.accepted["last"] == 1, "it is being made")
    _, process = workers.processes.running["ai.io"]
    os.kill(process.pid, signal.SIGTERM)
    process.wait(30)
    assert steps.fresh(asked).status == Status.COMPLETED
    workers.revive("ai.io")
