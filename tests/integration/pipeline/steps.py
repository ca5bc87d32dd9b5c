"""Driving jobs by hand: one claim, one step, and time that passes when the test says so."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from django.db import connection

from ai_studio import leases, pipeline
from ai_studio.choices import Queue
from ai_studio.leases import Claim
from ai_studio.models import Attempt, Generation
from ai_studio.services import generations, invariants
from ai_studio.services.wish import Wish
from brands.models import DomainEvent
from brands.tenancy.scope import brand_scope
from tests.factories import Tenant

WISH = Wish(type="IMAGE_2D", prompt="a red mug")


def ask(
    tenant: Tenant,
    prompt: str = "a red mug",
    *script: str,
    provider: str = "billing",
    charge_usd: str | None = None,
    **wish: Any,
) -> Generation:
    """A committed request of the owner; `script` is what the provider will do with it."""
    extras = {"script": list(script)} | ({} if charge_usd is None else {"charge_usd": charge_usd})
    wanted = Wish(**{"type": "IMAGE_2D", "prompt": prompt, "provider": provider, "extras": extras} | wish)
    with brand_scope(tenant.brand):
        return generations.request(actor=tenant.actor(), wish=wanted)


def claim(queue: str = Queue.IO) -> Claim:
    claimed = leases.claim(queue)
    assert claimed is not None, "nothing was due"
    return claimed


def step(queue: str = Queue.IO) -> Generation:
    """Claim the next job, do its step, return it as it is then."""
    claimed = claim(queue)
    pipeline.step(claimed)
    return fresh(claimed.generation)


def finish(generation: Generation) -> Generation:
    """Step until this job has ended, as if every wait were over."""
    for _ in range(20):
        if fresh(generation).is_terminal:
            return fresh(generation)
        make_due(generation)
        step(generation.queue)
    raise AssertionError(f"It never ended: {fresh(generation).stage}.")


def fresh(generation: Generation) -> Generation:
    with brand_scope(generation.brand_id):
        return Generation.objects.get(pk=generation.pk)


def attempts(generation: Generation) -> list[Attempt]:
    with brand_scope(generation.brand_id):
        return list(Attempt.objects.filter(generation=generation).order_by("number"))


def told(generation: Generation) -> list[str]:
    """The types of the domain events about it, in order."""
    with brand_scope(generation.brand_id):
        events = DomainEvent.objects.filter(payload__generation=str(generation.pk)).order_by("seq")
        return list(events.values_list("type", flat=True))


def expire(generation: Generation) -> None:
    """Its worker, if it still has one, has been silent for longer than its lease."""
    _set(generation, "lease_until = lease_until - interval '1 day'")


def put_back(generation: Generation) -> None:
    """As if it had never been claimed."""
    _set(generation, "status = 'PENDING', claims = 0, lease_until = NULL")


def make_due(generation: Generation) -> None:
    _set(generation, "next_step_at = now()")


def make_all_due(tenant: Tenant) -> None:
    with brand_scope(tenant.brand), connection.cursor() as cursor:
        cursor.execute("UPDATE ai_studio_generation SET next_step_at = now() WHERE next_step_at > now()")


def pass_deadline(generation: Generation) -> None:
    _set(generation, "deadline_at = now() - interval '1 second'")


def seconds_until_due(generation: Generation) -> float:
    """By the database's clock."""
    with brand_scope(generation.brand_id), connection.cursor() as cursor:
        cursor.execute(
            "SELECT extract(epoch FROM next_step_at - now()) FROM ai_studio_generation WHERE id = %s", [generation.pk]
        )
        return float(cursor.fetchone()[0])


def all_in_order() -> None:
    """No invariant is broken, files included."""
    assert list(invariants.check()) == []


@contextmanager
def in_thread(work: Callable[[], object]) -> Iterator[Callable[[], None]]:
    """Another worker thread; yields what waits for it. Its error, if any, is raised there."""
    errors: list[BaseException] = []

    def run() -> None:
        try:
            work()
        except BaseException as error:  # noqa: BLE001 - handed to the test
            errors.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()

    def join() -> None:
        thread.join(60)
        assert not thread.is_alive()
        if errors:
            raise errors[0]

    yield join
    join()


def together(works: Sequence[Callable[[], object]]) -> list[object]:
    """All at once, each in a thread; returns what each gave, an exception included."""
    gate = threading.Barrier(len(works))
    results: list[object] = [None] * len(works)

    def run(place: int) -> None:
        gate.wait(60)
        try:
            results[place] = works[place]()
        except Exception as error:  # noqa: BLE001 - is the result
            results[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place,), daemon=True) for place in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results


def ids(rows: Sequence[Generation]) -> list[UUID]:
    return [row.pk for row in rows]


def _set(generation: Generation, what: str) -> None:
    with brand_scope(generation.brand_id), connection.cursor() as cursor:
        cursor.execute(f"UPDATE ai_studio_generation SET {what} WHERE id = %s", [generation.pk])  # noqa: S608
