"""What is made is stored and settled beside the slot's next job, and takes none of its brand's turns meanwhile."""

import os
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import ExitStack

import psycopg
import pytest
from django.db import connection, transaction

from ai_studio import artifacts, leases, pipeline
from ai_studio.choices import Queue, Status, SubmitState
from ai_studio.finishing import Aside
from ai_studio.models import CostRecord, StudioSettings
from ai_studio.providers.base import AbandonedError
from ai_studio.services import work
from brands.tenancy.scope import brand_scope
from tests.factories import Tenant
from tests.integration.pipeline import steps
from tests.providers.server import ProviderServer
from tests.waiting import wait_until

pytestmark = pytest.mark.usefixtures("provider")


@pytest.fixture
def slow_disk(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Nothing is stored until the event is set."""
    store, ready = artifacts.store, threading.Event()

    def wait(**file: object) -> artifacts.StoredFile:
        assert ready.wait(60)
        return store(**file)  # type: ignore[arg-type]

    monkeypatch.setattr(artifacts, "store", wait)
    return ready


def at_once(tenant: Tenant, number: int) -> None:
    with brand_scope(tenant.brand):
        StudioSettings.objects.update_or_create(brand=tenant.brand, defaults={"max_running": number})


def test_the_next_job_begins_while_the_last_one_is_stored(ours: Tenant, slow_disk: threading.Event) -> None:
    at_once(ours, 1)
    first, second = steps.ask(ours, "first"), steps.ask(ours, "second")
    aside = Aside()
    pipeline.step(steps.claim(), aside=aside)
    assert steps.fresh(first).status == Status.PROCESSING
    assert steps.claim().generation.pk == second.pk
    slow_disk.set()
    aside.end()
    assert steps.fresh(first).status == Status.COMPLETED


def test_a_job_that_its_provider_still_makes_keeps_its_turn(ours: Tenant) -> None:
    at_once(ours, 1)
    steps.ask(ours, "first", "queue")
    steps.ask(ours, "second")
    with leases.keeper.holding(steps.claim()):
        assert leases.claim(Queue.IO) is None


def test_a_slot_stores_one_at_a_time(ours: Tenant, slow_disk: threading.Event) -> None:
    first, second = steps.ask(ours, "first"), steps.ask(ours, "second")
    aside = Aside()
    pipeline.step(steps.claim(), aside=aside)
    claimed = steps.claim()
    with steps.in_thread(lambda: pipeline.step(claimed, aside=aside)):
        slow_disk.set()
    aside.end()
    assert {steps.fresh(first).status, steps.fresh(second).status} == {Status.COMPLETED}
    steps.all_in_order()


def test_a_turn_ends_when_all_it_made_is_settled(ours: Tenant) -> None:
    asked = [steps.ask(ours, f"mug {number}") for number in range(3)]
    assert work.work(queue=Queue.IO) == 3
    assert {steps.fresh(generation).status for generation in asked} == {Status.COMPLETED}


def test_what_goes_wrong_beside_is_raised_at_the_end_of_the_turn(ours: Tenant) -> None:
    aside = Aside()
    aside.do(lambda: 1 / 0)  # type: ignore[arg-type,return-value]
    aside.do(lambda: None)
    with pytest.raises(ZeroDivisionError):
        aside.end()


def test_what_is_stored_keeps_its_lease(ours: Tenant, slow_disk: threading.Event) -> None:
    generation = steps.ask(ours)
    aside = Aside()
    pipeline.step(steps.claim(), aside=aside)
    assert generation.pk in leases.keeper.made()
    slow_disk.set()
    aside.end()
    assert generation.pk not in leases.keeper.made()


def test_whoever_was_overtaken_in_the_same_process_takes_the_lease_of_nobody(ours: Tenant) -> None:
    generation = steps.ask(ours, "slow", "queue", provider="free")
    slow = leases.keeper.holding(steps.claim())
    former = slow.__enter__()
    steps.expire(generation)
    with leases.keeper.holding(steps.claim()) as held:
        held.made = True
        with pytest.raises(AbandonedError):
            former.report(50)
        slow.__exit__(None, None, None)
        assert leases.keeper.made() == [generation.pk]
    assert leases.keeper.made() == []


def test_what_was_made_is_stored_even_when_the_interpreter_is_ending() -> None:
    ended = subprocess.run([sys.executable, "-c", LEAVING], capture_output=True, text=True, check=True, timeout=60)
    assert ended.stdout.split() == ["first", "second"], ended.stderr


# As a worker that is told twice to end: its main thread leaves, and the interpreter waits for the slots.
LEAVING = """
import threading, time
from concurrent.futures import ThreadPoolExecutor, thread
from django.conf import settings
settings.configure()
from ai_studio.finishing import Aside

began = threading.Event()

def slot():
    aside = Aside()
    aside.do(lambda: print("first"))
    began.set()
    while not thread._shutdown:
        time.sleep(0.01)
    aside.do(lambda: print("second"))
    aside.end()

ThreadPoolExecutor(1).submit(slot)
began.wait()
"""


def cut_the_waiting() -> None:
    """End the connections of this database that wait for a lock."""
    query = """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
               WHERE datname = %s AND wait_event_type = 'Lock'"""
    with psycopg.connect(os.environ["DATABASE_ADMIN_URL"], autocommit=True) as admin:
        wait_until(lambda: admin.execute(query, [connection.settings_dict["NAME"]]).fetchall(), "a settlement waits")


MONEY = "SELECT FROM ai_studio_budget WHERE brand_id = %s FOR UPDATE"
ATTEMPTS = "SELECT FROM ai_studio_attempt WHERE brand_id = %s FOR UPDATE"


def with_its_connection_cut(tenant: Tenant, rows: str, work: Callable[[], object]) -> None:
    """`work` comes to write when the rows are locked, and its connection is cut; then the way is free."""
    with ExitStack() as worker, brand_scope(tenant.brand), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(rows, [tenant.id])
        worker.enter_context(steps.in_thread(work))
        cut_the_waiting()


def test_what_is_paid_for_outlives_the_connection_it_was_to_be_settled_through(
    ours: Tenant, provider: ProviderServer
) -> None:
    generation = steps.ask(ours, "paid")
    claim, aside = steps.claim(), Aside()
    with_its_connection_cut(ours, MONEY, lambda: pipeline.step(claim, aside=aside))
    aside.end()
    assert steps.fresh(generation).status == Status.COMPLETED
    assert provider.accepted["paid"] == 1
    with brand_scope(ours.brand):
        assert CostRecord.objects.count() == 1
    steps.all_in_order()


def test_an_accepted_jobs_id_outlives_the_connection_it_was_to_be_kept_through(
    ours: Tenant, provider: ProviderServer
) -> None:
    generation = steps.ask(ours, "accepted", "queue:1")
    claim = steps.claim()
    with_its_connection_cut(ours, ATTEMPTS, lambda: pipeline.step(claim))
    assert steps.attempts(generation)[-1].submit_state == SubmitState.ACCEPTED
    assert steps.finish(generation).status == Status.COMPLETED
    assert provider.accepted["accepted"] == 1
    steps.all_in_order()


def test_a_refusal_outlives_the_connection_it_was_to_be_noted_through(ours: Tenant, provider: ProviderServer) -> None:
    generation = steps.ask(ours, "refused", "busy", "make")
    claim = steps.claim()
    with_its_connection_cut(ours, ATTEMPTS, lambda: pipeline.step(claim))
    assert steps.attempts(generation)[-1].submit_state == SubmitState.REJECTED
    assert steps.finish(generation).status == Status.COMPLETED
