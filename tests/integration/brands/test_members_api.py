"""Members: who may change whom, and that a brand is never left without an owner."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import IntegrityError, connection, transaction

from brands.errors import Conflict, Forbidden, NotFound
from brands.models import AuditEntry, DomainEvent, Grant, Group, Membership
from brands.permissions import Actor
from brands.services import members
from brands.tenancy.scope import brand_scope
from tests.factories import Tenant, actor_for, client_for


def member_url(tenant: Tenant, role: str) -> str:
    with brand_scope(tenant.brand):
        return f"{tenant.url}members/{Membership.objects.get(user=tenant.person(role)).pk}/"


def role_of(tenant: Tenant, person: str) -> str | None:
    with brand_scope(tenant.brand):
        found = Membership.objects.filter(user=tenant.person(person)).first()
    return found and found.role


def test_an_editor_sees_who_works_in_the_brand(ours: Tenant, theirs: Tenant) -> None:
    found = client_for(ours.editor).get(f"{ours.url}members/").json()["results"]
    assert {member["email"] for member in found} == {
        f"{role}@ours.example" for role in ("owner", "admin", "editor", "reviewer", "analyst", "viewer")
    }
    owners = client_for(ours.editor).get(f"{ours.url}members/?role=OWNER").json()["results"]
    assert [member["email"] for member in owners] == ["owner@ours.example"]


def test_a_viewer_does_not_see_the_members(ours: Tenant) -> None:
    assert client_for(ours.viewer).get(f"{ours.url}members/").status_code == 403


def test_a_changed_role_counts_at_the_next_request(ours: Tenant) -> None:
    answer = client_for(ours.admin).patch(member_url(ours, "viewer"), {"role": "EDITOR"})
    assert (answer.status_code, answer.json()["role"]) == (200, "EDITOR")
    assert client_for(ours.viewer).get(f"{ours.url}members/").status_code == 200
    with brand_scope(ours.brand):
        assert AuditEntry.objects.get(action="member.role_changed").details == {"before": "VIEWER", "after": "EDITOR"}
        assert DomainEvent.objects.get(type="member.role_changed").payload["role"] == "EDITOR"


@pytest.mark.parametrize("role", ["editor", "reviewer", "analyst", "viewer"])
def test_who_may_not_manage_members_changes_none(role: str, ours: Tenant) -> None:
    client = client_for(ours.person(role))
    assert client.patch(member_url(ours, "admin"), {"role": "VIEWER"}).status_code == 403
    assert client.delete(member_url(ours, "admin")).status_code == 403
    assert role_of(ours, "admin") == "ADMIN"


@pytest.mark.parametrize(
    ("target", "body"), [("viewer", {"role": "OWNER"}), ("admin", {"role": "OWNER"}), ("owner", {"role": "VIEWER"})]
)
def test_only_an_owner_makes_or_unmakes_owners(target: str, body: dict[str, str], ours: Tenant) -> None:
    before = role_of(ours, target)
    assert client_for(ours.admin).patch(member_url(ours, target), body).status_code == 403
    assert role_of(ours, target) == before


def test_an_admin_does_not_remove_an_owner(ours: Tenant) -> None:
    assert client_for(ours.admin).delete(member_url(ours, "owner")).status_code == 403
    assert role_of(ours, "owner") == "OWNER"


def test_a_key_gives_no_rights_that_its_scopes_lack(ours: Tenant) -> None:
    key = ours.key_with("member.manage", "member.view", "brand.view", "asset.view", "asset.download")
    client = client_for(key)
    assert client.patch(member_url(ours, "analyst"), {"role": "VIEWER"}).status_code == 200
    assert client.patch(member_url(ours, "analyst"), {"role": "ADMIN"}).status_code == 403
    assert client.delete(member_url(ours, "owner")).status_code == 403


def test_everyone_may_leave_and_learns_how_without_seeing_the_others(ours: Tenant) -> None:
    membership = client_for(ours.viewer).get(f"{ours.url}me/").json()["membership_id"]
    assert client_for(ours.viewer).delete(f"{ours.url}members/{membership}/").status_code == 204
    assert role_of(ours, "viewer") is None
    assert client_for(ours.viewer).get(ours.url).status_code == 404


def test_a_removed_persons_keys_stop_working(ours: Tenant) -> None:
    key = ours.key_with("*", role="EDITOR")
    assert client_for(key).get(ours.url).status_code == 200
    assert client_for(ours.owner).delete(member_url(ours, "editor")).status_code == 204
    assert client_for(key).get(ours.url).status_code == 404


@pytest.mark.parametrize("method", ["patch", "delete"])
def test_the_last_owner_stays(method: str, ours: Tenant) -> None:
    body = {"role": "ADMIN"} if method == "patch" else None
    answer = getattr(client_for(ours.owner), method)(member_url(ours, "owner"), body)
    assert (answer.status_code, answer.json()["code"]) == (409, "last_owner")
    assert role_of(ours, "owner") == "OWNER"


def test_one_of_two_owners_may_go(ours: Tenant) -> None:
    client = client_for(ours.owner)
    assert client.patch(member_url(ours, "admin"), {"role": "OWNER"}).status_code == 200
    assert client.delete(member_url(ours, "owner")).status_code == 204
    assert role_of(ours, "admin") == "OWNER"


@pytest.mark.parametrize("statement", ["DELETE FROM brands_membership", "UPDATE brands_membership SET role = 'VIEWER'"])
def test_no_statement_leaves_a_brand_without_an_owner(statement: str, ours: Tenant) -> None:
    with (
        brand_scope(ours.brand),
        connection.cursor() as cursor,
        pytest.raises(IntegrityError, match="would have no owner"),
        transaction.atomic(),
    ):
        cursor.execute(statement)
    assert role_of(ours, "owner") == "OWNER"


def test_two_owners_who_remove_each_other_at_once_do_not_both_succeed(committed: None, ours: Tenant) -> None:
    with brand_scope(ours.brand):
        Membership.objects.filter(user=ours.admin).update(role="OWNER")
    start = threading.Barrier(2, timeout=20)
    outcomes: list[str] = []

    def remove(who: str, whom: str) -> Callable[[], None]:
        def run() -> None:
            try:
                actor = actor_for(ours.brand, ours.person(who))
                with brand_scope(ours.brand):
                    target = Membership.objects.get(user=ours.person(whom))
                    start.wait()
                    members.remove(actor=actor, membership=target)
                outcomes.append("removed")
            except Conflict:
                outcomes.append("refused")
            finally:
                connection.close()

        return run

    threads = [threading.Thread(target=remove(*pair)) for pair in (("owner", "admin"), ("admin", "owner"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["refused", "removed"]
    with brand_scope(ours.brand):
        assert Membership.objects.filter(role="OWNER").count() == 1


def meanwhile(tenant: Tenant, do: Callable[[Membership], None], *, act: Callable[[Actor, Membership], object]) -> None:
    """The admin has found the viewer's membership; before acting on it, somebody else does `do` and commits."""
    with brand_scope(tenant.brand):
        seen = Membership.objects.get(user=tenant.viewer)
        do(Membership.objects.get(pk=seen.pk))
    with brand_scope(tenant.brand):
        act(tenant.actor("ADMIN"), seen)


