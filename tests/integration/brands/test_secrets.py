"""Secrets of a brand: written by its owners and admins, read by servers, shown to nobody."""

import io
import json
import logging
import threading
from base64 import b64encode
from collections.abc import Callable

import pytest
from django.contrib.auth.models import Permission
from django.core.management import CommandError, call_command
from django.db import DataError, IntegrityError, connection, transaction
from django.test import Client, override_settings
from psycopg import sql
from rest_framework.test import APIClient

from brands import registry, secrets
from brands.choices import Role
from brands.key_ring import SecretUnavailable
from brands.logs import JsonFormatter
from brands.models import AuditEntry, DomainEvent, Secret
from brands.permissions import capabilities_of
from brands.tenancy.models import new_id
from brands.tenancy.scope import BrandScopeError, brand_scope
from tests import factories
from tests.factories import SECRET_NAME, Tenant

CANARY = "sk-CANARY-of-a-secret-value-0z9y"
OLD, NEW = (f"{name}:{b64encode(bytes([number]) * 32).decode()}" for number, name in enumerate(("old", "new")))

Browse = Callable[..., APIClient]


def url(tenant: Tenant, name: str = "") -> str:
    return f"{tenant.url}secrets/{name + '/' if name else ''}"


def keep(tenant: Tenant, value: str = CANARY, name: str = SECRET_NAME) -> None:
    with brand_scope(tenant.brand):
        secrets.keep(actor=tenant.actor(), brand=tenant.brand, name=name, value=value)


def entry(client: APIClient, tenant: Tenant, name: str = SECRET_NAME) -> dict:
    listed = client.get(url(tenant)).json()["results"]
    return next(secret for secret in listed if secret["name"] == name)


def test_what_is_put_is_revealed_to_servers_and_shown_by_its_end_only(ours: Tenant, client_for: Browse) -> None:
    client = client_for(ours.owner)
    assert entry(client, ours) | {"label": ""} == {
        "name": SECRET_NAME, "label": "", "is_set": False, "last4": "", "updated_at": None, "updated_by_id": None,
    }  # fmt: skip
    answer = client.put(url(ours, SECRET_NAME), {"value": CANARY})
    assert answer.status_code == 200
    shown = entry(client, ours)
    assert shown == answer.json()
    assert (shown["is_set"], shown["last4"], shown["updated_by_id"]) == (True, "0z9y", ours.owner.pk)
    assert secrets.reveal(brand_id=ours.id, name=SECRET_NAME) == CANARY


@pytest.mark.parametrize(
    ("value", "last4"), [("elevenchars", ""), ("twelve-chars", "hars"), ("ключ-из-двенадцати", "цати")]
)
def test_the_end_of_a_short_value_is_not_shown(ours: Tenant, client_for: Browse, value: str, last4: str) -> None:
    assert client_for(ours.owner).put(url(ours, SECRET_NAME), {"value": value}).json()["last4"] == last4
    assert secrets.reveal(brand_id=ours.id, name=SECRET_NAME) == value


def test_a_value_is_kept_to_the_last_space(ours: Tenant, client_for: Browse) -> None:
    assert client_for(ours.owner).put(url(ours, SECRET_NAME), {"value": " \tspaced\r\n"}).status_code == 200
    assert secrets.reveal(brand_id=ours.id, name=SECRET_NAME) == " \tspaced\r\n"


def test_the_same_value_again_changes_nothing_and_another_one_replaces(ours: Tenant, client_for: Browse) -> None:
    client = client_for(ours.owner)
    first = client.put(url(ours, SECRET_NAME), {"value": CANARY})
    assert client.put(url(ours, SECRET_NAME), {"value": CANARY}).json() == first.json()
    assert client.put(url(ours, SECRET_NAME), {"value": CANARY + "-new1"}).json()["last4"] == "new1"
    with brand_scope(ours.brand):
        assert Secret.objects.count() == 1
        assert AuditEntry.objects.filter(action="secret.kept").count() == 2


