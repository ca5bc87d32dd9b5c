"""What comes in by the formats of PostHog and Segment, all the way into the store: nothing lost, nothing twice."""

import json
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from brands.services.api_keys import IssuedKey
from tests.factories import Tenant
from tests.sdks import seen

GOOD = {"event": "seen", "distinct_id": "ann", "properties": {"word": "größer 😀", "n": 12345678901234567890}}
ANN = '{"event": "bad", "distinct_id": "ann", '
# As they stand in a body, and the code with which they are put aside.
BAD = [
    (ANN + '"properties": {"word": "a\\u0000b"}}', "nul"),
    (ANN + '"properties": {"a\\u0000b": 1}}', "nul"),
    ('{"event": "bad", "distinct_id": "a\\u0000b"}', "nul"),
    (ANN + '"properties": {"word": "\\ud83d"}}', "surrogate"),
    (ANN + '"properties": {"n": NaN}}', "bad_properties"),
    (ANN + '"properties": {"n": 1e999}}', "bad_properties"),
    (ANN + '"properties": {"n": ' + "9" * 5_000 + "}}", "bad_properties"),
    (ANN + '"properties": {"deep": ' + "[" * 50_000 + "]" * 50_000 + "}}", "too_deep"),
    (ANN + '"properties": {"deep": ' + "[" * 600 + "]" * 600 + "}}", "too_deep"),
    (ANN + '"properties": {"revenue": -1}}', "negative_revenue"),
    (ANN + '"properties": {"revenue": 1e300}}', "bad_revenue"),
    (ANN + '"properties": {"revenue": 1, "currency": "EURO"}}', "bad_currency"),
    (ANN + '"timestamp": "2999-01-01T00:00:00Z"}', "far_future"),
    (ANN + '"timestamp": "1970-01-01T00:00:00Z"}', "too_old"),
    (ANN + '"timestamp": ' + "[" * 50_000 + "]" * 50_000 + "}", "bad_timestamp"),
    (ANN + '"properties": {"x": "' + "x" * 40_000 + '"}}', "too_large"),
    ('{"event": "bad", "distinct_id": "' + "x" * 401 + '"}', "bad_distinct_id"),
    ('{"event": "' + "x" * 201 + '", "distinct_id": "ann"}', "bad_name"),
    ('{"event": "bad"}', "no_distinct_id"),
    ("7", "not_an_object"),
]


@pytest.fixture
def write_key(ours: Tenant) -> IssuedKey:
    return ours.key_with("event.write")


def send(key: IssuedKey, *events: str) -> HttpResponse:
    body = f'{{"api_key": "{key.token}", "batch": [{", ".join(events)}]}}'
    return Client().post("/ingest/posthog/batch/", body, content_type="application/json")


def test_bad_events_are_put_aside_with_their_reasons_and_the_good_ones_beside_them_are_stored(
    ours: Tenant, write_key: IssuedKey
) -> None:
    good = [json.dumps({**GOOD, "uuid": f"good-{n}"}) for n in range(len(BAD))]
    answer = send(write_key, *(event for pair in zip(good, [text for text, _ in BAD], strict=True) for event in pair))
    assert answer.status_code == 200
    assert sorted(event.insert_id for event in seen.events(ours)) == sorted(f"good-{n}" for n in range(len(BAD)))
    assert all(event.properties == GOOD["properties"] for event in seen.events(ours))
    assert sorted(letter.code for letter in seen.dead_letters(ours)) == sorted(code for _, code in BAD)
    assert {letter.source for letter in seen.dead_letters(ours)} == {"posthog"}


@pytest.mark.parametrize(("text", "code"), BAD, ids=[str(n) for n in range(len(BAD))])
def test_a_bad_event_alone_is_answered_like_any_other(ours: Tenant, write_key: IssuedKey, text: str, code: str) -> None:
    assert send(write_key, text).status_code == 200
    assert [letter.code for letter in seen.dead_letters(ours)] == [code]
    assert seen.events(ours) == []