def promote(membership: Membership) -> None:
    membership.role = "OWNER"
    membership.save()


ACTS: list[Callable[[Actor, Membership], object]] = [
    lambda actor, seen: members.remove(actor=actor, membership=seen),
    lambda actor, seen: members.change_role(actor=actor, membership=seen, role="EDITOR"),
]


@pytest.mark.parametrize("act", ACTS)
def test_who_was_made_an_owner_in_between_is_safe_from_admins(act, ours: Tenant) -> None:
    with pytest.raises(Forbidden):
        meanwhile(ours, promote, act=act)
    assert role_of(ours, "viewer") == "OWNER"


@pytest.mark.parametrize("act", ACTS)
def test_who_was_removed_in_between_is_not_found_and_not_removed_twice(act, ours: Tenant) -> None:
    with pytest.raises(NotFound):
        meanwhile(ours, lambda membership: membership.delete(), act=act)
    with brand_scope(ours.brand):
        assert not DomainEvent.objects.filter(type__startswith="member.").exists()


def test_two_who_remove_the_same_member_at_once_tell_of_it_once(committed: None, ours: Tenant) -> None:
    start = threading.Barrier(2, timeout=20)
    url = member_url(ours, "viewer")

    def remove(who: str) -> int:
        try:
            client = client_for(ours.person(who))
            start.wait()
            return client.delete(url).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(remove, ("owner", "admin"))) == [204, 404]
    with brand_scope(ours.brand):
        assert DomainEvent.objects.filter(type="member.removed").count() == 1


@pytest.mark.parametrize("body", [{"role": "GOD"}, {}, {"role": "VIEWER", "user_id": 1}, {"role": None}])
def test_bad_roles_name_the_field(body: dict[str, object], ours: Tenant) -> None:
    answer = client_for(ours.owner).patch(member_url(ours, "viewer"), body)
    assert answer.status_code == 400
    assert list(answer.json()["errors"]) in (["role"], ["user_id"])


def test_another_brands_member_is_not_found(ours: Tenant, theirs: Tenant) -> None:
    foreign = member_url(theirs, "viewer").replace(str(theirs.id), str(ours.id))
    client = client_for(ours.owner)
    assert client.get(foreign).status_code == 404
    assert client.patch(foreign, {"role": "ADMIN"}).status_code == 404
    assert client.delete(foreign).status_code == 404
    assert role_of(theirs, "viewer") == "VIEWER"


def test_whoever_leaves_leaves_what_was_granted_to_them_and_so_does_a_group(ours: Tenant) -> None:
    with brand_scope(ours.brand):
        group = Group.objects.create(brand=ours.brand, name="Agency")
        for holder in ({"membership": Membership.objects.get(user=ours.viewer)}, {"group": group}):
            Grant.objects.create(brand=ours.brand, permissions=["EDIT"], **holder)
    owner = client_for(ours.owner)
    assert owner.delete(member_url(ours, "VIEWER")).status_code == 204
    assert owner.delete(f"{ours.url}groups/{group.pk}/").status_code == 204
    with brand_scope(ours.brand):
        assert not Grant.objects.exists()
