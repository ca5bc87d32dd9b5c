"""Segment's SDK for Python, as it is published, against a running server."""

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from segment.analytics import request as segments_request
from segment.analytics.client import Client

from tests.factories import Tenant
from tests.sdks import seen


@pytest.fixture
def errors() -> list[Any]:
    return []


@pytest.fixture(params=["/ingest/segment", ""], ids=["prefix", "bare"])
def client(request: pytest.FixtureRequest, live_url: str, ours: Tenant, errors: list[Any]) -> Iterator[Client]:
    started = Client(
        ours.key_with("event.write").token,
        host=f"{live_url}{request.param}",
        gzip=request.param == "",
        max_retries=1,
        on_error=lambda error, batch: errors.append((error, batch)),
    )
    yield started
    started.shutdown()
    segments_request._session.close()


def test_what_it_tracks_is_stored(client: Client, ours: Tenant, errors: list[Any]) -> None:
    moment = datetime(2026, 1, 2, 3, 4, 5, 600_000, tzinfo=UTC)
    client.track(
        "ann",
        "Order Completed",
        {"revenue": 9.99, "currency": "EUR", "products": [{"sku": "a"}]},
        timestamp=moment,
        message_id="message-1",
    )
    client.flush()
    assert errors == []
    (event,) = seen.events(ours)
    assert (event.name, event.distinct_id) == ("Order Completed", "ann")
    assert (event.at, event.insert_id) == (moment, "message-1")
    assert (event.revenue, event.currency) == (Decimal("9.99"), "EUR")
    assert event.properties["products"] == [{"sku": "a"}]
    assert event.properties["$context"]["library"]["name"] == "analytics-python"


def test_every_kind_of_call_has_the_name_that_funnels_know(client: Client, ours: Tenant, errors: list[Any]) -> None:
    client.page("ann", "shop", "Home", {"url": "https://shop.example/"})
    client.screen("ann", "shop", "Cart")
    client.group("ann", "acme", {"size": 3})
    client.identify("ann", {"plan": "pro"})
    client.flush()
    assert errors == []
    assert seen.names(ours) == ["$groupidentify", "$identify", "$pageview", "$screen"]
    assert seen.events(ours, "$identify")[0].properties["$set"] == {"plan": "pro"}
    assert seen.events(ours, "$pageview")[0].properties["url"] == "https://shop.example/"


def test_a_visitor_who_signs_in_stays_one_person(client: Client, ours: Tenant, errors: list[Any]) -> None:
    client.track(event="seen", anonymous_id="visitor")
    client.identify("ann", anonymous_id="visitor")
    client.track("ann", "bought")
    client.alias("ann", "ann@shop.example")
    client.track("ann@shop.example", "came back")
    client.flush()
    assert errors == []
    people = {seen.person_of(ours, event) for event in seen.events(ours)}
    assert len(people) == 1


def test_all_of_a_long_queue_arrive_in_batches(client: Client, ours: Tenant, errors: list[Any]) -> None:
    for number in range(350):
        client.track(f"visitor-{number % 50}", "seen", {"number": number, "word": "größer 😀"})
    client.flush()
    assert errors == []
    assert sorted(event.properties["number"] for event in seen.events(ours)) == list(range(350))


def test_an_event_that_cannot_be_stored_is_put_aside(client: Client, ours: Tenant, errors: list[Any]) -> None:
    client.track("ann", "good")
    client.track("ann", "bad", {"word": "a\x00b"})
    client.flush()
    assert errors == []
    assert seen.names(ours) == ["good"]
    assert [letter.code for letter in seen.dead_letters(ours)] == ["nul"]


def test_a_wrong_key_is_told_so(live_url: str, ours: Tenant, errors: list[Any]) -> None:
    client = Client(
        "wrong", host=f"{live_url}/ingest/segment", max_retries=1, on_error=lambda error, _: errors.append(error)
    )
    client.track("ann", "seen")
    client.shutdown()
    segments_request._session.close()
    (error,) = errors
    assert (error.status, error.code) == (401, "unknown_write_key")
