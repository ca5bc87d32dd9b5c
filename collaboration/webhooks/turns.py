"""What a worker does when the bell of an endpoint rings, and what beat looks for."""

import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection
from django.db.models import Count, Q
from django.db.models.functions import Now

from collaboration.models import WebhookDelivery
from collaboration.webhooks import bells, claims, recording, sending

TURN_SECONDS = (5.0, 10.0)
# Threads of one process that are at webhooks at the same time: others wait for providers.
MOST_THREADS = 16
_turns: Counter[UUID] = Counter()
_lock = threading.Lock()
_stopping = threading.Event()


def stop() -> None:
    """This process was asked to end: begin no further delivery."""
    _stopping.set()


def deliver(*, brand_id: UUID, endpoint_id: UUID, at: datetime | None = None) -> int:
    """Send what is due, one after the other, until nothing is or the turn is over. Returns how many tries were made.

    With `at` as if it were that moment; for tests.
    """
    with _place(endpoint_id) as is_free:
        return _turn(brand_id, endpoint_id, at) if is_free else 0


def step(*, brand_id: UUID, endpoint_id: UUID, at: datetime | None = None) -> bool:
    """Claim, send, write down. False when nothing was due."""
    claim = claims.claim(brand_id=brand_id, endpoint_id=endpoint_id, at=at)
    if claim is None:
        return False
    if claim.lost:
        recording.give_up_lost(claim, at=claim.at)
        return True
    # The connection goes back to the pool: it is not needed while the other side works.
    if not connection.in_atomic_block:
        connection.close()
    outcome = sending.send(claim)
    recording.record(claim, outcome, at=claim.at + timedelta(milliseconds=outcome.duration_ms))
    return True


def sweep() -> int:
    """Ring for every endpoint that has something due. Returns for how many."""
    awake = Q(endpoint__rests_until=None) | Q(endpoint__rests_until__lte=Now())
    found = WebhookDelivery.objects.all_brands(reason="webhooks that are due").filter(
        claims.due_now(Now()), awake, endpoint__active=True
    )
    per_endpoint = list(found.order_by().values_list("brand_id", "endpoint_id").annotate(Count("id")))
    for brand_id, endpoint_id, count in per_endpoint:
        bells.deliver(brand_id=brand_id, endpoint_id=endpoint_id, times=count)
    return len(per_endpoint)


@contextmanager
def _place(endpoint_id: UUID) -> Iterator[bool]:
    """False where as many threads as may be are at it already: they see to what is due, or beat rings again."""
    with _lock:
        is_free = _turns[endpoint_id] < bells.PARALLEL and _turns.total() < MOST_THREADS
        _turns[endpoint_id] += is_free
    try:
        yield is_free
    finally:
        with _lock:
            _turns[endpoint_id] -= is_free
            if not _turns[endpoint_id]:
                del _turns[endpoint_id]


def _turn(brand_id: UUID, endpoint_id: UUID, at: datetime | None) -> int:
    ends = time.monotonic() + random.uniform(*TURN_SECONDS)  # noqa: S311 - no secret
    tries = 0
    while step(brand_id=brand_id, endpoint_id=endpoint_id, at=at):
        tries += 1
        if _stopping.is_set() or time.monotonic() > ends:
            bells.deliver(brand_id=brand_id, endpoint_id=endpoint_id)
            break
    return tries
