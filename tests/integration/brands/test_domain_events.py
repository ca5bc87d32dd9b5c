"""The log's numbers: gapless, unique, in the order of commits, whatever runs at once."""

import random
import threading
from datetime import UTC, datetime
from decimal import Decimal

from django.db import connection, transaction

from brands import events
from brands.models import DomainEvent
from brands.tenancy.scope import brand_scope
from tests.factories import Tenant

THREADS = 8
EACH = 25


def test_numbers_are_gapless_under_eight_threads_of_which_some_give_up(
    committed: None, ours: Tenant, theirs: Tenant
) -> None:
    start = threading.Barrier(THREADS, timeout=20)
    kept = {ours.id: 0, theirs.id: 0}
    counting = threading.Lock()

    def write(n: int) -> None:
        chance = random.Random(n)  # noqa: S311
        start.wait()
        for turn in range(EACH):
            tenant = chance.choice((ours, theirs))
            gives_up = chance.random() < 0.3
            with brand_scope(tenant.brand):
                events.append(brand_id=tenant.id, type="thing.done", payload={"thread": n, "turn": turn})
                transaction.set_rollback(gives_up)
            with counting:
                kept[tenant.id] += not gives_up
        connection.close()

    threads = [threading.Thread(target=write, args=(n,)) for n in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    for tenant in (ours, theirs):
        with brand_scope(tenant.brand):
            log = list(DomainEvent.objects.values_list("seq", "at", "payload"))
        assert [seq for seq, _, _ in log] == list(range(1, kept[tenant.id] + 1))
        assert [at for _, at, _ in log] == sorted(at for _, at, _ in log)
        for n in range(THREADS):  # what one thread did in turn is in the log in turn
            turns = [payload["turn"] for _, _, payload in log if payload["thread"] == n]
            assert turns == sorted(turns)


def test_an_event_vanishes_with_the_change_it_tells_of(ours: Tenant) -> None:
    with brand_scope(ours.brand):
        assert events.append(brand_id=ours.id, type="thing.done", payload={}) == 1
        transaction.set_rollback(True)
    with brand_scope(ours.brand):
        assert DomainEvent.objects.count() == 0
        assert events.append(brand_id=ours.id, type="thing.done", payload={}) == 1


def test_a_payload_keeps_ids_times_and_decimals_as_text(ours: Tenant) -> None:
    payload = {"id": ours.id, "at": datetime(2026, 1, 2, tzinfo=UTC), "cost_usd": Decimal("0.080000")}
    with brand_scope(ours.brand):
        events.append(brand_id=ours.id, type="thing.done", payload=payload)
        assert DomainEvent.objects.get().payload == {
            "id": str(ours.id),
            "at": "2026-01-02T00:00:00Z",
            "cost_usd": "0.080000",
        }
