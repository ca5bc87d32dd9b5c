"""PostHog's SDK for Python, as it is published, against a running server."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import posthog as library
import pytest
from posthog import Posthog

from tests.factories import Tenant
from tests.sdks import seen


@pytest.fixture
def errors() -> list[Any]:
    return []


@pytest.fixture(params=["/ingest/posthog", "/ingest/posthog/", ""], ids=["prefix", "slash", "bare"])
def client(request: pytest.FixtureRequest, live_url: str, ours: Tenant, errors: list[Any]) -> Iterator[Posthog]:
    started = Posthog(
        ours.key_with("event.write").token,
        host=f"{live_url}{request.param}",
        gzip=request.param == "",
        max_retries=1,
        on_error=lambda error, batch: errors.append((error, batch)),
    )
    yield started
    started.shutdown()
    library.request.reset_sessions()


def test_what_it_captures_is_stored(client: Posthog, ours: Tenant, errors: list[Any]) -> None:
    moment = datetime(2026, 1, 2, 3, 4, 5, 600_000, tzinfo=UTC)
    client.capture(
        "bought",
        distinct_id="ann",
        properties={"plan": "pro", "revenue": 9.99, "currency": "EUR", "$session_id": "s1", "tags": ["a", {"b": 1}]},
        timestamp=moment,
        uuid="01931d5e-0000-7000-8000-000000000001",
    )
    client.flush()
    assert errors == []
    (event,) = seen.events(ours)
    assert (event.name, event.distinct_id, event.session) == ("bought", "ann", "s1")
    assert (event.at, event.insert_id) == (moment, "01931d5e-0000-7000-8000-000000000001")
    assert (event.revenue, event.currency) == (Decimal("9.99"), "EUR")
    assert event.properties["tags"] == ["a", {"b": 1}]
    assert event.properties["$lib"] == "posthog-python"
    assert "token" not in event.properties


def test_all_of_a_long_queue_arrive_in_batches(client: Posthog, ours: Tenant, errors: list[Any]) -> None:
    for number in range(350):
        client.capture("seen", distinct_id=f"visitor-{number % 50}", properties={"number": number, "word": "größer 😀"})
    client.flush()
    assert errors == []
    assert sorted(event.properties["number"] for event in seen.events(ours)) == list(range(350))
    assert {event.properties["word"] for event in seen.events(ours)} == {"größer 😀"}


def test_an_alias_makes_two_names_one_person(client: Posthog, ours: Tenant, errors: list[Any]) -> None:
    client.capture("seen", distinct_id="before")
    client.alias(previous_id="before", distinct_id="ann")
    client.capture("bought", distinct_id="ann")
    client.flush()
    assert errors == []
    (before,), (after,) = seen.events(ours, "seen"), seen.events(ours, "bought")
    assert seen.person_of(ours, before) == seen.person_of(ours, after)


def test_what_it_says_of_people_and_groups_is_kept(client: Posthog, ours: Tenant, errors: list[Any]) -> None:
    client.set(distinct_id="ann", properties={"plan": "pro"})
    client.group_identify("company", "acme", {"size": 3})
    client.flush()
    assert errors == []
    assert seen.names(ours) == ["$groupidentify", "$set"]
    assert seen.events(ours, "$set")[0].properties["$set"]["plan"] == "pro"


def test_there_are_no_flags(client: Posthog) -> None:
    assert client.get_all_flags("ann") == {}
    assert not client.evaluate_flags("ann").is_enabled("anything")


def test_an_event_that_cannot_be_stored_is_put_aside(client: Posthog, ours: Tenant, errors: list[Any]) -> None:
    client.capture("good", distinct_id="ann")
    client.capture("bad", distinct_id="ann", properties={"word": "a\x00b"})
    client.capture("late", distinct_id="ann", timestamp=datetime.now(UTC) - timedelta(days=20))
    client.flush()
    assert errors == []
    assert seen.names(ours) == ["good", "late"]
    assert [letter.code for letter in seen.dead_letters(ours)] == ["nul"]


def test_a_key_that_may_do_more_is_told_so(live_url: str, ours: Tenant, errors: list[Any]) -> None:
    client = Posthog(
        ours.key.token,
        host=f"{live_url}/ingest/posthog",
        on_error=lambda error, batch: errors.append(error),
        max_retries=1,
    )
    client.capture("seen", distinct_id="ann")
    client.shutdown()
    library.request.reset_sessions()
    (error,) = errors
    assert error.status == 403
    assert "only scope is event.write" in error.message
