"""API keys: shown once, never worth more than their maker, rotated without a gap."""

import threading
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from brands.models import ApiKey, AuditEntry, Membership
from brands.services import api_keys
from brands.tenancy.scope import brand_scope
from tests.factories import Tenant, client_for


def make(tenant: Tenant, credential: object, **body: object):
    return client_for(credential).post(f"{tenant.url}api-keys/", {"name": "CI", "scopes": ["brand.view"], **body})


def as_bearer(token: str):
    client = client_for()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
    return client


def test_a_token_is_shown_once_and_works(ours: Tenant) -> None:
    made = make(ours, ours.admin).json()
    assert as_bearer(made["token"]).get(ours.url).status_code == 200
    listed = client_for(ours.admin).get(f"{ours.url}api-keys/").content.decode()
    assert made["token"].rpartition("_")[2] not in listed
    with brand_scope(ours.brand):
        stored = str(list(ApiKey.objects.values())) + str(list(AuditEntry.objects.values()))
    assert made["token"].rpartition("_")[2] not in stored


def test_a_key_may_what_its_scopes_name_and_no_more(ours: Tenant) -> None:
    client = as_bearer(make(ours, ours.admin, scopes=["brand.view", "audit.view"]).json()["token"])
    assert client.get(f"{ours.url}audit/").status_code == 200
    assert client.get(f"{ours.url}members/").status_code == 403
    assert client.get(f"{ours.url}me/").json()["capabilities"] == ["audit.view", "brand.view"]


def test_a_key_loses_what_its_maker_loses(ours: Tenant) -> None:
    client = as_bearer(make(ours, ours.admin, scopes=["*"]).json()["token"])
    assert client.get(f"{ours.url}members/").status_code == 200
    with brand_scope(ours.brand):
        Membership.objects.filter(user=ours.admin).update(role="VIEWER")
    assert client.get(f"{ours.url}members/").status_code == 403
    assert client.get(ours.url).status_code == 200


def test_a_deactivated_persons_key_is_unknown(ours: Tenant) -> None:
    ours.owner.is_active = False
    ours.owner.save()
    assert client_for(ours.key).get(ours.url).status_code == 401


@pytest.mark.parametrize("role", ["editor", "reviewer", "analyst", "viewer"])
def test_who_may_not_manage_keys_sees_and_makes_none(role: str, ours: Tenant) -> None:
    assert client_for(ours.person(role)).get(f"{ours.url}api-keys/").status_code == 403
    assert make(ours, ours.person(role)).status_code == 403


def test_nobody_makes_a_key_with_more_rights_than_they_have(ours: Tenant) -> None:
    assert make(ours, ours.admin, scopes=["role.manage"]).status_code == 400
    narrow = ours.key_with("apikey.manage", "brand.view")
    for scopes in (["*"], ["member.manage"]):
        answer = make(ours, narrow, scopes=scopes)
        assert (answer.status_code, list(answer.json()["errors"])) == (400, ["scopes"])
    assert make(ours, narrow, scopes=["brand.view"]).status_code == 201


def test_nobody_gets_rights_by_rotating_anothers_key(ours: Tenant) -> None:
    rotate = f"{ours.url}api-keys/{ours.key.key.pk}/rotate/"
    narrow = ours.key_with("apikey.manage", "brand.view")
    assert client_for(narrow).post(rotate, {}).status_code == 400
    rotated = client_for(ours.admin).post(rotate, {}).json()
    assert "role.manage" not in as_bearer(rotated["token"]).get(f"{ours.url}me/").json()["capabilities"]


def test_a_rotated_key_works_on_until_its_overlap_ends(ours: Tenant) -> None:
    rotate = f"{ours.url}api-keys/{ours.key.key.pk}/rotate/"
    answer = client_for(ours.owner).post(rotate, {"overlap_seconds": 3600})
    assert answer.status_code == 201
    assert as_bearer(answer.json()["token"]).get(ours.url).status_code == 200
    assert client_for(ours.key).get(ours.url).status_code == 200
    with brand_scope(ours.brand):
        old = ApiKey.objects.get(pk=ours.key.key.pk)
        assert str(old.rotated_to_id) == answer.json()["id"]
        assert old.expires_at - timezone.now() <= timedelta(hours=1)
        ApiKey.objects.filter(pk=old.pk).update(expires_at=timezone.now() - timedelta(hours=1))
    assert client_for(ours.key).get(ours.url).status_code == 401


def test_a_rotation_never_makes_a_key_live_longer(ours: Tenant) -> None:
    soon = timezone.now() + timedelta(minutes=5)
    made = make(ours, ours.owner, expires_at=soon.isoformat()).json()
    rotated = client_for(ours.owner).post(f"{ours.url}api-keys/{made['id']}/rotate/", {"overlap_seconds": 86400}).json()
    assert datetime.fromisoformat(rotated["expires_at"]) == soon
    with brand_scope(ours.brand):
        assert ApiKey.objects.get(pk=made["id"]).expires_at == soon


