"""Segment's tracking format, as servers and browsers send it."""

import base64
import gzip
import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.ingest import segment
from analytics.ingest.incoming import Identity, IncomingEvent, Rejected
from analytics.ingest.letters import Letter
from brands.errors import AtelierError, InvalidInput, TooLarge

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
TRACK = {"type": "track", "event": "bought", "userId": "ann", "messageId": "m1", "timestamp": "2026-03-01T11:59:00Z"}


def basic(key: str) -> str:
    return "Basic " + base64.b64encode(f"{key}:".encode()).decode()


def read(body: Any, kind: str = "batch", authorization: str = basic("key"), **headers: str) -> Letter:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return segment.read(raw, headers={"Authorization": authorization, **headers}, kind=kind, received_at=NOW)


def one(event: Any, **batch: Any) -> IncomingEvent | Rejected:
    return read({"batch": [event], **batch}).events[0]


def accepted(event: Any, **batch: Any) -> IncomingEvent:
    found = one(event, **batch)
    assert isinstance(found, IncomingEvent), found
    return found


def test_a_batch_of_the_servers_sdk_is_understood() -> None:
    event = {**TRACK, "context": {"library": {"name": "analytics-python"}}, "properties": {"revenue": 9.99}}
    letter = read(gzip.compress(json.dumps({"batch": [event], "sentAt": NOW.isoformat()}).encode()))
    assert letter == Letter(
        "key",
        [
            IncomingEvent(
                name="bought",
                distinct_id="ann",
                at=NOW - timedelta(minutes=1),
                insert_id="m1",
                properties={"revenue": 9.99, "$context": {"library": {"name": "analytics-python"}}},
                revenue=Decimal("9.99"),
            )
        ],
    )


@pytest.mark.parametrize(
    ("body", "authorization", "token"),
    [
        ({"batch": []}, basic("key"), "key"),
        ({"batch": [], "writeKey": "other"}, basic("key"), "key"),
        ({"batch": [], "writeKey": "key"}, "", "key"),
        ({"batch": [], "writeKey": 7}, "", ""),
        ({"batch": []}, "", ""),
        ({"batch": []}, "Bearer key", ""),
    ],
)
def test_the_key_is_a_users_name_or_in_the_body(body: Any, authorization: str, token: str) -> None:
    assert read(body, authorization=authorization).token == token


@pytest.mark.parametrize("authorization", ["Basic ä", "Basic !!!", "Basic /w=="])
def test_credentials_that_are_none_are_named(authorization: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        read({"batch": []}, authorization=authorization)
    assert "Authorization" in caught.value.fields


@pytest.mark.parametrize(
    ("event", "name", "properties"),
    [
        ({"type": "track", "event": "bought"}, "bought", {}),
        ({"type": "page", "name": "Home", "properties": {"url": "u"}}, "$pageview", {"name": "Home", "url": "u"}),
        ({"type": "screen", "name": "Cart", "category": "shop"}, "$screen", {"name": "Cart", "category": "shop"}),
        ({"type": "identify", "traits": {"plan": "pro"}}, "$identify", {"$set": {"plan": "pro"}}),
        (
            {"type": "group", "groupId": "g1", "traits": {"size": 3}},
            "$groupidentify",
            {"$group_key": "g1", "$group_set": {"size": 3}},
        ),
        ({"type": "alias", "previousId": "a1"}, "$create_alias", {}),
    ],
)
def test_every_type_has_the_name_that_funnels_know(event: dict[str, Any], name: str, properties: Any) -> None:
    in_batch = accepted({"userId": "ann", "messageId": "m", **event})
    (alone,) = read({"userId": "ann", "messageId": "m", **event}, kind=event["type"]).events
    assert in_batch == alone
    assert (in_batch.name, in_batch.properties) == (name, properties)


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        ({"userId": "ann"}, (Identity.NOTHING, "ann", "")),
        ({"anonymousId": "a1"}, (Identity.NOTHING, "a1", "")),
        ({"userId": "ann", "anonymousId": "a1"}, (Identity.IDENTIFY, "ann", "a1")),
        ({"userId": 17, "anonymousId": "a1"}, (Identity.IDENTIFY, "17", "a1")),
        ({"userId": "ann", "anonymousId": "ann"}, (Identity.NOTHING, "ann", "")),
        ({"userId": "ann", "anonymousId": "null"}, (Identity.NOTHING, "ann", "")),
        ({"type": "alias", "userId": "ann", "previousId": "a1"}, (Identity.ALIAS, "ann", "a1")),
        ({"type": "alias", "userId": "ann"}, (Identity.NOTHING, "ann", "")),
    ],
)
def test_both_ids_tell_who_somebody_was(event: dict[str, Any], expected: tuple[Identity, str, str]) -> None:
    found = accepted({**{key: value for key, value in TRACK.items() if key != "userId"}, **event})
    assert (found.identity, found.distinct_id, found.alias) == expected


