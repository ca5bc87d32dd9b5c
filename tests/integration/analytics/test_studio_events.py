"""What the studio does arrives as events by itself: in order, once, whatever happens to the reader."""

import os
from contextlib import ExitStack
from datetime import timedelta
from decimal import Decimal
from typing import Any

import psycopg
import pytest
from django.db import IntegrityError, OperationalError, connection, transaction
from django.utils import timezone

from ai_studio.services import generations
from analytics import tasks
from analytics.ingest.incoming import IncomingEvent
from analytics.ingest.storing import store
from analytics.models import DailyCount, DeadLetter, Event, LogPlace
from analytics.services import studio_events
from brands import events
from brands.tenancy.scope import brand_scope
from tests import studio
from tests.factories import Tenant, client_for
from tests.integration.pipeline import steps
from tests.providers.server import ProviderServer
from tests.waiting import wait_until

PAYLOAD = {"generation": "g", "user": 7, "model": "m", "cost_usd": "0.080000", "prompt": "a secret"}


def told(tenant: Tenant, count: int = 2, **payload: Any) -> None:
    """The log goes on by so many generations that are done."""
    with brand_scope(tenant.brand):
        events.append_many(brand_id=tenant.id, type="generation.completed", payloads=[PAYLOAD | payload] * count)


def read(tenant: Tenant, **options: Any) -> int:
    return studio_events.read(brand_id=tenant.id, at=timezone.now(), **options)


def kept(tenant: Tenant) -> list[Event]:
    with brand_scope(tenant.brand):
        return list(Event.objects.order_by("at", "insert_id"))


def place(tenant: Tenant) -> int:
    with brand_scope(tenant.brand):
        return LogPlace.objects.values_list("last_seq", flat=True).first() or 0


def test_from_prompt_to_purchase_is_one_funnel_with_its_cost(ours: Tenant, provider: ProviderServer) -> None:
    for who, script in (("ann", "make"), ("ben", "make"), ("cat", "refuse")):
        steps.finish(steps.ask(ours, f"a mug for {who}", script, distinct_id=who))
    with brand_scope(ours.brand):
        generations.cancel(actor=ours.actor(), generation=steps.ask(ours, "for dan", distinct_id="dan"))
    assert read(ours) == 8
    now = timezone.now()
    bought = IncomingEvent("purchase", "ann", now, "order-1", revenue=Decimal("9.99"))
    store(brand_id=ours.id, events=[bought], source="test", received_at=now)

    client, days = client_for(ours.key), {"from": f"{now - timedelta(days=1):%Y-%m-%d}", "to": f"{now:%Y-%m-%d}"}
    steps_ = [{"event": name} for name in ("$generation_requested", "$generation_completed", "purchase")]
    funnel = client.post(
        f"{ours.url}analytics/funnels/", {"name": "Prompt to purchase", "steps": steps_, "window_seconds": 3600}
    ).json()
    result = client.get(f"{ours.url}analytics/funnels/{funnel['id']}/result/", days).json()
    assert [step["people"] for step in result["steps"]] == [4, 2, 1]

    cost = {"measure": "sum", "event": None, "property": "cost_usd"}
    per_purchase = {
        "measure": "formula",
        "operation": "divided_by",
        "first": cost,
        "second": {"measure": "count", "event": "purchase"},
    }
    metric = client.post(f"{ours.url}analytics/metrics/", {"name": "Cost", "definition": per_purchase}).json()
    values = client.get(f"{ours.url}analytics/metrics/{metric['id']}/values/", days).json()
    assert values["total"]["value"] == pytest.approx(0.16)


def test_an_event_says_what_the_studio_knows_and_never_the_prompt(ours: Tenant, provider: ProviderServer) -> None:
    done = steps.finish(steps.ask(ours, "a secret mug"))
    failed = steps.finish(steps.ask(ours, "another secret", "refuse"))
    read(ours)
    found = {(each.name, each.properties["generation"]): each for each in kept(ours)}
    assert set(found) == {
        ("$generation_requested", str(done.pk)),
        ("$generation_completed", str(done.pk)),
        ("$generation_requested", str(failed.pk)),
        ("$generation_failed", str(failed.pk)),
    }
    end = found["$generation_completed", str(done.pk)]
    assert end.distinct_id == f"user:{ours.owner.pk}"
    assert end.properties.pop("duration_seconds") == pytest.approx(float(done.elapsed_seconds or 0), abs=0.1)
    assert end.properties == {
        "generation": str(done.pk),
        "type": "IMAGE_2D",
        "provider": "billing",
        "model": done.model,
        "quality": "standard",
        "status": "COMPLETED",
        "estimated_cost_usd": 0.08,
        "cost_usd": 0.08,
        "user": ours.owner.pk,
    }
    assert found["$generation_failed", str(failed.pk)].properties["error_code"] == failed.error_code
    assert not [each for each in kept(ours) if "secret" in str(each.properties)]


