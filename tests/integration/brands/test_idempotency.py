"""Idempotency keys: the same request, sent twice, is done once and answered twice."""

import threading
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.utils import timezone

from brands import idempotency
from brands.errors import Conflict, IdempotencyInFlight, IdempotencyMismatch, InvalidInput
from brands.idempotency import Answer
from brands.models import IdempotencyRecord
from brands.tasks import forget_idempotency_keys
from brands.tenancy.scope import brand_scope
from tests.factories import Tenant
from tests.programs import Live
from tests.waiting import wait_until


class Counting:
    """Something that must be done once."""

    def __init__(self) -> None:
        self.done = 0

    def __call__(self) -> Answer:
        self.done += 1
        return Answer(202, {"number": self.done}, {"Location": f"/thing/{self.done}"})


def send(tenant: Tenant, do, **changes) -> Answer:
    request = {"actor": "USER:1", "route": "POST /x", "key": "k", "body": b"{}", **changes}
    with brand_scope(tenant.brand):
        return idempotency.once(brand_id=tenant.id, do=do, **request)


def test_the_second_answer_repeats_the_first(ours: Tenant) -> None:
    do = Counting()
    first, second = send(ours, do), send(ours, do)
    assert do.done == 1
    assert (second.status, second.body, second.headers) == (first.status, first.body, first.headers)
    assert (first.replayed, second.replayed) == (False, True)


def test_without_a_key_everything_is_done_again(ours: Tenant) -> None:
    do = Counting()
    assert [send(ours, do, key=None).body["number"] for _ in range(2)] == [1, 2]


def test_another_body_under_the_same_key_is_refused(ours: Tenant) -> None:
    do = Counting()
    send(ours, do)
    with pytest.raises(IdempotencyMismatch):
        send(ours, do, body=b'{"other": 1}')
    assert do.done == 1


@pytest.mark.parametrize("other", [{"actor": "USER:2"}, {"actor": "API_KEY:1"}, {"route": "POST /y"}, {"key": "l"}])
def test_keys_of_another_actor_route_or_name_are_others(other: dict[str, str], ours: Tenant) -> None:
    do = Counting()
    send(ours, do)
    assert not send(ours, do, **other).replayed


def test_another_brands_keys_are_others(ours: Tenant, theirs: Tenant) -> None:
    do = Counting()
    send(ours, do)
    assert not send(theirs, do).replayed


def test_what_failed_may_be_tried_again_under_its_key(ours: Tenant) -> None:
    def fail() -> Answer:
        raise Conflict

    with pytest.raises(Conflict):
        send(ours, fail)
    assert not send(ours, Counting()).replayed


def test_after_a_day_a_key_is_new(ours: Tenant) -> None:
    do = Counting()
    send(ours, do)
    with brand_scope(ours.brand):
        IdempotencyRecord.objects.update(created_at=timezone.now() - timedelta(hours=24, seconds=1))
    assert send(ours, do, body=b"other").body == {"number": 2}


@pytest.mark.parametrize("key", ["", "x" * 256, "ä", "a\nb", "a\x00b"])
def test_a_key_that_is_no_plain_text_is_refused(key: str, ours: Tenant) -> None:
    with pytest.raises(InvalidInput) as refused:
        send(ours, Counting(), key=key)
    assert list(refused.value.fields) == ["Idempotency-Key"]


def test_while_the_first_is_running_the_second_is_told_to_wait(committed: None, ours: Tenant) -> None:
    running, finish = threading.Event(), threading.Event()
    answers: list[Answer] = []

    def slow() -> Answer:
        running.set()
        finish.wait(20)
        return Answer(202, {"number": 1})

    def first() -> None:
        answers.append(send(ours, slow))
        connection.close()

    thread = threading.Thread(target=first)
    thread.start()
    assert running.wait(20)
    do = Counting()
    with pytest.raises(IdempotencyInFlight) as told:
        send(ours, do)
    assert told.value.retry_after == 1
    finish.set()
    thread.join()
    assert send(ours, do).body == answers[0].body == {"number": 1}
    assert do.done == 0


def keep(tenant: Tenant, key: str, *, hours: int) -> UUID:
    send(tenant, Counting(), key=key)
    with brand_scope(tenant.brand):
        record = IdempotencyRecord.objects.get(key=key)
        IdempotencyRecord.objects.filter(pk=record.pk).update(created_at=timezone.now() - timedelta(hours=hours))
    return record.pk


def kept(tenant: Tenant) -> list[str]:
    with brand_scope(tenant.brand):
        return list(IdempotencyRecord.objects.values_list("key", flat=True))


def test_expired_keys_of_every_brand_are_forgotten(committed: None, ours: Tenant, theirs: Tenant) -> None:
    for tenant in (ours, theirs):
        keep(tenant, "old", hours=25)
        keep(tenant, "young", hours=23)
    assert idempotency.forget_old() == 2
    assert kept(ours) == kept(theirs) == ["young"]


def test_a_worker_forgets_them_when_it_is_rung(workers: Live, ours: Tenant) -> None:
    keep(ours, "old", hours=25)
    forget_idempotency_keys.delay(sent_by_a_newer_version=True)
    wait_until(lambda: kept(ours) == [], "the worker has run")