def test_forgetting_is_done_once_however_often_it_is_asked(ours: Tenant, client_for: Browse) -> None:
    keep(ours)
    client = client_for(ours.owner)
    for name in (SECRET_NAME, SECRET_NAME, "never.there", "%00", "ÄÖ"):
        assert client.delete(url(ours, name)).status_code == 204
    assert secrets.reveal(brand_id=ours.id, name=SECRET_NAME) is None
    with brand_scope(ours.brand):
        actions = list(AuditEntry.objects.filter(object_type="brands.Secret").values_list("action", flat=True))
        told = list(DomainEvent.objects.filter(type__startswith="secret.").values_list("type", "payload"))
    assert sorted(actions) == ["secret.forgotten", "secret.kept"]
    assert told == [("secret.kept", {"name": SECRET_NAME}), ("secret.forgotten", {"name": SECRET_NAME})]


@pytest.mark.parametrize("role", Role.values)
def test_only_owners_and_admins_come_near(ours: Tenant, client_for: Browse, role: str) -> None:
    allowed = role in (Role.OWNER, Role.ADMIN)
    assert (secrets.CAPABILITY in capabilities_of(role)) == allowed
    client = client_for(ours.person(role))
    answers = [
        client.get(url(ours)).status_code,
        client.put(url(ours, SECRET_NAME), {"value": CANARY}).status_code,
        client.delete(url(ours, SECRET_NAME)).status_code,
    ]
    assert answers == ([200, 200, 204] if allowed else [403, 403, 403])


def test_a_key_needs_the_scope(ours: Tenant, client_for: Browse) -> None:
    assert client_for(ours.key_with("apikey.manage")).get(url(ours)).status_code == 403
    assert client_for(ours.key_with("secret.manage")).get(url(ours)).status_code == 200


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "value"),
        ({"value": ""}, "value"),
        ({"value": None}, "value"),
        ({"value": ["a", "list"]}, "value"),
        ({"value": "a NUL \x00 inside"}, "value"),
        ({"value": "x" * 8193}, "value"),
        ({"value": "ä" * 4097}, "value"),
        ({"value": "good", "name": "other"}, "name"),
    ],
    ids=["nothing", "empty", "null", "list", "NUL", "too many characters", "too many bytes", "surplus"],
)
def test_a_value_that_does_not_fit_is_refused_and_nothing_is_kept(
    ours: Tenant, client_for: Browse, body: dict, field: str
) -> None:
    answer = client_for(ours.owner).put(url(ours, SECRET_NAME), body)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])
    assert secrets.reveal(brand_id=ours.id, name=SECRET_NAME) is None


def test_half_a_surrogate_pair_is_refused_without_repeating_it(ours: Tenant, client_for: Browse) -> None:
    body = '{"value": "CANARY \\ud800"}'
    answer = client_for(ours.owner).generic("PUT", url(ours, SECRET_NAME), body, content_type="application/json")
    assert answer.status_code == 400
    assert "CANARY" not in answer.content.decode()


def test_the_longest_value_fits(ours: Tenant, client_for: Browse) -> None:
    assert client_for(ours.owner).put(url(ours, SECRET_NAME), {"value": "ä" * 4096}).status_code == 200
    assert secrets.reveal(brand_id=ours.id, name=SECRET_NAME) == "ä" * 4096


@pytest.mark.parametrize("name", ["provider.nobody", "%00", "..%2F", "PROVIDER.EXAMPLE", "x" * 300])
def test_only_names_that_an_app_registered_can_be_kept(ours: Tenant, client_for: Browse, name: str) -> None:
    answer = client_for(ours.owner).put(url(ours, name), {"value": CANARY})
    assert answer.status_code in (400, 404)
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert CANARY not in answer.content.decode()
    with brand_scope(ours.brand):
        assert not Secret.objects.exists()


def test_an_app_registers_a_name_once_and_properly() -> None:
    registry.register_secret(SECRET_NAME, registry.secret_names()[SECRET_NAME])
    with pytest.raises(ValueError, match="already"):
        registry.register_secret(SECRET_NAME, "Something else")
    for odd in ("", "Provider.x", "a b", "a|b", ".x", "x" * 81):
        with pytest.raises(ValueError, match="Not a name"):
            registry.register_secret(odd, "Odd")


