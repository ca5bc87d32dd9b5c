"""POST /api/v1/events/: Atelier's own format."""

import gzip
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.utils import timezone
from pytest_django.fixtures import Settings
from rest_framework.test import APIClient

from analytics.models import DeadLetter, Event
from brands.models import Membership
from brands.tenancy.scope import brand_scope
from tests.factories import Tenant, client_for

URL = "/api/v1/events/"


def send(tenant: Tenant, body: Any, *, client: APIClient | None = None, **headers: str) -> HttpResponse:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    client = client or client_for(tenant.key_with("event.write"))
    content_type = headers.pop("content_type", "application/json")
    return client.post(URL, data, content_type=content_type, headers=headers)


def one(name: str = "visit", **facts: Any) -> dict[str, Any]:
    return {"name": name, "distinct_id": "ann", "insert_id": name, **facts}


def stored(tenant: Tenant) -> list[str]:
    with brand_scope(tenant.brand):
        return sorted(Event.objects.values_list("name", flat=True))


@pytest.mark.parametrize(
    "shape", [lambda e: e, lambda e: [e], lambda e: {"events": [e]}], ids=["one", "a list", "an envelope"]
)
def test_events_come_as_one_a_list_or_an_envelope(shape: Callable[[Any], Any], ours: Tenant) -> None:
    answer = send(ours, shape(one()))
    assert (answer.status_code, answer.json()) == (
        200,
        {"stored": 1, "duplicates": 0, "rejected": 0, "results": [{"status": "ok"}]},
    )
    assert stored(ours) == ["visit"]


def test_lines_of_events_are_read_each_by_itself(ours: Tenant) -> None:
    lines = b"\n".join([json.dumps(one("a")).encode(), b"{broken", b"", json.dumps(one("b")).encode(), b"[" * 9999])
    answer = send(ours, lines, content_type="application/x-ndjson").json()
    assert [result["status"] for result in answer["results"]] == ["ok", "rejected", "ok", "rejected"]
    assert stored(ours) == ["a", "b"]


def test_sent_again_events_are_duplicates(ours: Tenant) -> None:
    send(ours, [one("a")])
    answer = send(ours, [one("a"), one("b"), one("b")]).json()
    assert [result["status"] for result in answer["results"]] == ["duplicate", "ok", "duplicate"]


def test_an_event_without_an_id_of_its_own_is_a_duplicate_only_in_the_same_request(ours: Tenant) -> None:
    events = [{"name": "a", "distinct_id": "ann", "at": "2024-05-04T10:00:00Z"}] * 2
    assert (send(ours, events).json()["stored"], send(ours, events).json()["duplicates"]) == (2, 2)


def test_each_bad_event_is_told_why_and_kept_as_a_dead_letter(ours: Tenant) -> None:
    bad = [
        ("unknown_field", one(colour="red")),
        ("not_an_object", "visit"),
        ("bad_name", {"name": 7, "distinct_id": "ann"}),
        ("bad_name", one("")),
        ("bad_distinct_id", one(distinct_id=None)),
        ("bad_at", one(at="yesterday")),
        ("far_future", one(at="2999-01-01T00:00:00Z")),
        ("bad_properties", one(properties=[1])),
        ("bad_revenue", one(revenue="much")),
        ("bad_revenue", one(revenue=True)),
        ("negative_revenue", one(revenue=-1)),
        ("bad_identity", one(identity="merge")),
        ("bad_identity", one(identity=[])),
        ("bad_alias", one(identity="alias")),
        ("nul", one(properties={"a": "\x00"})),
        ("nul", one("a\x00b")),
        ("nul", one(distinct_id="a\x00b")),
        ("too_old", one(at="1970-01-01T00:00:00Z")),
        ("too_large", one(properties={"a": "x" * 33_000})),
        ("bad_currency", one(revenue=1, currency="EURO")),
        ("bad_revenue", one(revenue="NaN")),
        ("surrogate", one(properties={"a": "\ud800"})),
    ]
    answer = send(ours, [*(body for _, body in bad), one("good")]).json()
    assert [result.get("code") for result in answer["results"]] == [*(code for code, _ in bad), None]
    assert all(result["reason"] for result in answer["results"][:-1])
    assert (answer["stored"], answer["rejected"]) == (1, len(bad))
    with brand_scope(ours.brand):
        assert DeadLetter.objects.filter(source="native").count() == len(bad)


def test_one_event_nested_too_deeply_spoils_no_other(ours: Tenant) -> None:
    deep = json.dumps(one("deep", properties={"a": 0})).replace("0}", "[" * 5000 + "]" * 5000 + "}")
    answer = send(ours, f"[{deep}, {json.dumps(one())}]".encode()).json()
    assert [result.get("code") for result in answer["results"]] == ["too_deep", None]


def test_an_event_without_an_id_nested_as_deep_as_can_be_read_spoils_no_other(ours: Tenant) -> None:
    deep = json.dumps({"name": "deep", "distinct_id": "ann", "properties": {"a": 0}})
    deep = deep.replace("0}", "[" * 1000 + "]" * 1000 + "}")
    answer = send(ours, f"[{deep}, {json.dumps(one())}]".encode()).json()
    assert [result.get("code") for result in answer["results"]] == ["too_deep", None]


