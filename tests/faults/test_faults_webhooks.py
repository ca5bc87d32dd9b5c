"""A short `make webhook-deliveries`: real workers, a receiver that fails and is killed twice; each event arrives, in
order, signed, with one effect."""

import random
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from django.utils import timezone
from pytest_django.fixtures import Settings

from brands.tenancy.models import new_id
from brands.tenancy.scope import brand_scope
from collaboration import tasks
from collaboration.webhooks import endpoints
from tests.factories import Tenant
from tests.faults.webhooks import Receiving, counted, under_fire
from tests.programs import Live
from tests.webhook_receiver import read_books

EVENTS = 100
BEAT_SECONDS = 0.5


def beat() -> Callable[[], None]:
    """Looked for as beat does, and more often."""
    last = [0.0]

    def ring() -> None:
        if time.monotonic() - last[0] > BEAT_SECONDS:
            last[0] = time.monotonic()
            tasks.sweep_webhooks()

    return ring


def test_every_event_arrives_in_order_and_counts_once_though_the_receiver_fails_and_is_killed(
    workers: Live, ours: Tenant, tmp_path: Path, settings: Settings
) -> None:
    settings.EGRESS_ALLOW = ["127.0.0.1"]
    receiving = Receiving(tmp_path, "", seed=7)
    with brand_scope(ours.brand):
        issued = endpoints.create(actor=ours.actor(), url=receiving.url, event_types=["collection.*"])
    receiving.secret = issued.secret

    def rotate() -> str:
        with brand_scope(ours.brand):
            overlap = {"overlap": timedelta(hours=1), "at": timezone.now()}
            return endpoints.rotate(actor=ours.actor(), endpoint=issued.endpoint, **overlap).secret

    receiving.start()
    try:
        expected = under_fire(
            receiving,
            brand_id=ours.id,
            events=EVENTS,
            resources=[new_id() for _ in range(10)],
            rotate=rotate,
            meanwhile=beat(),
            down_seconds=0.1,
            chance=random.Random(7),  # noqa: S311 - repeatable, not secret
        )
    finally:
        receiving.kill()
    found = counted(read_books(receiving.log), expected)
    assert (len(expected), receiving.kills) == (EVENTS, 2)
    assert (found.missed, found.bad_signatures, found.out_of_order, found.double_effects) == (0, 0, 0, 0)
    assert found.requests > EVENTS * 1.2
