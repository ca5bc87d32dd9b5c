"""PostHog's wire format, in every form that its SDKs have used."""

import base64
import gzip
import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.ingest import posthog
from analytics.ingest.incoming import Identity, IncomingEvent, Rejected
from analytics.ingest.letters import LONGEST_BATCH, Letter
from brands.errors import AtelierError, InvalidInput, TooLarge, UnsupportedEncoding

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
EVENT = {
    "event": "bought",
    "distinct_id": "ann",
    "uuid": "0191-u",
    "timestamp": "2026-03-01T11:59:58.500Z",
    "properties": {"price": 3, "$session_id": "s1", "token": "inner"},
}


def read(body: Any, query: dict[str, str] | None = None, **headers: str) -> Letter:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return posthog.read(raw, headers=headers, query=query or {}, received_at=NOW)


def one(event: dict[str, Any]) -> IncomingEvent | Rejected:
    return read({"api_key": "key", "batch": [event]}).events[0]


def accepted(event: dict[str, Any]) -> IncomingEvent:
    found = one(event)
    assert isinstance(found, IncomingEvent), found
    return found


def code(event: Any) -> str:
    found = one(event)
    assert isinstance(found, Rejected), found
    return found.code


ENVELOPE = {"api_key": "key", "batch": [EVENT]}
AS_JSON = json.dumps(ENVELOPE).encode()
AS_BASE64 = base64.b64encode(AS_JSON)


@pytest.mark.parametrize(
    ("body", "query"),
    [
        (AS_JSON, {}),
        (gzip.compress(AS_JSON, mtime=0), {"compression": "gzip-js"}),
        (gzip.compress(AS_JSON, mtime=0), {}),
        (b"data=" + quote(AS_BASE64).encode(), {"compression": "base64"}),
        (b"data=" + AS_BASE64, {}),
        (b"data=" + AS_BASE64.rstrip(b"="), {"compression": "base64"}),
        (AS_BASE64, {"compression": "base64"}),
        (b"data=" + quote(AS_JSON).encode() + b"&ip=1", {}),
        (b"data=" + quote(base64.b64encode(gzip.compress(AS_JSON, mtime=0))).encode(), {"compression": "gzip-js"}),
        (json.dumps({**ENVELOPE, "sent_at": NOW.isoformat()}).encode(), {}),
        (json.dumps({"token": "key", **EVENT}).encode(), {}),
        (json.dumps([{"api_key": "key", **EVENT}]).encode(), {}),
    ],
)
def test_every_form_says_the_same(body: bytes, query: dict[str, str]) -> None:
    letter = read(body, query)
    assert letter.token == "key"
    assert letter.events == [
        IncomingEvent(
            name="bought",
            distinct_id="ann",
            at=NOW - timedelta(seconds=1.5),
            insert_id="0191-u",
            session="s1",
            properties={"price": 3, "$session_id": "s1"},
        )
    ]


@pytest.mark.parametrize(
    "body",
    [
        [{**EVENT, "properties": {"token": "key"}}],
        {**EVENT, "properties": {"token": "key"}},
        {"batch": [{**EVENT, "properties": {"token": "key"}}]},
        {"$token": "key", "$distinct_id": "ann", "$set": {"plan": "pro"}},
    ],
)
def test_the_key_may_be_on_top_or_inside(body: Any) -> None:
    assert read(body).token == "key"


def test_without_any_key_there_is_none() -> None:
    assert read({"batch": [{"event": "seen", "distinct_id": "ann"}]}).token == ""
    assert read({"api_key": 7, "batch": []}).token == ""


def test_events_with_several_keys_are_refused_together() -> None:
    with pytest.raises(InvalidInput) as caught:
        read([{"api_key": "ours", **EVENT}, {"api_key": "theirs", **EVENT}])
    assert "api_key" in caught.value.fields


@pytest.mark.parametrize(
    ("event", "whom"),
    [
        ({"distinct_id": "ann"}, "ann"),
        ({"properties": {"distinct_id": "ann"}}, "ann"),
        ({"$distinct_id": "ann"}, "ann"),
        ({"distinct_id": 17}, "17"),
        ({"distinct_id": " ann ", "properties": {"distinct_id": "bob"}}, "ann"),
    ],
)
def test_whose_it_is_may_be_on_top_or_in_the_properties(event: dict[str, Any], whom: str) -> None:
    found = accepted({"event": "seen", **event})
    assert found.distinct_id == whom
    assert "distinct_id" not in found.properties


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        ({"event": "$identify", "$anon": "a1"}, (Identity.IDENTIFY, "a1")),
        ({"event": "$identify", "$anon": "ann"}, (Identity.NOTHING, "")),
        ({"event": "$identify"}, (Identity.NOTHING, "")),
        ({"event": "$identify", "$anon": "undefined"}, (Identity.NOTHING, "")),
        ({"event": "seen", "$anon": "a1"}, (Identity.NOTHING, "")),
        ({"event": "$create_alias", "alias": "b2"}, (Identity.ALIAS, "b2")),
        ({"event": "$create_alias", "alias": "[object Object]"}, (Identity.NOTHING, "")),
    ],
)
def test_who_is_the_same_person_is_understood(event: dict[str, Any], expected: tuple[Identity, str]) -> None:
    properties = {"$anon_distinct_id": event.pop("$anon", None), "alias": event.pop("alias", None)}
    found = accepted({"distinct_id": "ann", **event, "properties": properties})
    assert (found.identity, found.alias) == expected


