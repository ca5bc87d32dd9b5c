"""What a worker does when the bell of an endpoint rings, and what beat looks for."""

import random
import threading
import time
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection
from django.db.models import Count, Q
from django.db.models.functions import Now

from collaboration.models import WebhookDelivery
from collaboration.webhooks import bells, claims, recording, sending

TURN_SECONDS = (5.0, 10.0)
# Threads of one process that wait for receivers at the same time: others wait for providers.
_slots = threading.BoundedSemaphore(16)
_stopping = threading.Event()


def stop() -> None:
    """This process was asked to end: begin no further delivery."""
    _stopping.set()


def deliver(*, brand_id: UUID, endpoint_id: UUID, at: datetime | None = None) -> int:
    """Send what is due, one after the other, until nothing is or the turn is over. Returns how many tries were made.

    With `at` as if it were that moment; for tests.
    """
    if not _slots.acquire(blocking=False):
        return 0  # beat rings again
    try:
        return _turn(brand_id, endpoint_id, at)
    finally:
        _slots.release()


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


def _turn(brand_id: UUID, endpoint_id: UUID, at: datetime | None) -> int:
    ends = time.monotonic() + random.uniform(*TURN_SECONDS)  # noqa: S311 - no secret
    tries = 0
    while step(brand_id=brand_id, endpoint_id=endpoint_id, at=at):
        tries += 1
        if _stopping.is_set() or time.monotonic() > ends:
            bells.deliver(brand_id=brand_id, endpoint_id=endpoint_id)
            break
    return tries
