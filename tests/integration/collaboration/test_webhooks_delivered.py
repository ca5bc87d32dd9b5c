"""What happens is told to whoever is to know: each event, signed, in order, until it was taken or given up."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django.fixtures import Settings

from brands import secrets
from brands.errors import InvalidInput
from brands.models import AuditEntry, CustomRole, DomainEvent, Grant, Membership, Restriction
from brands.tenancy.scope import brand_scope
from collaboration.models import WebhookDelivery, WebhookEndpoint
from collaboration.webhooks import claims, endpoints, recording, resending, sending, testing, upkeep
from collaboration.webhooks.payloads import MOST_BYTES
from tests import studio
from tests.factories import Tenant
from tests.integration.collaboration.webhook_world import (
    attempts,
    deliver,
    deliveries,
    endpoint,
    happens,
    now,
    read,
    told,
)
from tests.webhook_receiver import Receiver

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def test_an_event_arrives_once_signed_with_its_facts_and_never_a_prompt(ours: Tenant, receiver: Receiver) -> None:
    happens(ours)  # before anybody was to be told
    issued = endpoint(ours, receiver.url, "generation.*")
    receiver.secret = issued.secret
    made = uuid4()
    happens(ours, made, prompt="a secret mug", cost_usd="0.08")
    happens(ours, type="queue.paused")  # not wanted
    with brand_scope(ours.brand):
        secrets.keep(actor=ours.actor(), brand=ours.brand, name="provider.example", value="the value of a key")
    assert read(ours) > 0
    assert read(ours) == 0
    assert (deliver(issued), deliver(issued)) == (1, 0)
    (letter,) = receiver.letters
    (delivery,) = deliveries(ours)
    assert (letter.signed, letter.id) == (True, str(delivery.pk))
    assert set(letter.body) == {"type", "timestamp", "data"}
    assert letter.body["type"] == "generation.completed"
    assert letter.body["data"] == {
        "generation": str(made),
        "cost_usd": "0.08",
        "resource_type": "AI_GENERATION",
        "resource_id": str(made),
        "brand": str(ours.id),
        "seq": delivery.seq,
    }
    assert letter.headers["content-type"] == "application/json"
    assert (delivery.status, delivery.status_code, delivery.tries) == ("DELIVERED", 204, 1)


def test_everything_is_no_secret(ours: Tenant, receiver: Receiver) -> None:
    issued = endpoint(ours, receiver.url, "*")
    with brand_scope(ours.brand):
        secrets.keep(actor=ours.actor(), brand=ours.brand, name="provider.example", value="the value of a key")
    told(ours, issued)
    assert receiver.types() == ["generation.completed"]


def test_what_is_restricted_later_is_told_to_endpoints_whose_maker_may_see_it(ours: Tenant, receiver: Receiver) -> None:
    open_, hidden = studio.generations(ours, 2)
    gone = uuid4()
    with brand_scope(ours.brand):
        role = CustomRole.objects.create(
            brand=ours.brand, name="Integrator", capabilities=["webhook.manage", "asset.view"]
        )
        maker = Membership.objects.get(user=ours.viewer)
        Membership.objects.filter(pk=maker.pk).update(role="", custom_role=role)
        makers = endpoints.create(actor=ours.actor("VIEWER"), url=receiver.url, event_types=["generation.completed"])
        owners = endpoints.create(actor=ours.actor(), url=receiver.url, event_types=["generation.completed"])
        about = {"brand": ours.brand, "resource_type": "AI_GENERATION", "resource_id": hidden.pk}
        Restriction.objects.create(**about)
    happens(ours, open_.pk, hidden.pk, gone)
    read(ours)
    with brand_scope(ours.brand):
        Grant.objects.create(membership=maker, permissions=["VIEW"], **about)
    happens(ours, hidden.pk)
    read(ours)
    told_of = {
        issued.endpoint.pk: [
            delivery.resource for delivery in deliveries(ours) if delivery.endpoint_id == issued.endpoint.pk
        ]
        for issued in (makers, owners)
    }
    first, second, third = (f"AI_GENERATION:{pk}" for pk in (open_.pk, hidden.pk, gone))
    assert told_of[owners.endpoint.pk] == [first, second, third, second]
    assert told_of[makers.endpoint.pk] == [first, third, second]


def test_what_is_too_long_is_cut_down_to_what_names_things(ours: Tenant, receiver: Receiver) -> None:
    issued = endpoint(ours, receiver.url)
    made = uuid4()
    told(ours, issued, made, told="é" * MOST_BYTES, by="ann", many=["x"] * 9000, count=3)
    (letter,) = receiver.letters
    data = letter.body["data"]
    assert (data["truncated"], data["resource_id"], data["by"], data["count"]) == (True, str(made), "ann", 3)
    assert not {"told", "many"} & set(data)
    assert int(letter.headers["content-length"]) < MOST_BYTES


def test_after_a_rotation_two_secrets_sign_until_the_overlap_is_over(
    committed: None, ours: Tenant, receiver: Receiver
) -> None:
    issued = endpoint(ours, receiver.url)
    with brand_scope(ours.brand):
        again = endpoints.rotate(
            actor=ours.actor(), endpoint=issued.endpoint, overlap=timedelta(hours=2), at=timezone.now()
        )
    signed = []
    for secret in (issued.secret, again.secret):
        receiver.secret = secret
        told(ours, issued)
        signed.append((receiver.letters[-1].signed, len(receiver.letters[-1].headers["webhook-signature"].split(" "))))
    assert signed == [(True, 2), (True, 2)]
    happens(ours)
    read(ours)
    deliver(issued, after=3 * HOUR)
    assert len(receiver.letters[-1].headers["webhook-signature"].split(" ")) == 1
    upkeep.keep(at=timezone.now() + 3 * HOUR)
    with brand_scope(ours.brand):
        assert secrets.reveal(brand_id=ours.id, name=f"own.webhook.{issued.endpoint.pk}.former") is None
        assert secrets.reveal(brand_id=ours.id, name=f"own.webhook.{issued.endpoint.pk}") == again.secret


def test_what_fails_is_tried_again_for_three_days_under_one_id_and_then_given_up(
    ours: Tenant, receiver: Receiver
) -> None:
    issued = endpoint(ours, receiver.url)
    receiver.answer = lambda letter: (500, {}, b"no\x00 \xff" + b"x" * 5000)
    happens(ours)
    read(ours)
    after, waited = timedelta(0), []
    while deliver(issued, after=after):
        (delivery,) = deliveries(ours)
        if delivery.next_at is None:
            break
        assert deliver(issued, after=after) == 0  # not before its time
        waited.append(delivery.next_at - timezone.now() - after)
        after = delivery.next_at - timezone.now() + timedelta(seconds=1)
    assert (delivery.status, delivery.tries, delivery.error_code) == ("FAILED", 10, "http_500")
    assert timedelta(days=2.7) < after < timedelta(days=3.6)
    assert waited == sorted(waited)
    assert len({letter.id for letter in receiver.letters}) == 1
    log = attempts(ours)
    assert len(log) == len(receiver.letters) == 10
    assert (log[0].status_code, len(log[0].answer), log[0].answer[:5]) == (500, 1024, "no\ufffd \ufffd")


def test_pauses_vary_by_a_tenth_and_are_longer_when_asked_for_within_reason() -> None:
    assert [recording.pause_seconds(2, None, lambda chance=chance: chance) for chance in (0, 0.5, 1)] == [270, 300, 330]
    assert recording.pause_seconds(1, 60, lambda: 0.5) == 60
    assert recording.pause_seconds(1, float("inf"), lambda: 0.5) == 6 * 3600


def test_a_later_event_of_a_resource_waits_and_others_do_not(ours: Tenant, receiver: Receiver) -> None:
    issued = endpoint(ours, receiver.url)
    stuck, free = uuid4(), uuid4()
    broken = {str(stuck)}
    receiver.answer = lambda letter: 500 if letter.body["data"]["resource_id"] in broken else 204
    for type_ in ("generation.requested", "generation.completed"):
        happens(ours, stuck, free, type=type_)
    read(ours)
    deliver(issued)
    assert [d.status for d in deliveries(ours)] == ["WAITING", "DELIVERED", "WAITING", "DELIVERED"]
    assert [d.tries for d in deliveries(ours)] == [1, 1, 0, 1]
    broken.clear()
    deliver(issued, after=timedelta(seconds=10))
    letters = [letter for letter in receiver.letters if letter.body["data"]["resource_id"] == str(stuck)]
    assert [letter.body["type"] for letter in letters] == ["generation.requested"] * 2 + ["generation.completed"]


def test_whoever_is_first_in_line_is_found_by_the_index_however_much_waits(ours: Tenant, receiver: Receiver) -> None:
    issued = endpoint(ours, receiver.url)
    happens(ours, *(uuid4() for _ in range(3)))
    read(ours)
    with CaptureQueriesContext(connection) as asked:
        assert claims.claim(brand_id=ours.id, endpoint_id=issued.endpoint.pk) is not None
    (search,) = (each["sql"] for each in asked if '"ahead"' in each["sql"] or "U0" in each["sql"])
    with brand_scope(ours.brand), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")  # three rows need no index
        cursor.execute("EXPLAIN " + search)
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "webhook_delivery_due" in plan
    assert "webhook_delivery_in_line" in plan
    assert "Sort" not in plan


def test_after_an_hour_a_later_event_waits_no_longer(ours: Tenant, receiver: Receiver) -> None:
    issued = endpoint(ours, receiver.url)
    made = uuid4()
    receiver.answer = lambda letter: 500 if letter.body["type"] == "generation.requested" else 204
    for type_ in ("generation.requested", "generation.completed"):
        happens(ours, made, type=type_)
    read(ours)
    for after in (timedelta(0), timedelta(seconds=10), timedelta(minutes=10), timedelta(minutes=59)):
        deliver(issued, after=after)
    assert {d.tries for d in deliveries(ours)} == {4, 0}
    deliver(issued, after=timedelta(minutes=61))
    assert [d.status for d in deliveries(ours)] == ["WAITING", "DELIVERED"]


def test_a_worker_that_dies_is_followed_by_another_and_writes_nothing_afterwards(
    ours: Tenant, receiver: Receiver
) -> None:
    issued = endpoint(ours, receiver.url)
    happens(ours)
    read(ours)
    ids = {"brand_id": ours.id, "endpoint_id": issued.endpoint.pk}
    lost = claims.claim(**ids, at=timezone.now())
    assert lost is not None
    assert claims.claim(**ids, at=timezone.now()) is None
    assert deliver(issued, after=claims.lease() + timedelta(seconds=1)) == 1
    late = recording.record(lost, sending.Outcome(5, error_code="timeout"), at=timezone.now())
    assert (late, deliveries(ours)[0].status, len(attempts(ours))) == (False, "DELIVERED", 1)


def test_an_event_that_is_the_end_of_every_worker_is_given_up(
    ours: Tenant, receiver: Receiver, settings: Settings
) -> None:
    settings.WEBHOOK_RETRY_SECONDS = [1.0]
    issued = endpoint(ours, receiver.url)
    happens(ours)
    read(ours)
    at = timezone.now()
    for _ in range(2):
        assert claims.claim(brand_id=ours.id, endpoint_id=issued.endpoint.pk, at=at) is not None
        at += claims.lease() * 2
    deliver(issued, after=at - timezone.now())
    (delivery,) = deliveries(ours)
    assert (delivery.status, delivery.error_code, receiver.letters) == ("FAILED", "worker_lost", [])


def test_an_endpoint_that_is_gone_is_switched_off_at_once_and_others_are_told(ours: Tenant, receiver: Receiver) -> None:
    gone = endpoint(ours, receiver.url.replace("/hook", "/gone"), "generation.*")
    other = endpoint(ours, receiver.url, "webhook.disabled")
    receiver.answer = lambda letter: 410 if letter.path == "/gone" else 204
    told(ours, gone)
    disabled = now(gone)
    assert (disabled.active, disabled.disabled, bool(disabled.disabled_at)) == (False, "GONE", True)
    assert deliveries(ours)[0].status == "FAILED"
    read(ours)
    deliver(other)
    assert receiver.letters[-1].body["data"]["reason"] == "GONE"
    with brand_scope(ours.brand):
        assert AuditEntry.objects.filter(action="webhook.disabled", actor_kind="SYSTEM").count() == 1
    assert told(ours, gone) == 0
    assert len(deliveries(ours)) == 2


def test_an_endpoint_that_fails_for_days_is_switched_off_and_a_success_begins_anew(
    ours: Tenant, receiver: Receiver
) -> None:
    issued = endpoint(ours, receiver.url)
    receiver.answer = lambda letter: 503
    told(ours, issued)
    assert now(issued).failing_since is not None
    receiver.answer = lambda letter: 200
    deliver(issued, after=4 * DAY)
    assert (now(issued).failing_since, now(issued).tries_failed) == (None, 0)
    receiver.answer = lambda letter: 503
    told(ours, issued)
    deliver(issued, after=4 * DAY)
    assert now(issued).active
    deliver(issued, after=6 * DAY)
    assert (now(issued).active, now(issued).disabled) == (False, "FAILING")


def test_an_endpoint_that_gives_many_events_up_is_switched_off(
    ours: Tenant, receiver: Receiver, settings: Settings
) -> None:
    settings.WEBHOOK_RETRY_SECONDS = []
    issued = endpoint(ours, receiver.url)
    receiver.answer = lambda letter: 500
    with brand_scope(ours.brand):
        WebhookEndpoint.objects.update(events_failed=recording.EVENTS_BEFORE_DISABLED - 2)
    told(ours, issued)
    assert now(issued).active
    told(ours, issued)
    assert not now(issued).active


def test_an_endpoint_that_only_fails_is_let_alone_for_a_while(ours: Tenant, receiver: Receiver) -> None:
    issued = endpoint(ours, receiver.url)
    receiver.answer = lambda letter: 500
    happens(ours, *(uuid4() for _ in range(12)))
    read(ours)
    assert deliver(issued) == recording.TRIES_BEFORE_REST
    assert deliver(issued) == 0
    receiver.answer = lambda letter: 200
    assert deliver(issued, after=timedelta(seconds=6)) == 12
    assert now(issued).rests_until is None
    at = timezone.now()
    assert [(recording.rest(n, at) or at) - at for n in (7, 8, 9, 999)] == [
        timedelta(seconds=seconds) for seconds in (0, 5, 10, 300)
    ]


def test_what_was_given_up_and_what_was_missed_is_sent_again_in_order(
    ours: Tenant, receiver: Receiver, settings: Settings
) -> None:
    settings.WEBHOOK_RETRY_SECONDS = []
    issued = endpoint(ours, receiver.url, "generation.*")
    made = uuid4()
    receiver.answer = lambda letter: 500
    told(ours, issued, made, type="generation.requested")
    before = deliveries(ours)[0]
    assert before.status == "FAILED"
    with brand_scope(ours.brand):
        endpoints.change(actor=ours.actor(), endpoint=issued.endpoint, active=False)
        with pytest.raises(resending.NotResendable):
            resending.resend(actor=ours.actor(), delivery_id=before.pk)
    happens(ours, made, type="generation.completed")
    read(ours)
    receiver.answer = lambda letter: 204
    with brand_scope(ours.brand):
        endpoints.change(actor=ours.actor(), endpoint=issued.endpoint, active=True)
        again = {"actor": ours.actor(), "endpoint": issued.endpoint, "since": timezone.now() - HOUR}
        resent = resending.resend_failed(**again, at=timezone.now(), missed=True)
        assert (resent.failed, resent.missed, resent.more) == (1, 1, False)
        with pytest.raises(InvalidInput):  # its deliveries are forgotten: it would come under another id
            resending.resend_failed(**again, at=timezone.now() + 31 * DAY, missed=True)
        nothing = resending.resend_failed(**again, at=timezone.now(), missed=True)
        assert (nothing.failed, nothing.missed) == (0, 0)
    deliver(issued)
    assert receiver.types() == ["generation.requested", "generation.requested", "generation.completed"]
    assert receiver.letters[0].id == receiver.letters[1].id == str(before.pk)


def test_a_delivered_event_can_be_sent_once_more_under_its_id(ours: Tenant, receiver: Receiver) -> None:
    issued = endpoint(ours, receiver.url)
    told(ours, issued)
    with brand_scope(ours.brand):
        resending.resend(actor=ours.actor(), delivery_id=deliveries(ours)[0].pk)
    deliver(issued)
    assert len({letter.id for letter in receiver.letters}) == 1
    assert [each.fence for each in attempts(ours)] == [1, 2]


def test_a_secret_that_cannot_be_read_is_a_failed_try_and_nothing_is_sent_unsigned(
    ours: Tenant, receiver: Receiver, settings: Settings
) -> None:
    issued = endpoint(ours, receiver.url)
    settings.SECRET_KEY_RING = []
    told(ours, issued)
    assert (attempts(ours)[0].error_code, receiver.letters) == ("secret_unavailable", [])


def test_a_test_says_nothing_of_how_an_endpoint_usually_is(ours: Tenant, receiver: Receiver) -> None:
    issued = endpoint(ours, receiver.url)
    receiver.answer = lambda letter: 410
    tested = testing.send(actor=ours.actor(), endpoint=issued.endpoint, at=timezone.now())
    assert (tested.status, tested.error_code, now(issued).active) == ("FAILED", "gone", True)
    with brand_scope(ours.brand):
        testing.order(actor=ours.actor(), endpoint=issued.endpoint, at=timezone.now())
    receiver.answer = lambda letter: 204
    assert deliver(issued) == 1
    assert receiver.types() == ["webhook.test"] * 2


def test_old_deliveries_are_forgotten_and_what_waits_is_kept(committed: None, ours: Tenant, receiver: Receiver) -> None:
    issued = endpoint(ours, receiver.url)
    receiver.answer = lambda letter: 204 if letter.body["type"] == "generation.completed" else 500
    happens(ours, type="generation.requested")
    told(ours, issued)
    assert upkeep.keep(at=timezone.now() + 29 * DAY) == 0
    assert upkeep.keep(at=timezone.now() + 31 * DAY) == 1
    assert [d.status for d in deliveries(ours)] == ["WAITING"]
    with brand_scope(ours.brand):
        endpoints.change(actor=ours.actor(), endpoint=issued.endpoint, active=False)
    assert upkeep.keep(at=timezone.now() + 31 * DAY) == 1


def test_the_database_keeps_deliveries_single_and_whole(ours: Tenant, receiver: Receiver) -> None:
    issued = endpoint(ours, receiver.url)
    told(ours, issued)
    (delivery,) = deliveries(ours)
    with brand_scope(ours.brand):
        event = DomainEvent.objects.get(seq=delivery.seq)
        twice = WebhookDelivery(
            brand=ours.brand, endpoint=issued.endpoint, event=event, seq=event.seq, event_type=event.type,
            event_at=event.at, next_at=event.at, created_at=event.at,
        )  # fmt: skip
        for broken in (
            lambda: twice.save(force_insert=True),
            lambda: WebhookDelivery.objects.update(status="WAITING"),
            lambda: WebhookDelivery.objects.update(lease_until=event.at),
            lambda: WebhookDelivery.objects.update(seq=None),
            lambda: WebhookDelivery.objects.update(status="LOST"),
            lambda: WebhookEndpoint.objects.update(disabled="GONE"),
            lambda: WebhookEndpoint.objects.update(event_types=[]),
            lambda: WebhookEndpoint.objects.update(url="ftp://shop.example/"),
        ):
            with pytest.raises(IntegrityError), transaction.atomic():
                broken()