def test_a_key_makes_none_that_outlives_it(ours: Tenant) -> None:
    soon = timezone.now() + timedelta(hours=1)
    lasting = make(ours, ours.owner, scopes=["*"]).json()
    borrowed = as_bearer(make(ours, ours.owner, scopes=["*"], expires_at=soon.isoformat()).json()["token"])

    def make_another(**body: object):
        return borrowed.post(f"{ours.url}api-keys/", {"name": "mine", "scopes": ["*"], **body})

    later = make_another(expires_at=(soon + timedelta(seconds=1)).isoformat())
    assert (later.status_code, list(later.json()["errors"])) == (400, ["expires_at"])
    earlier = soon - timedelta(minutes=1)
    assert make_another(expires_at=earlier.isoformat()).json()["expires_at"].startswith(f"{earlier:%Y-%m-%dT%H:%M}")
    for answer in (make_another(), borrowed.post(f"{ours.url}api-keys/{lasting['id']}/rotate/")):
        assert answer.status_code == 201
        assert datetime.fromisoformat(answer.json()["expires_at"]) == soon


def test_a_key_is_rotated_once(ours: Tenant) -> None:
    rotate = f"{ours.url}api-keys/{ours.key.key.pk}/rotate/"
    assert client_for(ours.owner).post(rotate, {}).status_code == 201
    assert client_for(ours.owner).post(rotate, {}).status_code == 409


def test_a_revoked_key_is_refused_at_once_and_stays_in_the_list(ours: Tenant) -> None:
    made = make(ours, ours.owner).json()
    url = f"{ours.url}api-keys/{made['id']}/"
    for _ in range(2):
        assert client_for(ours.admin).delete(url).status_code == 204
    answer = as_bearer(made["token"]).get(ours.url)
    assert (answer.status_code, answer.json()["code"]) == (401, "authentication_failed")
    assert answer["WWW-Authenticate"].startswith("Bearer")
    assert client_for(ours.admin).get(url).json()["revoked_at"]
    with brand_scope(ours.brand):
        assert AuditEntry.objects.filter(action="apikey.revoked", object_id=made["id"]).count() == 1


def test_an_expired_key_is_refused(ours: Tenant) -> None:
    with brand_scope(ours.brand):
        ApiKey.objects.filter(pk=ours.key.key.pk).update(expires_at=timezone.now() - timedelta(hours=1))
    assert client_for(ours.key).get(ours.url).status_code == 401


@pytest.mark.parametrize(
    "token", ["", "_", "atl", "atl_", "_secret", "atl_ä", "' OR 1=1 --_x", "a" * 5000 + "_x", "atl\x00_x", "Bearer x_y"]
)
def test_nonsense_is_no_key(token: str, ours: Tenant) -> None:
    assert as_bearer(token).get(ours.url).status_code == 401


def test_the_right_prefix_with_a_wrong_secret_is_no_key(ours: Tenant) -> None:
    assert as_bearer(f"{ours.key.key.prefix}_{'x' * 40}").get(ours.url).status_code == 401


def test_a_key_of_another_brand_finds_nothing_here(ours: Tenant, theirs: Tenant) -> None:
    assert client_for(theirs.key).get(ours.url).status_code == 404
    with brand_scope(theirs.brand):
        foreign = ApiKey.objects.get().pk
    assert client_for(ours.owner).get(f"{ours.url}api-keys/{foreign}/").status_code == 404
    assert client_for(ours.owner).delete(f"{ours.url}api-keys/{foreign}/").status_code == 404
    assert client_for(ours.owner).post(f"{ours.url}api-keys/{foreign}/rotate/", {}).status_code == 404
    assert client_for(theirs.key).get(theirs.url).status_code == 200


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "x" * 81),
        ("scopes", []),
        ("scopes", ["fly"]),
        ("scopes", "*"),
        ("scopes", ["brand.view"] * 51),
        ("expires_at", "2001-01-01T00:00:00Z"),
        ("expires_at", "tomorrow"),
        ("prefix", "mine"),
        ("created_by", 1),
    ],
)
def test_bad_input_names_its_field_and_makes_no_key(field: str, value: object, ours: Tenant) -> None:
    answer = make(ours, ours.owner, **{field: value})
    assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])
    with brand_scope(ours.brand):
        assert ApiKey.objects.count() == 1


def last_used(tenant: Tenant) -> datetime | None:
    with brand_scope(tenant.brand):
        return ApiKey.objects.get(pk=tenant.key.key.pk).last_used_at


def test_the_use_of_a_key_is_noted_once_a_minute(ours: Tenant) -> None:
    client = client_for(ours.key)
    assert client.get(ours.url).status_code == 200
    first = last_used(ours)
    assert first
    client.get(ours.url)
    api_keys._touched.clear()  # another process, that has not seen the key yet
    client.get(ours.url)
    assert last_used(ours) == first
    with brand_scope(ours.brand):
        ApiKey.objects.update(last_used_at=first - timedelta(minutes=2))
    api_keys._touched.clear()
    client.get(ours.url)
    assert last_used(ours) >= first - timedelta(minutes=1)


def test_a_refused_request_counts_as_use_too(ours: Tenant) -> None:
    assert client_for(ours.key).patch(ours.url, {"currency": "x"}).status_code == 400
    assert last_used(ours)


def test_a_use_that_cannot_be_noted_fails_nothing(committed: None, ours: Tenant) -> None:
    with connection.cursor() as cursor:  # session-wide: this connection may wait for no lock
        cursor.execute("SET lock_timeout = '50ms'")
    credential = api_keys.authenticate(ours.key.token)
    locked, done = threading.Event(), threading.Event()

    def hold_the_row() -> None:
        with brand_scope(ours.brand):
            ApiKey.objects.select_for_update().get(pk=ours.key.key.pk)
            locked.set()
            done.wait(20)
        connection.close()

    holder = threading.Thread(target=hold_the_row)
    holder.start()
    locked.wait(20)
    api_keys.touch(credential)
    done.set()
    holder.join()
    assert last_used(ours) is None