TRACK = '{"type": "track", "event": "bad", "userId": "ann", '
BAD_OF_SEGMENT = [
    (TRACK + '"properties": {"word": "a\\u0000b"}}', "nul"),
    (TRACK + '"properties": {"word": "\\ud83d"}}', "surrogate"),
    (TRACK + '"properties": {"n": 1e999}}', "bad_properties"),
    (TRACK + '"properties": {"deep": ' + "[" * 5_000 + "]" * 5_000 + "}}", "too_deep"),
    (TRACK + '"properties": {"revenue": -1}}', "negative_revenue"),
    (TRACK + '"timestamp": "2999-01-01T00:00:00Z"}', "far_future"),
    (TRACK + '"properties": {"x": "' + "x" * 40_000 + '"}}', "too_large"),
    ('{"type": "buy", "event": "bad", "userId": "ann"}', "bad_type"),
    ('{"type": "track", "event": "bad"}', "no_distinct_id"),
    ("7", "not_an_object"),
]


def test_bad_events_of_segments_sdks_are_put_aside_and_the_good_one_beside_them_is_stored(
    ours: Tenant, write_key: IssuedKey
) -> None:
    events = [*(text for text, _ in BAD_OF_SEGMENT), '{"type": "track", "event": "seen", "userId": "ann"}']
    body = f'{{"writeKey": "{write_key.token}", "batch": [{", ".join(events)}]}}'
    answer = Client().post("/ingest/segment/v1/batch", body, content_type="application/json")
    assert (answer.status_code, answer.json()) == (200, {"success": True})
    assert seen.names(ours) == ["seen"]
    assert sorted(letter.code for letter in seen.dead_letters(ours)) == sorted(code for _, code in BAD_OF_SEGMENT)


@pytest.mark.parametrize(
    "once", [{"uuid": "u1"}, {"properties": {"$insert_id": "i1"}}, {"timestamp": "2026-01-01T00:00:00Z"}]
)
def test_what_is_sent_again_is_stored_once(ours: Tenant, write_key: IssuedKey, once: dict[str, Any]) -> None:
    event = json.dumps({"event": "seen", "distinct_id": "ann", **once})
    for _ in range(3):
        assert send(write_key, event).status_code == 200
    assert len(seen.events(ours)) == 1


def test_what_a_clock_that_is_wrong_sends_again_is_stored_once(ours: Tenant, write_key: IssuedKey) -> None:
    for sent_at in ("2020-01-01T00:05:00Z", "2020-01-01T00:05:00.300Z"):
        event = {"event": "seen", "distinct_id": "ann", "uuid": "u1", "timestamp": "2020-01-01T00:00:00Z"}
        body = {"api_key": write_key.token, "sent_at": sent_at, "batch": [event]}
        Client().post("/e/", json.dumps(body), content_type="text/plain")
    (stored,) = seen.events(ours)
    assert 290 < (stored.received_at - stored.at).total_seconds() < 310


def test_a_key_writes_into_its_own_brand_whatever_the_events_say(
    ours: Tenant, theirs: Tenant, write_key: IssuedKey
) -> None:
    event = {**GOOD, "brand_id": str(theirs.id), "properties": {"token": theirs.key_with("event.write").token}}
    assert send(write_key, json.dumps(event)).status_code == 200
    assert (len(seen.events(ours)), len(seen.events(theirs))) == (1, 0)


def test_a_batch_costs_as_many_questions_as_a_single_event(ours: Tenant, write_key: IssuedKey) -> None:
    send(write_key, json.dumps(GOOD))  # the key is marked as used once a minute

    def questions(many: int) -> int:
        with CaptureQueriesContext(connection) as asked:
            send(write_key, *(json.dumps({**GOOD, "distinct_id": f"visitor-{many}-{n}"}) for n in range(many)))
        return len(asked)

    assert questions(1) == questions(200) < 15
    assert len(seen.events(ours)) == 202