@pytest.mark.parametrize(
    ("times", "at"),
    [
        ({"timestamp": "2026-03-01T11:00:00Z"}, "2026-03-01T11:00:00Z"),
        ({"originalTimestamp": "2026-03-01T12:59:00Z", "sentAt": "2026-03-01T13:00:00Z"}, "2026-03-01T11:59:00Z"),
        ({"timestamp": "2026-02-01T00:00:00Z", "sentAt": "2026-03-01T11:59:55Z"}, "2026-02-01T00:00:00Z"),
        ({"timestamp": None, "sentAt": "2026-03-01T13:00:00Z"}, "2026-03-01T12:00:00Z"),
    ],
)
def test_times_are_those_of_a_clock_that_is_right(times: dict[str, Any], at: str) -> None:
    event = {key: value for key, value in TRACK.items() if key != "timestamp"}
    sent_at = times.pop("sentAt", None)
    assert accepted({**event, **times}, sentAt=sent_at).at == datetime.fromisoformat(at)
    assert accepted({**event, **times, "sentAt": sent_at}).at == datetime.fromisoformat(at)


def test_what_a_batch_says_of_all_its_events_holds_for_each() -> None:
    found = accepted(TRACK, context={"sessionId": "s1"})
    assert (found.session, found.properties) == ("s1", {"$context": {"sessionId": "s1"}})


@pytest.mark.parametrize(
    ("event", "code"),
    [
        ({**TRACK, "type": "purchase"}, "bad_type"),
        ({**TRACK, "type": ["track"]}, "bad_type"),
        ({**TRACK, "event": ""}, "no_name"),
        ({**TRACK, "userId": None}, "no_distinct_id"),
        ({**TRACK, "userId": {"id": 1}}, "bad_userId"),
        ({**TRACK, "properties": "none"}, "bad_properties"),
        ({**TRACK, "traits": "none"}, "bad_traits"),
        ({**TRACK, "context": "none"}, "bad_context"),
        ({**TRACK, "timestamp": "later"}, "bad_timestamp"),
        ({**TRACK, "messageId": {}}, "bad_messageId"),
        ({**TRACK, "properties": {"revenue": "free"}}, "bad_revenue"),
        ("bought", "not_an_object"),
    ],
)
def test_a_bad_event_is_kept_aside_with_its_reason_and_spoils_no_other(event: Any, code: str) -> None:
    letter = read({"batch": [TRACK, event, TRACK]})
    assert [type(found) for found in letter.events] == [IncomingEvent, Rejected, IncomingEvent]
    assert letter.events[1].code == code


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (b"", InvalidInput),
        (b"[]", InvalidInput),
        (b"{}", InvalidInput),
        (b'{"batch": "all"}', InvalidInput),
        (b" " * (segment.MAX_BYTES + 1), TooLarge),
        (gzip.compress(b" " * (segment.MAX_BYTES + 1), mtime=0), TooLarge),
    ],
)
def test_what_holds_no_events_is_refused_as_a_whole(body: bytes, error: type[AtelierError]) -> None:
    with pytest.raises(error):
        read(body)


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
FIELDS = ["type", "event", "userId", "anonymousId", "previousId", "groupId", "messageId", "timestamp", "sentAt"]
FIELDS += ["originalTimestamp", "properties", "traits", "context", "name", "category"]


@given(
    st.lists(st.fixed_dictionaries({}, optional=dict.fromkeys(FIELDS, ANYTHING)), max_size=4),
    st.sampled_from(["batch", *segment.TYPES]),
)
def test_each_item_of_whatever_batch_becomes_an_event_or_a_reason(items: list[Any], kind: str) -> None:
    for item in items:
        assert len(read(item | {"batch": items}, kind=kind).events) == (len(items) if kind == "batch" else 1)