def test_another_brands_secret_is_not_there(ours: Tenant, theirs: Tenant, client_for: Browse) -> None:
    keep(theirs)
    client = client_for(ours.owner)
    assert client.put(url(theirs, SECRET_NAME), {"value": "x"}).status_code == 404
    assert entry(client, ours)["is_set"] is False
    assert secrets.reveal(brand_id=ours.id, name=SECRET_NAME) is None
    with brand_scope(ours.brand), pytest.raises(BrandScopeError):
        secrets.reveal(brand_id=theirs.id, name=SECRET_NAME)


def test_a_ciphertext_that_is_copied_to_another_brand_or_name_does_not_open(ours: Tenant, theirs: Tenant) -> None:
    keep(ours)
    other = factories.secret_name(1)
    for tenant in (ours, theirs):
        keep(tenant, "a value to be overwritten", other)
        with brand_scope(ours.brand):
            stolen = Secret.objects.get(name=SECRET_NAME)
        with brand_scope(tenant.brand):
            Secret.objects.filter(name=other).update(ciphertext=stolen.ciphertext, key_id=stolen.key_id)
        with pytest.raises(SecretUnavailable, match=other):
            secrets.reveal(brand_id=tenant.id, name=other)


def test_a_secret_that_cannot_be_read_can_be_replaced(ours: Tenant, client_for: Browse) -> None:
    with override_settings(SECRET_KEY_RING=[OLD]):
        keep(ours)
    with override_settings(SECRET_KEY_RING=[NEW]):
        with pytest.raises(SecretUnavailable, match=f"{SECRET_NAME} needs the key old"):
            secrets.reveal(brand_id=ours.id, name=SECRET_NAME)
        assert client_for(ours.owner).put(url(ours, SECRET_NAME), {"value": "another value"}).status_code == 200
        assert secrets.reveal(brand_id=ours.id, name=SECRET_NAME) == "another value"


@pytest.mark.parametrize("ring", [[], ["odd"]])
def test_without_a_usable_ring_nothing_is_kept_and_the_answer_says_why(
    ours: Tenant, client_for: Browse, ring: list[str]
) -> None:
    with override_settings(SECRET_KEY_RING=ring):
        answer = client_for(ours.owner).put(url(ours, SECRET_NAME), {"value": CANARY})
    assert (answer.status_code, answer.json()["code"]) == (503, "secret_unavailable")
    assert SECRET_NAME in answer.json()["detail"]
    assert CANARY not in answer.content.decode()


@pytest.mark.parametrize(
    "change",
    [
        "ciphertext = ''",
        "ciphertext = convert_to('no longer than a frame.....', 'UTF8')",
        "ciphertext = decode(repeat('00', 8221), 'hex')",
        "key_id = ''",
        "last4 = 'abc'",
        "name = ''",
        "name = 'A|B'",
    ],
)
def test_the_database_holds_no_odd_secret(ours: Tenant, change: str) -> None:
    keep(ours)
    refused = pytest.raises((IntegrityError, DataError))
    with brand_scope(ours.brand), refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql.SQL("UPDATE brands_secret SET {}").format(sql.SQL(change)))


def test_a_name_is_kept_once_per_brand(ours: Tenant) -> None:
    keep(ours)
    with brand_scope(ours.brand):
        secret = Secret.objects.get()
        secret.pk = new_id()
        with pytest.raises(IntegrityError, match="secret_name_once"), transaction.atomic():
            secret.save(force_insert=True)


def test_two_who_keep_the_same_name_at_once_leave_one_of_the_two(
    committed: None, ours: Tenant, client_for: Browse
) -> None:
    values, answers, together = [f"{CANARY}-{n}" for n in range(4)], [], threading.Barrier(4, timeout=20)

    def put(value: str) -> None:
        client = client_for(ours.key)
        together.wait()
        answers.append(client.put(url(ours, SECRET_NAME), {"value": value}).status_code)
        connection.close()

    threads = [threading.Thread(target=put, args=(value,)) for value in values]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [200] * 4
    assert secrets.reveal(brand_id=ours.id, name=SECRET_NAME) in values
    with brand_scope(ours.brand):
        assert Secret.objects.count() == 1


