"""Threads that end their jobs while one of them settles: they share its commit, and none another's fault."""

import json
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import pytest
from django.db import IntegrityError, connection, transaction

from ai_studio import leases, settlement
from ai_studio.choices import CostSource, Queue, Status
from ai_studio.leases import Claim
from ai_studio.settlement import Settlement
from brands.tenancy.scope import brand_scope
from tests.factories import Tenant
from tests.integration.pipeline import steps
from tests.waiting import wait_until

pytestmark = pytest.mark.usefixtures("provider")


# Two such parties, and whoever asks meanwhile, may run at once.
MOST_TOGETHER = 6


@pytest.fixture(autouse=True)
def small_parties(monkeypatch: pytest.MonkeyPatch) -> None:
    """And whatever this process did before, here each puts one thing into the line."""
    monkeypatch.setattr(settlement, "MOST_TOGETHER", MOST_TOGETHER)
    monkeypatch.setattr(settlement, "MOST_AHEAD", 0)


def ended(claim: Claim, *, artifacts: int = 0) -> Settlement:
    """Its end; with two artifacts they have the same name, which the database refuses."""
    file = {"role": "RESULT", "name": "a", "media_type": "image/png", "size_bytes": 1, "sha256": "0" * 64}
    job = {
        "generation": str(claim.generation.pk),
        "fence": claim.fence,
        "attempt": str(claim.attempt.pk),
        "cost_usd": "0.08",
        "source": CostSource.TARIFF,
        "details": {},
        "answer": {},
        "raw_answer": {},
        "artifacts": [{**file, "storage_key": f"brands/{claim.generation.brand_id}/x"}] * artifacts,
        "event": {"generation": str(claim.generation.pk)},
    }
    return Settlement(claim.generation.brand_id, json.dumps(job))


@contextmanager
def held_up(tenant: Tenant) -> Iterator[None]:
    """Nobody gets at the brand's money until the end of the block."""
    with brand_scope(tenant.brand), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM ai_studio_budget WHERE brand_id = %s FOR UPDATE", [tenant.id])
        yield


def settle_together(tenant: Tenant, first: Settlement, others: Sequence[Callable[[], object]]) -> list[object]:
    """`first` settles alone, slowly; the others ask meanwhile. Returns what each of them got, or its error."""
    waiting = settlement._settler().waiting
    held = threading.Event()

    def hold_up() -> None:
        with held_up(tenant):
            held.set()
            wait_until(lambda: waiting.qsize() == len(others), "all others wait")

    def begin() -> object:
        held.wait(60)
        return settlement.settle(first)

    def follow(place: int) -> Callable[[], object]:
        def run() -> object:
            wait_until(lambda: begun(tenant) and waiting.qsize() == place, "the one before waits")
            return others[place]()

        return run

    return steps.together([hold_up, begin, *(follow(place) for place in range(len(others)))])[2:]


def settling(settlement_: Settlement) -> Callable[[], object]:
    return lambda: settlement.settle(settlement_)


def next_job() -> Claim | None:
    return settlement.next_job(Queue.IO)


def begun(tenant: Tenant) -> bool:
    """Somebody waits for the brand's money."""
    with brand_scope(tenant.brand), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return bool(cursor.fetchone()[0])


def claims(tenant: Tenant, count: int) -> list[Claim]:
    for number in range(count):
        steps.ask(tenant, f"mug {number}")
    return leases.claim_many(Queue.IO, limit=count)


def statuses(claimed: list[Claim]) -> list[str]:
    return [steps.fresh(claim.generation).status for claim in claimed]


def test_all_who_end_or_ask_meanwhile_are_served_together(ours: Tenant) -> None:
    first, *others = claims(ours, 2 * MOST_TOGETHER)
    waiting = {steps.ask(ours, f"next {number}").pk for number in range(5)}
    got = settle_together(ours, ended(first), [*(settling(ended(claim)) for claim in others), *[next_job] * 5])
    assert {claim.generation.pk for claim in got if isinstance(claim, Claim)} == waiting
    assert set(statuses([first, *others])) == {Status.COMPLETED}


def test_who_asks_when_nothing_is_left_gets_nothing(ours: Tenant) -> None:
    first, second = claims(ours, 2)
    steps.ask(ours, "next")
    got = settle_together(ours, ended(first), [settling(ended(second)), next_job, next_job])
    assert sorted(isinstance(claim, Claim) for claim in got) == [False, False, True]


@pytest.mark.parametrize("place", [0, 1, 2])
def test_what_the_database_refuses_is_its_own_threads_error_alone(ours: Tenant, place: int) -> None:
    first, *others = claims(ours, 4)
    ends = [settling(ended(claim, artifacts=2 if n == place else 0)) for n, claim in enumerate(others)]
    got = settle_together(ours, ended(first), ends)
    assert [isinstance(result, IntegrityError) for result in got] == [n == place for n in range(3)]
    assert statuses([first, *others]).count(Status.COMPLETED) == 3
    assert steps.fresh(others[place].generation).status == Status.PROCESSING


def test_a_defect_of_one_leaves_nobody_waiting(ours: Tenant) -> None:
    first, broken, third = claims(ours, 3)
    no_text = Settlement(ours.id, None)  # type: ignore[arg-type]
    got = settle_together(ours, ended(first), [settling(no_text), settling(ended(third))])
    assert isinstance(got[0], TypeError)
    assert statuses([first, broken, third]) == [Status.COMPLETED, Status.PROCESSING, Status.COMPLETED]