def test_a_generation_is_for_whom_its_caller_names_and_so_is_what_is_made_of_it(db: None, ours: Tenant) -> None:
    client = client_for(ours.key)
    wish = {"type": "IMAGE_2D", "prompt": "a mug", "distinct_id": "visitor-1"}
    made = client.post(studio.url(ours, "generations/"), wish).json()["id"]
    assert client.get(studio.url(ours, f"generations/{made}/")).json()["distinct_id"] == "visitor-1"
    client.post(studio.url(ours, f"generations/{made}/variations/"), {"count": 1})
    client.post(studio.url(ours, f"generations/{made}/versions/"), {"changes": {"distinct_id": "visitor-2"}})
    client.post(studio.url(ours, "generations/"), {**wish, "distinct_id": None})
    read(ours)
    assert [each.distinct_id for each in kept(ours)] == ["visitor-1", "visitor-1", "visitor-2", f"user:{ours.owner.pk}"]
    assert {each.properties["api_key"] for each in kept(ours)} == {str(ours.key.key.pk)}


def test_nothing_new_costs_one_query_and_what_is_new_is_read_once(
    committed: None, ours: Tenant, theirs: Tenant, django_assert_num_queries: Any
) -> None:
    read(ours)
    read(theirs)
    with django_assert_num_queries(1, using="maintenance"), django_assert_num_queries(0):
        assert studio_events.due() == []
    told(ours)
    assert studio_events.due() == [ours.id]
    tasks.read_studio_events(str(ours.id))
    tasks.read_studio_events(str(ours.id))
    assert (studio_events.due(), len(kept(ours)), len(kept(theirs))) == ([], 2, 0)


def test_an_old_log_is_caught_up_with_in_sets_of_bounded_size(ours: Tenant, django_assert_max_num_queries: Any) -> None:
    read(ours)
    before = place(ours)
    told(ours, studio_events.SET + 5)
    with brand_scope(ours.brand):
        events.append(brand_id=ours.id, type="member.joined", payload={"user_id": 1})
    with django_assert_max_num_queries(20):
        assert read(ours, most_sets=1) == studio_events.SET
    assert (place(ours), len(kept(ours))) == (before + studio_events.SET, studio_events.SET)
    assert (read(ours), len(kept(ours))) == (6, studio_events.SET + 5)


def test_events_read_again_change_nothing(ours: Tenant) -> None:
    told(ours)
    read(ours)
    before = kept(ours)
    with brand_scope(ours.brand):
        LogPlace.objects.update(last_seq=0)
    assert read(ours) > 0
    assert [(each.insert_id, each.at) for each in kept(ours)] == [(each.insert_id, each.at) for each in before]
    with brand_scope(ours.brand):
        assert DailyCount.objects.get(name="$generation_completed").events == 2
        assert not DeadLetter.objects.exists()


def test_a_reader_killed_in_the_middle_has_read_nothing_and_the_next_one_reads_it_all(
    committed: None, ours: Tenant
) -> None:
    read(ours)
    before = place(ours)
    told(ours)
    with ExitStack() as reader, brand_scope(ours.brand), connection.cursor() as cursor:
        # It holds its place and has read on, and waits to store.
        cursor.execute("SELECT analytics_lock_events(%s)", [ours.id])
        reader.enter_context(pytest.raises(OperationalError))
        reader.enter_context(steps.in_thread(lambda: read(ours)))
        cut_the_waiting()
    assert (place(ours), kept(ours)) == (before, [])
    assert (read(ours), place(ours), len(kept(ours))) == (2, before + 2, 2)


def test_a_reader_that_dies_after_storing_has_not_stored(ours: Tenant) -> None:
    told(ours)
    before = place(ours)
    with brand_scope(ours.brand):
        assert read(ours) > 0
        assert place(ours) > before
        transaction.set_rollback(True)
    assert (place(ours), kept(ours)) == (before, [])
    read(ours)
    assert len(kept(ours)) == 2


def test_two_readers_of_one_brand_do_not_wait_for_each_other(committed: None, ours: Tenant) -> None:
    told(ours)
    with brand_scope(ours.brand):
        LogPlace.objects.create(brand_id=ours.id)
    with brand_scope(ours.brand):
        assert LogPlace.objects.select_for_update().get().last_seq == 0
        found: list[int] = []
        with steps.in_thread(lambda: found.append(read(ours))):
            pass
    assert found == [0]


def test_a_place_is_never_before_the_beginning(ours: Tenant) -> None:
    with pytest.raises(IntegrityError, match="log_place_not_negative"), brand_scope(ours.brand):
        LogPlace.objects.create(brand_id=ours.id, last_seq=-1)


def cut_the_waiting() -> None:
    """End the connection of this database that waits for a lock."""
    query = """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
               WHERE datname = %s AND wait_event_type = 'Lock'"""
    with psycopg.connect(os.environ["DATABASE_ADMIN_URL"], autocommit=True) as admin:
        wait_until(lambda: admin.execute(query, [connection.settings_dict["NAME"]]).fetchall(), "the reader waits")
