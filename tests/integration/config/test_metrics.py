"""/metrics: what all processes counted, and what PostgreSQL and Redis say."""

import math
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
import redis
import requests
from django.db.models.functions import Now
from django.test import Client
from django.utils import timezone
from prometheus_client import Counter

from ai_studio.models import Generation
from ai_studio.services import generations
from ai_studio.services.wish import Wish
from brands.tenancy.scope import brand_scope
from collaboration.models import NotificationMail, WebhookDelivery, WebhookEndpoint
from config.health import heartbeats
from config.metrics import shared
from config.metrics.middleware import BUCKETS
from config.metrics.totals import Totals
from config.redis_client import redis_client
from tests.factories import Tenant
from tests.integration.collaboration import webhook_world
from tests.scraping import scraped

OUTGOING = ("webhook_oldest_seconds", "mail_oldest_seconds", "mail_failing")
NOWHERE = "redis://127.0.0.1:1/0"

pytestmark = pytest.mark.usefixtures("committed")

counted_here = Counter("atelier_test_things_total", "Counted by this test.", ["kind"])


def value(name: str, **labels: str) -> float | None:
    return scraped().get(name, {}).get(frozenset(labels.items()))


def wish_for(tenant: Tenant, **wish: Any) -> Generation:
    with brand_scope(tenant.brand):
        return generations.request(
            actor=tenant.actor(), wish=Wish(**{"type": "IMAGE_2D", "prompt": "a red cube", **wish})
        )


def test_requests_are_counted_by_route_and_never_by_path(
    ours: Tenant, theirs: Tenant, client_for: Callable[..., Any]
) -> None:
    for tenant in (ours, theirs):
        client_for(tenant.key).get(f"{tenant.url}no-such-thing/")
    Client().get("/health/live")
    Client().get("/health/live")
    assert value("atelier_http_requests_total", route="health/live", method="GET", status="200") == 2
    assert value("atelier_http_request_seconds_count", route="health/live", method="GET") == 2
    assert value("atelier_http_requests_total", route="none", method="GET", status="404") == 2
    text = Client().get("/metrics").content.decode()
    assert str(ours.id) not in text
    assert str(theirs.id) not in text


def test_an_invented_method_makes_no_new_series() -> None:
    Client().generic("BREW", "/health/live")
    assert value("atelier_http_requests_total", route="health/live", method="other", status="405") == 1


def test_a_histogram_survives_the_way_through_redis() -> None:
    Client().get("/health/live")
    buckets = scraped()["atelier_http_request_seconds_bucket"]
    ours = [(dict(labels)["le"], count) for labels, count in buckets.items() if ("route", "health/live") in labels]
    assert [bound for bound, _ in ours] == [*(str(float(bound)) for bound in BUCKETS), "+Inf"], "also the empty ones"
    assert [count for _, count in ours] == sorted(count for _, count in ours)


def test_what_is_counted_while_redis_is_away_is_added_later(settings: Any, redis_server: redis.Redis) -> None:
    here = settings.REDIS_URL
    counted_here.labels("before").inc()
    shared.flusher.flush_to(redis_server)
    settings.REDIS_URL = NOWHERE
    redis_client.cache_clear()
    counted_here.labels("away").inc(3)
    shared.flusher.flush()
    assert value("atelier_source_up", source="redis") == 0
    settings.REDIS_URL = here
    redis_client.cache_clear()
    assert value("atelier_test_things_total", kind="away") == 3
    assert value("atelier_test_things_total", kind="before") == 1


def test_flushing_twice_adds_once(redis_server: redis.Redis) -> None:
    counted_here.labels("once").inc()
    shared.flusher.flush_to(redis_server)
    shared.flusher.flush_to(redis_server)
    assert value("atelier_test_things_total", kind="once") == 1


def test_without_redis_the_database_still_answers(settings: Any, ours: Tenant) -> None:
    wish_for(ours)
    settings.REDIS_URL = NOWHERE
    redis_client.cache_clear()
    found = scraped()
    assert found["atelier_source_up"][frozenset({("source", "redis")})] == 0
    assert found["atelier_source_up"][frozenset({("source", "database")})] == 1
    assert found["atelier_queue_depth"][frozenset({("queue", "ai.render"), ("state", "waiting")})] == 1


def test_without_the_database_the_requests_are_still_told(web_with: Callable[..., str]) -> None:
    nowhere = "postgresql://somebody@127.0.0.1:1/nothing"
    url = web_with(DATABASE_MAINTENANCE_URL=nowhere)
    found = scraped(requests.get(f"{url}/metrics", timeout=30).text)
    assert found["atelier_source_up"][frozenset({("source", "database")})] == 0
    assert any(("route", "health/live") in labels for labels in found["atelier_http_requests_total"])


def test_queues_tell_depth_and_the_oldest_of_all_brands(ours: Tenant, theirs: Tenant) -> None:
    first, later = wish_for(ours), wish_for(theirs)
    running = wish_for(theirs)
    for generation, changes in (
        (first, {"next_step_at": Now() - timedelta(seconds=90)}),
        (later, {"next_step_at": Now() + timedelta(seconds=90)}),
        (running, {"lease_until": Now() + timedelta(seconds=90), "status": "PROCESSING"}),
    ):
        with brand_scope(generation.brand_id):
            Generation.objects.filter(pk=generation.pk).update(**changes)
    found = scraped()
    depth = {
        dict(labels)["state"]: n
        for labels, n in found["atelier_queue_depth"].items()
        if ("queue", first.queue) in labels
    }
    assert depth == {"waiting": 1, "active": 1, "delayed": 1}
    assert 90 <= found["atelier_queue_oldest_seconds"][frozenset({("queue", first.queue)})] < 120
    assert found["atelier_queue_oldest_seconds"][frozenset({("queue", "ai.io")})] == 0