def test_a_name_of_a_field_that_no_answer_can_hold_spoils_no_answer(ours: Tenant) -> None:
    answer = send(ours, [one("odd", **{"\ud800": 1}), one()])
    assert [result.get("code") for result in answer.json()["results"]] == ["unknown_field", None]
    assert (send(ours, {"events": [one("b")], "\ud800": 1}).status_code, stored(ours)) == (400, ["visit"])


def test_numbers_that_are_not_finite_are_refused_with_their_event_only(ours: Tenant) -> None:
    body = b'[{"name":"a","distinct_id":"x","properties":{"n":NaN}},'
    body += b'{"name":"b","distinct_id":"x","properties":{"n":1e999}},'
    answer = send(ours, body + b'{"name":"c","distinct_id":"x","properties":{"n":1e30}}]').json()
    assert [result["status"] for result in answer["results"]] == ["rejected", "rejected", "ok"]


def test_the_time_of_a_wrong_clock_is_corrected(ours: Tenant) -> None:
    clock = timezone.now() - timedelta(hours=3)
    body = {"events": [one(at=(clock - timedelta(minutes=5)).isoformat())], "sent_at": clock.isoformat()}
    send(ours, body)
    with brand_scope(ours.brand):
        at = Event.objects.get().at
    assert abs(timezone.now() - timedelta(minutes=5) - at) < timedelta(seconds=30)


def test_a_resend_by_a_wrong_clock_is_a_duplicate(ours: Tenant) -> None:
    clock = timezone.now() - timedelta(hours=3)
    for sent_at in (clock, clock + timedelta(milliseconds=20)):
        answer = send(ours, {"events": [one(at=clock.isoformat())], "sent_at": sent_at.isoformat()}).json()
    assert answer["duplicates"] == 1


def test_gzip_is_read_and_a_bomb_is_not(ours: Tenant) -> None:
    encoding = {"Content-Encoding": "gzip"}
    assert send(ours, gzip.compress(json.dumps(one()).encode()), **encoding).json()["stored"] == 1
    answer = send(ours, gzip.compress(b" " * 50_000_000), **encoding)
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    assert send(ours, b"\x1f\x8bnonsense", **encoding).status_code == 400
    assert send(ours, b"[]", **{"Content-Encoding": "br"}).status_code == 415


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        (b"{broken", 400, "body"),
        (b"\xff\xfe", 400, "body"),
        (b"7", 400, "body"),
        (b"", 400, "body"),
        (b"[]", 400, "events"),
        (b'{"events": {}}', 400, "events"),
        (b'{"events": [], "batch": 1}', 400, "batch"),
        (b'{"events": [{}], "sent_at": "soon"}', 400, "sent_at"),
    ],
)
def test_a_body_that_is_no_events_is_refused_by_name(body: bytes, status: int, field: str, ours: Tenant) -> None:
    answer = send(ours, body)
    assert (answer.status_code, list(answer.json()["errors"])) == (status, [field])
    with brand_scope(ours.brand):
        assert not DeadLetter.objects.exists()


def test_a_body_may_be_larger_than_other_bodies_and_not_too_large(ours: Tenant) -> None:
    events = [one(f"e{n}", properties={"text": "x" * 15_000}) for n in range(300)]
    assert send(ours, events).json()["stored"] == 300
    answer = send(ours, b" " * 5_000_001)
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    assert send(ours, [one(f"e{n}") for n in range(2001)]).status_code == 413


def test_the_key_says_whose_events_they_are(ours: Tenant, theirs: Tenant) -> None:
    send(theirs, one("theirs"))
    assert (stored(ours), stored(theirs)) == ([], ["theirs"])


def test_only_a_key_that_may_write_events_may(ours: Tenant) -> None:
    assert send(ours, one(), client=APIClient()).status_code == 401
    unknown = send(ours, one(), client=APIClient(), Authorization="Bearer atlunknown000_secret")
    assert (unknown.status_code, unknown["Content-Type"]) == (401, "application/problem+json")
    assert send(ours, one(), client=client_for(ours.owner)).status_code == 403
    assert send(ours, one(), client=client_for(ours.key_with("asset.view"))).status_code == 403
    assert stored(ours) == []


def test_a_key_whose_maker_was_let_go_opens_nothing(ours: Tenant) -> None:
    client = client_for(ours.key_with("event.write", role="EDITOR"))
    with brand_scope(ours.brand):
        Membership.objects.filter(user=ours.editor).delete()
    assert send(ours, one(), client=client).status_code == 401


def test_events_have_a_rate_limit_of_their_own(ours: Tenant, settings: Settings) -> None:
    settings.RATE_LIMIT, settings.EVENTS_RATE_LIMIT = "1/minute", "2/minute"
    client = client_for(ours.key_with("event.write"))
    assert [send(ours, one(), client=client).status_code for _ in range(3)] == [200, 200, 429]


def test_a_batch_costs_as_many_queries_as_an_event(
    ours: Tenant, django_assert_max_num_queries: Callable[[int], Any]
) -> None:
    client = client_for(ours.key_with("event.write"))
    send(ours, one(), client=client)
    with django_assert_max_num_queries(13):
        send(ours, [one(f"e{n}", at=datetime.now(UTC).isoformat()) for n in range(500)], client=client)


def test_what_the_studio_made_nobody_else_can_tell(ours: Tenant) -> None:
    told = send(ours, [one(), one("$generation_completed", properties={"cost_usd": 9_999})]).json()
    assert (told["stored"], told["rejected"]) == (1, 1)
    assert told["results"][1]["code"] == "reserved_name"
    assert stored(ours) == ["visit"]