def test_nobody_becomes_everybody() -> None:
    event = {"event": "$identify", "distinct_id": "null", "properties": {"$anon_distinct_id": "a1"}}
    assert accepted(event).identity == Identity.NOTHING


def test_properties_of_people_are_kept_as_properties() -> None:
    found = accepted({"event": "$set", "distinct_id": "ann", "$set": {"plan": "pro"}, "$set_once": {"from": "ad"}})
    assert found.properties == {"$set": {"plan": "pro"}, "$set_once": {"from": "ad"}}
    assert accepted({"$distinct_id": "ann", "$set": {"plan": "pro"}}).name == "$set"


@pytest.mark.parametrize(
    ("timestamp", "sent_at", "at"),
    [
        ("2026-03-01T11:00:00Z", None, "2026-03-01T11:00:00Z"),
        ("2026-03-01T11:00:00", None, "2026-03-01T11:00:00Z"),
        ("2026-03-01T13:00:00+02:00", None, "2026-03-01T11:00:00Z"),
        (1772362800, None, "2026-03-01T11:00:00Z"),
        (1772362800000, None, "2026-03-01T11:00:00Z"),
        (None, "2026-03-01T12:00:00Z", "2026-03-01T12:00:00Z"),
        # A clock that is an hour fast, one that is a day slow, and one that is right.
        ("2026-03-01T12:59:00Z", "2026-03-01T13:00:00Z", "2026-03-01T11:59:00Z"),
        ("2026-02-28T11:59:00Z", "2026-02-28T12:00:00Z", "2026-03-01T11:59:00Z"),
        ("2026-03-01T11:59:00Z", "2026-03-01T11:59:58Z", "2026-03-01T11:59:00Z"),
        ("2026-03-01T11:59:00Z", "yesterday", "2026-03-01T11:59:00Z"),
    ],
)
def test_times_are_those_of_a_clock_that_is_right(timestamp: Any, sent_at: str | None, at: str) -> None:
    event = {**EVENT, "timestamp": timestamp}
    (found,) = read({"api_key": "key", "batch": [event], "sent_at": sent_at}).events
    assert isinstance(found, IncomingEvent)
    assert found.at == datetime.fromisoformat(at)


def test_the_senders_clock_may_be_told_beside_the_event_or_in_the_address() -> None:
    fast = NOW + timedelta(hours=1)
    event = {"api_key": "key", **EVENT, "timestamp": fast.isoformat()}
    letters = [
        read([{**event, "sent_at": fast.isoformat()}]),
        read([event], {"sent_at": str(int(fast.timestamp() * 1000))}),
        read([event], {"_": str(int(fast.timestamp() * 1000))}),
    ]
    assert [letter.events[0].at for letter in letters] == [NOW] * 3


def test_a_sender_that_trusts_its_times_is_not_corrected() -> None:
    event = {**EVENT, "timestamp": "2020-01-01T00:00:00Z", "properties": {"$ignore_sent_at": True}}
    (found,) = read({"api_key": "key", "batch": [event], "sent_at": "2026-03-01T13:00:00Z"}).events
    assert found.at == datetime(2020, 1, 1, tzinfo=UTC)


def test_old_sdks_say_how_long_ago_it_was() -> None:
    assert accepted({"event": "seen", "distinct_id": "a", "offset": 1500}).at == NOW - timedelta(seconds=1.5)


@pytest.mark.parametrize(
    ("properties", "expected"),
    [
        ({"revenue": 9.99}, (Decimal("9.99"), "")),
        ({"revenue": "10.10", "currency": "eur"}, (Decimal("10.10"), "EUR")),
        ({"$revenue": 0.1, "$currency": "CHF"}, (Decimal("0.1"), "CHF")),
        ({"revenue": None}, (None, "")),
        ({"revenue": "", "currency": "EUR"}, (None, "")),
    ],
)
def test_money_is_exact(properties: dict[str, Any], expected: tuple[Decimal | None, str]) -> None:
    found = accepted({**EVENT, "properties": properties})
    assert (found.revenue, found.currency) == expected