def test_webhooks_and_mails_that_stand_still_are_seen(ours: Tenant, theirs: Tenant) -> None:
    assert [value(f"atelier_{kind}") for kind in OUTGOING] == [0, 0, 0]
    issued, event = webhook_world.endpoint(theirs, "https://hooks.example/"), uuid4()
    webhook_world.happens(theirs, event, event)
    webhook_world.read(theirs)
    first, in_line = webhook_world.deliveries(theirs)
    with brand_scope(theirs.brand):
        for delivery, seconds in ((first, 90), (in_line, 500)):
            WebhookDelivery.objects.filter(pk=delivery.pk).update(next_at=Now() - timedelta(seconds=seconds))
    facts = {"brand": ours.brand, "user": ours.viewer, "created_at": timezone.now()}
    with brand_scope(ours.brand):
        NotificationMail.objects.create(fold="a", next_at=timezone.now() - timedelta(seconds=90), **facts)
        NotificationMail.objects.create(
            fold="b", next_at=timezone.now() + timedelta(90), tries=1, error="away", **facts
        )
    webhook, mail, failing = (value(f"atelier_{kind}") for kind in OUTGOING)
    assert webhook is not None
    assert mail is not None
    assert (90 <= webhook < 120, 90 <= mail < 120, failing) == (True, True, 1)
    with brand_scope(theirs.brand):
        WebhookEndpoint.objects.filter(pk=issued.endpoint.pk).update(rests_until=Now() + timedelta(seconds=90))
    assert value("atelier_webhook_oldest_seconds") == 0


def test_generations_and_money_are_told_over_all_brands(ours: Tenant, theirs: Tenant) -> None:
    held = sum((wish_for(tenant).estimated_cost_usd for tenant in (ours, theirs)), Decimal())
    cancelled = wish_for(theirs)
    cancel(theirs, cancelled)
    assert value("atelier_generations", type="IMAGE_2D", provider="local", status="PENDING") == 2
    assert value("atelier_generations", type="IMAGE_2D", provider="local", status="CANCELLED") == 1
    assert value("atelier_reserved_usd") == float(held)


def test_what_has_ended_is_read_once_and_stays_counted(ours: Tenant, theirs: Tenant) -> None:
    totals = Totals(unsettled=timedelta())
    first, second = wish_for(ours), wish_for(theirs)
    cancel(theirs, second)
    assert statuses(totals) == {"PENDING": 1, "CANCELLED": 1}
    assert totals._below == first.id, "the oldest active one and what came after it is read again"
    cancel(ours, first)
    assert statuses(totals) == {"CANCELLED": 2}
    assert totals._below > second.id, "both are final"
    third = wish_for(ours)
    assert statuses(totals) == {"CANCELLED": 2, "PENDING": 1}
    assert statuses(totals) == {"CANCELLED": 2, "PENDING": 1}
    cancel(ours, third)
    assert statuses(totals) == statuses(Totals()) == {"CANCELLED": 3}


def statuses(totals: Totals) -> dict[str, int]:
    return {status: count for (_, _, status), count in totals.read().generations.items()}


def cancel(tenant: Tenant, generation: Generation) -> None:
    with brand_scope(tenant.brand):
        generations.cancel(actor=tenant.actor(), generation=generation)


def test_uses_of_the_maintenance_role_are_counted_by_reason() -> None:
    before = value("atelier_cross_brand_access_total", reason="metrics") or 0.0
    after = value("atelier_cross_brand_access_total", reason="metrics") or 0.0
    assert after > before


def test_an_absent_worker_is_seen_by_its_age(redis_server: redis.Redis) -> None:
    heartbeats.seen(redis_server, heartbeats.worker("ai.io", "a@one"), heartbeats.worker("ai.io", "a@two"))
    redis_server.zincrby(heartbeats.KEY, -60, heartbeats.worker("ai.io", "a@one"))
    age = value("atelier_worker_age_seconds", queue="ai.io")
    assert age is not None
    assert age < 30, "the most lively worker counts"


def test_who_was_never_seen_is_infinitely_old() -> None:
    found = scraped()
    assert found["atelier_beat_age_seconds"][frozenset()] == math.inf
    assert found["atelier_worker_age_seconds"] == {
        frozenset({("queue", queue)}): math.inf for queue in ("ai.io", "ai.render", "control")
    }


@pytest.mark.parametrize(
    ("header", "status"), [("", 401), ("Bearer wrong", 401), ("Basic secret", 401), ("Bearer secret", 200)]
)
def test_a_metrics_token_keeps_everybody_else_out(settings: Any, header: str, status: int) -> None:
    settings.METRICS_TOKEN = "secret"
    assert Client().get("/metrics", headers={"Authorization": header}).status_code == status


def test_without_a_token_metrics_are_open_on_a_laptop_only(settings: Any) -> None:
    assert Client().get("/metrics").status_code == 200
    settings.PUBLIC_URL = "https://atelier.example"
    refused = Client().get("/metrics")
    assert refused.status_code == 401
    assert refused["WWW-Authenticate"].startswith("Bearer")
