"""Webhooks over REST: who may, what is refused and why, the secret that is shown once, the log."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from brands.models import AuditEntry, DomainEvent, Secret
from brands.tenancy.scope import brand_scope
from collaboration.models import WebhookDelivery, WebhookEndpoint
from collaboration.webhooks import catalogue, testing, turns
from tests.factories import Tenant, client_for
from tests.integration.collaboration.webhook_world import deliver, endpoint, happens, now, read, told
from tests.webhook_receiver import Receiver

PUBLIC = "https://shop.example/hook"


def url(tenant: Tenant, path: str = "") -> str:
    return f"{tenant.url}collaboration/webhooks/{path}"


def test_a_webhook_is_made_changed_given_another_secret_and_deleted(ours: Tenant) -> None:
    client = client_for(ours.admin)
    made = client.post(url(ours), {"url": PUBLIC, "event_types": ["generation.*", "report.created"]})
    assert made.status_code == 201
    secret, place = made.json()["secret"], made.headers["Location"]
    assert secret.startswith("whsec_")
    assert client.get(place).json() == {name: value for name, value in made.json().items() if name != "secret"}
    assert client.patch(place, {"active": False, "description": "Shop"}).json()["active"] is False
    rotated = client.post(f"{place}rotate/", {"overlap_seconds": 60}).json()
    assert rotated["secret"] != secret
    assert rotated["former_secret_until"] is not None
    with brand_scope(ours.brand):
        kept = b"".join(bytes(each.ciphertext) for each in Secret.objects.all())
        trail = [*AuditEntry.objects.values_list("details", flat=True), *DomainEvent.objects.values_list("payload")]
        assert secret.encode() not in kept
        assert PUBLIC not in str(trail)
        actions = AuditEntry.objects.filter(action__startswith="webhook.").order_by("id")
        assert list(actions.values_list("action", flat=True)) == [
            "webhook.created",
            "webhook.changed",
            "webhook.rotated",
        ]
    # What an app keeps for itself is neither listed among the brand's secrets, nor forgotten with them.
    owner = client_for(ours.owner)
    assert "own." not in owner.get(f"{ours.url}secrets/").content.decode()
    assert owner.delete(f"{ours.url}secrets/own.webhook.{made.json()['id']}/").status_code == 204
    with brand_scope(ours.brand):
        assert Secret.objects.count() == 2
    assert client.delete(place).status_code == 204
    assert client.get(place).status_code == 404
    with brand_scope(ours.brand):
        assert Secret.objects.count() == 0


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"url": "http://shop.example/hook"}, "url"),
        ({"url": "https://ann:secret@shop.example/hook"}, "url"),
        ({"url": "https://10.0.0.7/hook"}, "url"),
        ({"url": "https://[::ffff:127.0.0.1]/hook"}, "url"),
        ({"url": "https://2130706433/hook"}, "url"),
        ({"url": "https://shop.example:8443/hook"}, "url"),
        ({"url": "https://intranet/hook"}, "url"),
        ({"url": "https://shop.example/ho ok"}, "url"),
        ({"url": "https://shop.example/" + "x" * 3000}, "url"),
        ({"url": ""}, "url"),
        ({"event_types": []}, "event_types"),
        ({"event_types": ["secret.kept"]}, "event_types"),
        ({"event_types": ["secret.*"]}, "event_types"),
        ({"event_types": ["gen*"]}, "event_types"),
        ({"event_types": ["generation.completed\u0000"]}, "event_types.0"),
        ({"event_types": "generation.*"}, "event_types"),
        ({"secret": "whsec_mine"}, "secret"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(ours: Tenant, body: dict, field: str) -> None:
    client = client_for(ours.key)
    answer = client.post(url(ours), {"url": PUBLIC, "event_types": ["*"]} | body)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])
    with brand_scope(ours.brand):
        assert not WebhookEndpoint.objects.exists()


def test_nobody_has_more_sent_somewhere_than_they_may_know_of(ours: Tenant) -> None:
    """A key that may manage webhooks and see assets, and not who the members are."""
    client = client_for(ours.key_with("webhook.manage", "asset.view"))
    wanted = {"url": PUBLIC, "event_types": ["*"]}
    assert "member.joined" in client.post(url(ours), wanted).json()["errors"]["event_types"][0]
    assert client.post(url(ours), wanted | {"event_types": ["generation.*"]}).status_code == 201
    place = client_for(ours.owner).post(url(ours), wanted).headers["Location"]
    for change in ({"url": "https://elsewhere.example/"}, {"active": False}):
        assert client.patch(place, change).status_code == 400
    assert client.patch(place, {"description": "mine"}).status_code == 200
    for role, status in (("editor", 403), ("viewer", 403), ("admin", 200)):
        assert client_for(ours.person(role)).get(url(ours)).status_code == status
    assert client_for(ours.owner).get(url(ours, "event-types/")).json()["results"] == list(catalogue.TYPES)


def test_the_test_button_says_what_came_of_it(committed: None, ours: Tenant, receiver: Receiver) -> None:
    client = client_for(ours.owner)
    made = client.post(url(ours), {"url": receiver.url, "event_types": ["*"], "active": False}).json()
    receiver.secret = made["secret"]
    receiver.answer = lambda letter: (418, {}, b"<b>I am a teapot</b>")
    tested = client.post(url(ours, f"{made['id']}/test/"))
    assert tested.status_code == 200
    (attempt,) = tested.json()["attempts"]
    assert (attempt["status_code"], attempt["error_code"]) == (418, "http_418")
    assert attempt["answer"] == "<b>I am a teapot</b>"
    (letter,) = receiver.letters
    assert (letter.signed, letter.body["type"], letter.id) == (True, "webhook.test", tested.json()["id"])
    assert client.get(url(ours, f"deliveries/{letter.id}/")).json() == tested.json()
    assert client.post(url(ours, f"deliveries/{letter.id}/resend/")).json()["code"] == "webhook_not_resendable"
    with brand_scope(ours.brand):
        later = {"status": "WAITING", "next_at": timezone.now(), "ended_at": None}
        WebhookDelivery.objects.update(lease_until=timezone.now() + timedelta(minutes=1), **later)
        (one,) = WebhookDelivery.objects.all()
        for _ in range(testing.MOST_AT_ONCE - 1):
            one.pk = None
            one.pk = uuid4()
            one.save(force_insert=True)
    busy = client.post(url(ours, f"{made['id']}/test/"))
    assert (busy.status_code, busy.headers["Retry-After"]) == (429, "5")


def test_a_test_is_leased_by_the_databases_clock(
    committed: None, ours: Tenant, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, right = client_for(ours.owner), timezone.now
    made = client.post(url(ours), {"url": receiver.url, "event_types": ["*"]}).json()
    taken_over: list[bool] = []

    def worker(_: Any) -> tuple[int, dict[str, str], bytes]:
        taken_over.append(turns.step(brand_id=ours.id, endpoint_id=UUID(made["id"])))
        connection.close()
        return 200, {}, b""

    receiver.answer = worker
    monkeypatch.setattr(timezone, "now", lambda: right() - timedelta(minutes=10))
    assert client.post(url(ours, f"{made['id']}/test/")).json()["status"] == "DELIVERED"
    assert (taken_over, len(receiver.letters)) == ([False], 1)


def test_the_log_is_filtered_paged_and_resent_from(ours: Tenant, receiver: Receiver) -> None:
    issued = endpoint(ours, receiver.url, "generation.*")
    client = client_for(ours.owner)
    receiver.answer = lambda letter: 204 if letter.body["type"] == "generation.completed" else 410
    told(ours, issued, *(uuid4() for _ in range(3)))
    log = url(ours, "deliveries/")
    assert len(client.get(log, {"status": "DELIVERED", "event_type": "generation.completed"}).json()["results"]) == 3
    assert client.get(log, {"status": "FAILED"}).json()["results"] == []
    assert client.get(log, {"webhook": str(uuid4())}).json()["results"] == []
    assert client.get(log, {"until": "2020-01-01T00:00:00Z"}).json()["results"] == []
    for wrong in ({"status": "LOST"}, {"webhook": "x"}, {"event_type": "secret.kept"}, {"cursor": "x"}, {"page": "2"}):
        assert client.get(log, wrong).status_code == 400
    first = client.get(log, {"limit": 2}).json()
    assert len(first["results"] + client.get(first["next"]).json()["results"]) == 3
    again = client.post(url(ours, f"deliveries/{first['results'][0]['id']}/resend/"))
    assert (again.status_code, again.json()["status"]) == (202, "WAITING")
    told(ours, issued, type="generation.failed")
    failed = f"{issued.endpoint.pk}/resend-failed/"
    since = {"since": (timezone.now() - timedelta(hours=1)).isoformat()}
    assert client.post(url(ours, failed), since).json()["code"] == "webhook_not_resendable"
    assert client.patch(url(ours, f"{issued.endpoint.pk}/"), {"active": True}).json()["disabled"] == ""
    assert client.post(url(ours, failed), {"since": "yesterday"}).json()["errors"].keys() == {"since"}
    answer = client.post(url(ours, failed), since)
    assert (answer.status_code, answer.json()) == (202, {"failed": 1, "missed": 0, "more": False})


def test_an_event_that_happened_before_a_webhook_was_switched_on_again_is_not_sent(
    ours: Tenant, receiver: Receiver
) -> None:
    issued = endpoint(ours, receiver.url, "generation.*")
    place, client = url(ours, f"{issued.endpoint.pk}/"), client_for(ours.owner)
    client.patch(place, {"active": False})
    happens(ours)
    client.patch(place, {"active": True})
    happens(ours, type="generation.failed")
    read(ours)
    deliver(issued)
    assert receiver.types() == ["generation.failed"]
    assert now(issued).active


def test_lists_ask_the_database_equally_often_however_much_there_is(ours: Tenant, receiver: Receiver) -> None:
    client = client_for(ours.owner)
    issued = endpoint(ours, receiver.url)
    told(ours, issued)
    with brand_scope(ours.brand):
        one = str(WebhookDelivery.objects.get().pk)
    paths = [url(ours), url(ours, "deliveries/"), url(ours, f"deliveries/{one}/")]

    def counted() -> list[int]:
        counts = []
        for path in paths:
            with CaptureQueriesContext(connection) as asked:
                assert client.get(path).status_code == 200
            counts.append(len(asked))
        return counts

    few = counted()
    for _ in range(4):
        told(ours, endpoint(ours, receiver.url))
    assert counted() == few


def test_a_brand_has_so_many_webhooks_and_no_more(ours: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("collaboration.webhooks.endpoints.MOST", 1)
    client = client_for(ours.owner)
    wanted = {"url": PUBLIC, "event_types": ["*"]}
    assert [client.post(url(ours), wanted).status_code for _ in range(2)] == [201, 409]
