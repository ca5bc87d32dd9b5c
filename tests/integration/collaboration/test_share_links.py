"""Public links, and the guests who come by them."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone
from rest_framework.test import APIClient

from brands import bells
from brands.api import throttling
from brands.models import AuditEntry, DomainEvent, GuestSession, Membership, ShareLink, User
from brands.tenancy.scope import brand_scope
from collaboration.shares import links, tries
from tests import studio
from tests.factories import Tenant, client_for

PASSWORD = "three green mugs"
OPEN = "/api/v1/share-links/open/"
SESSION = "/api/v1/guest-session/"


def url(tenant: Tenant, path: str = "") -> str:
    return f"{tenant.url}collaboration/share-links/{path}"


def body(shared: Any, **facts: Any) -> dict[str, Any]:
    return {"resource_type": "AI_GENERATION", "resource_id": str(shared.pk), **facts}


def made(tenant: Tenant, shared: Any, by: str = "EDITOR", **facts: Any) -> dict[str, Any]:
    answer = client_for(tenant.person(by)).post(url(tenant), body(shared, **facts))
    assert answer.status_code == 201, answer.json()
    return dict(answer.json())


def opened(token: str, *, address: str = "192.0.2.1", **facts: Any) -> Any:
    return APIClient().post(OPEN, {"token": token, **facts}, REMOTE_ADDR=address)


def guest(token: str) -> APIClient:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
    return client


def change(tenant: Tenant, **facts: Any) -> None:
    with brand_scope(tenant.brand):
        ShareLink.objects.update(**facts)


@pytest.fixture
def shared(ours: Tenant) -> Any:
    return studio.finished(ours)


@pytest.fixture(autouse=True)
def _nobody_tried_yet() -> None:
    throttling.limiter.cache_clear()
    for storage in (throttling.limiter()._shared.storage, throttling.limiter()._local.storage):
        storage.reset()


def test_a_link_is_made_opened_and_revoked_and_its_guest_is_out_at_once(ours: Tenant, shared: Any) -> None:
    link = made(ours, shared, label="For Ann", may_comment=True)
    assert link["url"].endswith(f"/s/{link['token']}/")
    assert link["permissions"] == ["COMMENT", "VIEW"]
    assert link["warning"] is None
    in_seven_days = timezone.now() + timedelta(days=7)
    assert abs(ShareLink._meta.get_field("expires_at").to_python(link["expires_at"]) - in_seven_days) < timedelta(
        minutes=1
    )
    came = opened(link["token"], name="Ann")
    assert came.status_code == 201, came.json()
    assert came.json()["resource"] == {"type": "AI_GENERATION", "id": str(shared.pk), "title": "a red mug"}
    assert came.json()["capabilities"] == ["asset.comment", "asset.view"]
    ann = guest(came.json()["token"])
    assert ann.get(SESSION).json()["name"] == "Ann"
    editor = client_for(ours.editor)
    listed = editor.get(url(ours), {"active": "true", "resource_id": str(shared.pk)}).json()["results"]
    assert [(each["uses"], each["guests_inside"], each["last4"]) for each in listed] == [(1, 1, link["token"][-4:])]
    assert "token" not in listed[0]
    assert [each["name"] for each in editor.get(url(ours, f"{link['id']}/sessions/")).json()["results"]] == ["Ann"]
    assert editor.post(url(ours, f"{link['id']}/revoke/")).json()["revoked_at"]
    assert editor.post(url(ours, f"{link['id']}/revoke/")).status_code == 200
    assert ann.get(SESSION).status_code == 401
    assert opened(link["token"]).status_code == 404
    assert editor.get(url(ours), {"active": "true"}).json()["results"] == []
    with brand_scope(ours.brand):
        told = list(DomainEvent.objects.filter(type__startswith="share_link.").values_list("type", flat=True))
        assert told == ["share_link.made", "share_link.opened", "share_link.revoked"]
        seen = str(list(DomainEvent.objects.values_list("payload", flat=True)))
        seen += str(list(AuditEntry.objects.values_list("details", flat=True)))
        assert link["token"] not in seen
        kept = str(list(ShareLink.objects.values()) + list(GuestSession.objects.values()))
        assert link["token"] not in kept
        assert came.json()["token"] not in kept


def test_a_guest_leaves_and_the_link_stays(ours: Tenant, shared: Any) -> None:
    link = made(ours, shared)
    first, second = (guest(opened(link["token"]).json()["token"]) for _ in range(2))
    assert first.delete(SESSION).status_code == 204
    assert first.get(SESSION).status_code == 401
    assert second.get(SESSION).status_code == 200
    assert client_for(ours.owner).get(SESSION).status_code == 403
    assert APIClient().get(SESSION).status_code == 401


def test_streams_are_told_when_a_guest_leaves_or_is_sent_out(
    ours: Tenant, shared: Any, redis_server: Any, django_capture_on_commit_callbacks: Any
) -> None:
    link = made(ours, shared)
    leaves, stays = (guest(opened(link["token"]).json()["token"]) for _ in range(2))
    with redis_server.pubsub() as subscription:
        subscription.subscribe(bells.channel(ours.id))
        assert subscription.get_message(timeout=5)["type"] == "subscribe"

        def rung() -> bool:
            said = subscription.get_message(timeout=1)
            return said is not None and said["data"] == bells.ACCESS

        with django_capture_on_commit_callbacks(execute=True):
            assert leaves.delete(SESSION).status_code == 204
        assert rung()
        with brand_scope(ours.brand), django_capture_on_commit_callbacks(execute=True):
            session = GuestSession.objects.select_related("link").get(ended_at=None)
            links.end_session(actor=ours.actor("EDITOR"), session=session)
        assert rung()
    assert stays.get(SESSION).status_code == 401


def test_whatever_does_not_open_gets_one_answer(ours: Tenant, shared: Any, subtests: pytest.Subtests) -> None:
    link = made(ours, shared, password=PASSWORD, max_uses=1)
    hour, now = timedelta(hours=1), timezone.now()
    seen = []
    sound = {"revoked_at": None, "starts_at": now - hour, "expires_at": now + hour, "uses": 0}
    for number, (name, token, facts, password) in enumerate(
        (
            ("unknown", "a" * 43, {}, PASSWORD),
            ("expired", link["token"], {"starts_at": now - 2 * hour, "expires_at": now - hour}, PASSWORD),
            ("revoked", link["token"], {"revoked_at": now}, PASSWORD),
            ("used up", link["token"], {"uses": 1}, PASSWORD),
            ("not begun", link["token"], {"starts_at": now + hour, "expires_at": now + 2 * hour}, PASSWORD),
            ("wrong password", link["token"], {}, "another password"),
        )
    ):
        with subtests.test(name):
            change(ours, **sound | facts)
            _forget_tries()
            answer = opened(token, password=password, address=f"192.0.2.{number}")
            assert answer.status_code == 404
            seen.append({**answer.json(), "request_id": ""})
    assert all(each == seen[0] for each in seen)
    change(ours, **sound)
    _forget_tries()
    asked = opened(link["token"])
    assert (asked.status_code, asked.json()["code"]) == (403, "password_needed")
    assert opened(link["token"], password=PASSWORD).status_code == 201


def test_guessing_ends_after_five_tries_and_nobody_else_is_held_up(ours: Tenant, shared: Any) -> None:
    link, other = made(ours, shared, password=PASSWORD), made(ours, shared)
    for _ in range(5):
        assert opened(link["token"], password="a wrong guess").status_code == 404
    refused = opened(link["token"], password=PASSWORD)
    assert (refused.status_code, refused.json()["code"]) == (429, "too_many_tries")
    assert 0 < int(refused.headers["Retry-After"]) <= 900
    assert opened(link["token"], password=PASSWORD, address="192.0.2.2").status_code == 429
    assert opened(other["token"]).status_code == 429
    assert opened(other["token"], address="192.0.2.2").status_code == 201


def test_guesses_are_counted_while_redis_is_away(
    ours: Tenant, shared: Any, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    throttling.limiter.cache_clear()
    link = made(ours, shared, password=PASSWORD)
    answers = [opened(link["token"], password="a wrong guess").status_code for _ in range(6)]
    throttling.limiter.cache_clear()
    assert answers == [404] * 5 + [429]


def test_a_link_gives_no_more_than_its_maker_may_give_and_is_bounded(
    ours: Tenant, theirs: Tenant, shared: Any, subtests: pytest.Subtests
) -> None:
    now = timezone.now()
    foreign = studio.generation(theirs)
    for field, facts in (
        ("resource_id", {"resource_id": str(foreign.pk)}),
        ("resource_type", {"resource_type": "NOTHING"}),
        ("expires_at", {"expires_at": now + timedelta(days=366)}),
        ("expires_at", {"expires_at": now - timedelta(days=1)}),
        ("expires_at", {"starts_at": now + timedelta(days=2), "expires_at": now + timedelta(days=1)}),
        ("password", {"password": "short"}),
        ("max_uses", {"max_uses": 0}),
        ("label", {"label": "x" * 121}),
        ("may_fly", {"may_fly": True}),
    ):
        with subtests.test(field=field):
            refused = client_for(ours.editor).post(url(ours), body(shared) | facts)
            assert refused.status_code == 400
            assert list(refused.json()["errors"]) == [field]
    with brand_scope(ours.brand):
        Membership.objects.filter(user=ours.analyst).update(role="ANALYST")
    assert client_for(ours.viewer).post(url(ours), body(shared)).status_code == 403
    assert client_for(theirs.owner).post(url(ours), body(shared)).status_code == 404
    assert "days" in made(ours, shared, expires_at=(now + timedelta(days=31)).isoformat())["warning"]


def test_rights_that_a_maker_lacks_are_named(ours: Tenant, shared: Any) -> None:
    """An API key that may share but not comment."""
    key = ours.key_with("brand.view", "asset.view", "asset.share")
    refused = client_for(key).post(url(ours), body(shared, may_comment=True, may_download=True))
    assert refused.status_code == 400
    assert set(refused.json()["errors"]) == {"may_comment", "may_download"}


def test_a_link_is_worth_what_its_maker_may_still_give(ours: Tenant, shared: Any) -> None:
    link = made(ours, shared, may_comment=True)
    ann = guest(opened(link["token"]).json()["token"])
    with brand_scope(ours.brand):
        Membership.objects.filter(user=ours.editor).update(role="REVIEWER")
    assert ann.get(SESSION).status_code == 404
    assert opened(link["token"]).status_code == 404
    with brand_scope(ours.brand):
        Membership.objects.filter(user=ours.editor).update(role="EDITOR")
    assert "asset.comment" in ann.get(SESSION).json()["capabilities"]
    User.objects.filter(pk=ours.editor.pk).update(is_active=False)
    assert ann.get(SESSION).status_code == 404
    User.objects.filter(pk=ours.editor.pk).update(is_active=True)
    with brand_scope(ours.brand):
        Membership.objects.filter(user=ours.editor).delete()
    assert ann.get(SESSION).status_code == 404


def test_of_twenty_who_come_at_once_by_a_link_for_one_exactly_one_gets_in(
    committed: None, ours: Tenant, shared: Any
) -> None:
    link = made(ours, shared, max_uses=1)

    def come(number: int) -> int:
        try:
            return int(opened(link["token"], address=f"192.0.2.{number}").status_code)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(20) as threads:
        answers = list(threads.map(come, range(20)))
    # The others are too late, and after five who were the rest is told to wait.
    assert sorted(answers)[0] == 201
    assert set(sorted(answers)[1:]) <= {404, 429}
    with brand_scope(ours.brand):
        assert ShareLink.objects.get().uses == 1
        assert GuestSession.objects.count() == 1


def test_of_many_guesses_at_once_five_are_looked_at(committed: None, ours: Tenant, shared: Any) -> None:
    link = made(ours, shared, password=PASSWORD)

    def guess(number: int) -> int:
        try:
            return int(opened(link["token"], password=f"guess {number:04}", address=f"192.0.2.{number}").status_code)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(12) as threads:
        answers = list(threads.map(guess, range(12)))
    assert sorted(answers) == [404] * 5 + [429] * 7


def test_links_are_listed_with_a_constant_number_of_queries(
    ours: Tenant, shared: Any, django_assert_max_num_queries: Any
) -> None:
    editor = client_for(ours.editor)

    def count() -> int:
        with django_assert_max_num_queries(40) as asked:
            assert editor.get(url(ours)).status_code == 200
        return len(asked)

    made(ours, shared)
    count()
    once = count()
    for _ in range(4):
        opened(made(ours, shared)["token"])
    assert count() == once


def _forget_tries() -> None:
    assert tries.RATE
    throttling.limiter()._shared.storage.reset()


def test_addresses_of_files_that_a_guest_was_given_end_with_the_link(ours: Tenant, shared: Any) -> None:
    link = made(ours, shared, may_download=True)
    ann = guest(opened(link["token"]).json()["token"])
    seen = ann.get(f"{ours.url}ai/generations/{shared.pk}/")
    assert seen.status_code == 200, seen.json()
    address = "/" + seen.json()["result"]["url"].split("/", 3)[3]
    file = APIClient().get(address)
    assert b"".join(file.streaming_content) == studio.PNG  # type: ignore[attr-defined]
    assert file.headers["Cache-Control"] == "private, no-store"
    plain = address.replace(address[address.index("&guest=") : address.index("&signature=")], "")
    assert APIClient().get(plain).status_code == 404
    client_for(ours.editor).post(url(ours, f"{link['id']}/revoke/"))
    assert APIClient().get(address).status_code == 404
