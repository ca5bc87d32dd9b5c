"""One reading of the log serves everyone who listens."""

from dataclasses import replace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ai_studio import leases
from ai_studio.leases import keeper
from brands import bells, events
from brands.models import DomainEvent, Restriction
from brands.tenancy.scope import brand_scope
from collaboration.stream import turns
from collaboration.stream.turns import Listener
from tests import studio
from tests.factories import Tenant
from tests.integration.pipeline import steps
from tests.providers.server import ProviderServer


def listeners(tenant: Tenant, *roles: str) -> list[Listener]:
    return [Listener(None, tenant.actor(role), frozenset({None})) for role in roles]  # type: ignore[arg-type]


@pytest.mark.django_db
def test_many_listeners_with_equal_rights_cost_no_more_than_one(ours: Tenant) -> None:
    with brand_scope(ours.brand):
        for made in studio.generations(ours, 3):
            events.append(brand_id=ours.id, type="generation.completed", payload={"generation": str(made.pk)})
        Restriction.objects.create(brand=ours.brand, resource_type="AI_GENERATION", resource_id=made.pk)
    queries = {}
    for count in (1, 20):
        crowd = listeners(ours, *["EDITOR"] * count)
        with CaptureQueriesContext(connection) as captured:
            turn = turns.take(brand_id=ours.id, after=0, passing=(), listeners=crowd)
        queries[count] = len(captured)
        assert [list(one.sees) for one in turn.heard] == [[True, True, False]] * count
    assert queries[1] == queries[20] <= 6


@pytest.mark.django_db
def test_a_private_collection_is_its_owners_whoever_else_has_the_same_rights(ours: Tenant) -> None:
    with brand_scope(ours.brand):
        own = studio.collection(ours, owner=ours.editor)
        about = {"resource_type": "COLLECTION", "resource_id": str(own.pk)}
        changed = {"collection": str(own.pk)}
        start = events.append(brand_id=ours.id, type="collection.changed", payload=changed) - 1
    crowd = listeners(ours, "EDITOR", "ADMIN", "VIEWER")
    crowd.append(replace(crowd[0], actor=replace(ours.actor("EDITOR"), user_id=ours.viewer.pk)))
    passing = {"type": "presence.changed", "payload": about, "at": None}
    turn = turns.take(brand_id=ours.id, after=start, passing=[passing], listeners=crowd)
    assert [list(one.sees) for one in turn.heard] == [[True, True], [False] * 2, [False] * 2, [False] * 2]


@pytest.mark.django_db
def test_an_event_that_says_nothing_to_be_understood_holds_nobody_up(ours: Tenant) -> None:
    with brand_scope(ours.brand):
        odd: list[Any] = [["a list"], {"generation": {"id": 1}}, {"generation": "no id"}, {}]
        seqs = events.append_many(brand_id=ours.id, type="generation.completed", payloads=odd)
    turn = turns.take(brand_id=ours.id, after=0, passing=(), listeners=listeners(ours, "OWNER", "VIEWER"))
    assert (turn.last_seq, [one.seq for one in turn.said]) == (seqs[-1], seqs)


@pytest.mark.django_db
def test_how_far_logs_are_is_told_of_all_brands_at_once(ours: Tenant, theirs: Tenant) -> None:
    for tenant, count in ((ours, 2), (theirs, 3)):
        with brand_scope(tenant.brand):
            events.append_many(brand_id=tenant.id, type="template.tried", payloads=[{}] * count)
    wanted = {}
    for tenant in (ours, theirs):
        with brand_scope(tenant.brand):
            wanted[tenant.id] = DomainEvent.objects.count()
    assert turns.heads([ours.id, theirs.id]) == wanted


def test_how_far_a_job_is_rings_when_its_lease_is_renewed(
    provider: ProviderServer, ours: Tenant, redis_server: Any
) -> None:
    generation = steps.ask(ours)
    claim = steps.claim(generation.queue)
    with redis_server.pubsub() as subscription, keeper.holding(claim) as held:
        subscription.subscribe(bells.channel(ours.id))
        assert subscription.get_message(timeout=5)["type"] == "subscribe"
        held.report(41)
        for _ in range(2):  # once for each figure
            leases.keeper._renew([held])
        said = subscription.get_message(timeout=5)["data"]
        assert subscription.get_message(timeout=0.05) is None
    assert b'"generation.progress"' in said
    assert str(generation.pk).encode() in said
    assert b'"progress": 41' in said