def reencrypt() -> str:
    out = io.StringIO()
    call_command("reencrypt_secrets", stdout=out)
    return out.getvalue().strip()


def test_rotation_moves_every_brands_secrets_once(committed: None, ours: Tenant, theirs: Tenant) -> None:
    with override_settings(SECRET_KEY_RING=[OLD]):
        keep(ours)
        keep(theirs, "another value")
    with override_settings(SECRET_KEY_RING=[NEW, OLD]):
        keep(ours, "kept after", factories.secret_name(1))
        assert reencrypt() == "re-encrypted: 2, already current: 1"
        assert reencrypt() == "re-encrypted: 0, already current: 3"
    with override_settings(SECRET_KEY_RING=[NEW]):
        assert secrets.reveal(brand_id=ours.id, name=SECRET_NAME) == CANARY
        assert secrets.reveal(brand_id=theirs.id, name=SECRET_NAME) == "another value"


def test_rotation_names_what_it_cannot_read_and_moves_the_rest(committed: None, ours: Tenant, theirs: Tenant) -> None:
    with override_settings(SECRET_KEY_RING=[OLD]):
        keep(ours)
        keep(theirs)
    with brand_scope(theirs.brand):
        Secret.objects.update(ciphertext=bytes(64))
    with override_settings(SECRET_KEY_RING=[NEW, OLD]):
        with pytest.raises(CommandError, match=f"1 cannot be read: {theirs.id} {SECRET_NAME}"):
            reencrypt()
        with brand_scope(ours.brand):
            assert Secret.objects.get().key_id == "new"
    with override_settings(SECRET_KEY_RING=[]), pytest.raises(CommandError, match="SECRET_KEY_RING is not set"):
        reencrypt()


def test_the_value_is_in_no_log_audit_event_page_or_answer(
    committed: None, ours: Tenant, client_for: Browse, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    client = client_for(ours.owner)
    staff = factories.make_user("staff@atelier.example", is_staff=True, is_superuser=True)
    staff.user_permissions.set(Permission.objects.all())
    browser = Client()
    browser.force_login(staff, backend="django.contrib.auth.backends.ModelBackend")

    told = [client.put(url(ours, name), {"value": CANARY}).content for name in (SECRET_NAME, "provider.nobody")]
    told += [client.put(url(ours, SECRET_NAME), {"value": CANARY, "surplus": 1}).content]
    told += [client.put(url(ours, SECRET_NAME), {"value": CANARY * 1000}).content]
    with override_settings(SECRET_KEY_RING=[]):
        told.append(client.put(url(ours, SECRET_NAME), {"value": CANARY + "!"}).content)
    told += [client.get(path).content for path in (url(ours), f"{ours.url}audit/", f"{ours.url}domain-events/")]
    with brand_scope(ours.brand):
        secret = Secret.objects.get()
    pages = ["", f"{secret.pk}/change/", f"{secret.pk}/history/"]
    told += [browser.get(f"/admin/brands/secret/{page}").content for page in pages]
    told += [browser.get(f"/admin/brands/{page}/").content for page in ("auditentry", "domainevent")]
    told += [JsonFormatter().format(record).encode() for record in caplog.records]
    told += [str(secret).encode(), repr(secret).encode(), json.dumps(dump(ours)).encode()]
    assert len(told) > 15
    assert SECRET_NAME.encode() in told[-1]
    middle = CANARY[3:-4].encode()
    assert [text for text in told if middle in text] == []


def dump(tenant: Tenant) -> list[str]:
    """Every row of the brand's tables that tell of secrets, as text; bytea as hexadecimal and as it is."""
    found = []
    with brand_scope(tenant.brand), connection.cursor() as cursor:
        for table in ("brands_secret", "brands_auditentry", "brands_domainevent", "brands_idempotencyrecord"):
            cursor.execute(sql.SQL("SELECT to_jsonb(t)::text FROM {} t").format(sql.Identifier(table)))
            found += [row for (row,) in cursor.fetchall()]
        cursor.execute("SELECT ciphertext FROM brands_secret")
        found += [bytes(row).decode("latin-1") for (row,) in cursor.fetchall()]
    return found