def test_an_event_sent_twice_has_one_id_even_when_its_sender_gave_none() -> None:
    bare = {"event": "seen", "distinct_id": "ann", "timestamp": EVENT["timestamp"]}
    body = {"api_key": "key", "batch": [bare, bare, {**bare, "properties": {"$insert_id": "i1"}}]}
    first, again = read(body).events, read(body).events
    assert first == again
    assert len({event.insert_id for event in first}) == 3
    assert first[2].insert_id == "i1"


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        ({**EVENT, "event": None}, "no_name"),
        ({**EVENT, "event": {"a": 1}}, "bad_event"),
        ({"event": "seen"}, "no_distinct_id"),
        ({**EVENT, "distinct_id": ""}, "no_distinct_id"),
        ({**EVENT, "distinct_id": ["ann"]}, "bad_distinct_id"),
        ({**EVENT, "distinct_id": True}, "bad_distinct_id"),
        ({**EVENT, "properties": [1]}, "bad_properties"),
        ({**EVENT, "timestamp": "soon"}, "bad_timestamp"),
        ({**EVENT, "timestamp": 1e300}, "bad_timestamp"),
        ({**EVENT, "timestamp": {"a": 1}}, "bad_timestamp"),
        ({**EVENT, "timestamp": True}, "bad_timestamp"),
        ({"event": "seen", "distinct_id": "a", "offset": "1"}, "bad_timestamp"),
        ({"event": "seen", "distinct_id": "a", "offset": 1e300}, "bad_timestamp"),
        ({"event": "seen", "distinct_id": "a", "offset": float("nan")}, "bad_timestamp"),
        ({**EVENT, "uuid": ["a"]}, "bad_uuid"),
        ({**EVENT, "properties": {"revenue": "a lot"}}, "bad_revenue"),
        ({**EVENT, "properties": {"revenue": True}}, "bad_revenue"),
        ({**EVENT, "properties": {"revenue": [1]}}, "bad_revenue"),
        ("seen", "not_an_object"),
        (None, "not_an_object"),
        ([EVENT], "not_an_object"),
    ],
)
def test_a_bad_event_is_kept_aside_with_its_reason_and_spoils_no_other(event: Any, expected: str) -> None:
    assert code(event) == expected
    letter = read({"api_key": "key", "batch": [EVENT, event, EVENT]})
    assert [type(found) for found in letter.events] == [IncomingEvent, Rejected, IncomingEvent]


@pytest.mark.parametrize(
    ("body", "query", "error"),
    [
        (b"", {}, InvalidInput),
        (b"data=", {}, InvalidInput),
        (b"data=%%%", {}, InvalidInput),
        (b"not base64!", {"compression": "base64"}, InvalidInput),
        (b"7", {}, InvalidInput),
        (b'"seen"', {}, InvalidInput),
        (b'{"api_key": "key", "batch": {"event": "seen"}}', {}, InvalidInput),
        (AS_JSON, {"compression": "lz64"}, UnsupportedEncoding),
        (b" " * (posthog.MAX_BYTES + 1), {}, TooLarge),
        (base64.b64encode(gzip.compress(b" " * (posthog.MAX_BYTES + 1), mtime=0)), {"compression": "base64"}, TooLarge),
        (json.dumps({"batch": [1] * (LONGEST_BATCH + 1)}).encode(), {}, TooLarge),
    ],
)
def test_what_holds_no_events_is_refused_as_a_whole(
    body: bytes, query: dict[str, str], error: type[AtelierError]
) -> None:
    with pytest.raises(error):
        read(body, query)


def test_an_empty_batch_is_fine() -> None:
    assert read({"api_key": "key", "batch": []}) == Letter("key", [])


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.just("2026-03-01T00:00:00Z"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
FIELDS = st.sampled_from(
    ["event", "distinct_id", "uuid", "timestamp", "offset", "sent_at", "properties", "$set", "api_key", "token"]
)
PROPERTIES = st.dictionaries(
    st.sampled_from(["revenue", "currency", "$session_id", "$anon_distinct_id", "alias", "distinct_id", "token"]),
    ANYTHING,
    max_size=4,
)


@given(st.lists(st.dictionaries(FIELDS, ANYTHING | PROPERTIES, max_size=6) | ANYTHING, max_size=4))
def test_each_item_of_whatever_batch_becomes_an_event_or_a_reason(items: list[Any]) -> None:
    assert len(read({"api_key": "key", "batch": items}).events) == len(items)


def test_numbers_of_which_some_digits_are_lost_make_nobody_somebody_else() -> None:
    assert accepted({**EVENT, "distinct_id": 2**63 - 1}).distinct_id == str(2**63 - 1)
    assert code({**EVENT, "distinct_id": 10**23 + 1}) == "bad_distinct_id"
    assert code({**EVENT, "uuid": 10**23 + 1}) == "bad_uuid"
