"""Roles of a brand's own, groups, grants, restriction and explanations over REST."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from ai_studio.models import Generation
from brands.choices import Role
from brands.models import AuditEntry, DomainEvent, Grant, Membership
from brands.tenancy.scope import brand_scope
from tests import studio
from tests.factories import Tenant, client_for, make_user
from tests.guests import guest_of

RETOUCHER = {"name": "Retoucher", "capabilities": ["asset.view", "asset.edit", "brand.view"]}


class Caller:
    """Somebody who asks the brand's API; `status, body` of each answer."""

    def __init__(self, tenant: Tenant, credential: Any) -> None:
        self.url, self.client = tenant.url, client_for(credential)

    def __call__(self, method: str, path: str, **body: Any) -> tuple[int, Any]:
        if method == "get":
            answer = self.client.get(self.url + path, body)
        else:
            answer = getattr(self.client, method)(self.url + path, body, format="json")
        return answer.status_code, answer.json() if answer.content else None


@pytest.fixture
def owner(ours: Tenant) -> Caller:
    return Caller(ours, ours.owner)


@pytest.fixture
def editor(ours: Tenant) -> Caller:
    return Caller(ours, ours.editor)


@pytest.fixture
def viewer(ours: Tenant) -> Caller:
    return Caller(ours, ours.viewer)


@pytest.fixture
def made(ours: Tenant) -> Generation:
    return studio.finished(ours)


def membership(tenant: Tenant, role: str) -> str:
    with brand_scope(tenant.brand):
        return str(Membership.objects.get(user=tenant.person(role)).pk)


def on(generation: Generation) -> dict[str, str]:
    return {"resource_type": "AI_GENERATION", "resource_id": str(generation.pk)}


def restriction(generation: Generation) -> str:
    return f"resources/AI_GENERATION/{generation.pk}/restriction/"


def test_a_role_of_the_brands_own_counts_for_whoever_gets_it_and_stays_while_it_is_used(
    ours: Tenant, owner: Caller, viewer: Caller
) -> None:
    status, role = owner("post", "roles/", **RETOUCHER)
    assert status == 201
    assert owner("post", "roles/", **RETOUCHER)[1]["errors"] == {"name": ["Another role of the brand has this name."]}
    member = f"members/{membership(ours, 'VIEWER')}/"
    status, changed = owner("patch", member, custom_role=role["id"])
    assert (status, changed["role"], changed["custom_role"]) == (200, "", role["id"])
    _, me = viewer("get", "me/")
    assert (me["role"], me["capabilities"]) == ("Retoucher", ["asset.edit", "asset.view", "brand.view"])
    assert viewer.client.get("/api/v1/brands/").json()["results"][0]["role"] == "Retoucher"
    assert owner("patch", f"roles/{role['id']}/", capabilities=["brand.view"])[0] == 200
    assert viewer("get", "me/")[1]["capabilities"] == ["brand.view"]
    assert owner("delete", f"roles/{role['id']}/")[1]["code"] == "role_in_use"
    assert owner("patch", member, role="VIEWER")[0] == 200
    invited = owner("post", "invitations/", email="new@people.example", custom_role=role["id"])
    assert (invited[0], invited[1]["custom_role"]) == (201, role["id"])
    assert owner("delete", f"roles/{role['id']}/")[1]["code"] == "role_in_use"
    assert owner("delete", f"invitations/{invited[1]['id']}/")[0] == 204
    assert owner("delete", f"roles/{role['id']}/")[0] == 204
    assert owner("get", f"invitations/{invited[1]['id']}/")[1]["custom_role"] is None
    with brand_scope(ours.brand):
        told = set(DomainEvent.objects.values_list("type", flat=True))
        assert {"role.created", "role.changed", "role.deleted"} <= told
        assert AuditEntry.objects.filter(action="role.deleted", details__name="Retoucher").exists()


def test_nobody_makes_a_role_of_more_than_they_may(ours: Tenant, owner: Caller) -> None:
    assert owner("post", "roles/", name="admin", capabilities=["brand.view"])[1]["errors"].keys() == {"name"}
    _, answer = owner("post", "roles/", name="Flyer", capabilities=["asset.view", "asset.fly"])
    assert answer["errors"] == {"capabilities.1": ["Unknown."]}
    assert Caller(ours, ours.admin)("post", "roles/", **RETOUCHER)[0] == 403
    keeper = Caller(ours, ours.key_with("role.manage", "asset.view"))
    _, answer = keeper("post", "roles/", **RETOUCHER)
    assert answer["errors"].keys() == {"capabilities.1", "capabilities.2"}
    role = owner("post", "roles/", **RETOUCHER)[1]
    _, answer = keeper("patch", f"roles/{role['id']}/", capabilities=[*RETOUCHER["capabilities"], "asset.delete"])
    assert answer["errors"].keys() == {"capabilities.3"}


def test_a_members_role_is_one_thing_and_not_more_than_the_giver_has(ours: Tenant, owner: Caller) -> None:
    admin, member = Caller(ours, ours.admin), f"members/{membership(ours, 'VIEWER')}/"
    mighty = owner("post", "roles/", name="Mighty", capabilities=["role.manage", "member.manage"])[1]["id"]
    assert owner("patch", member, role="EDITOR", custom_role=mighty)[1]["errors"].keys() == {"role", "custom_role"}
    assert owner("patch", member)[1]["errors"].keys() == {"role"}
    assert owner("patch", member, custom_role=membership(ours, "VIEWER"))[1]["errors"].keys() == {"custom_role"}
    assert admin("patch", member, custom_role=mighty)[0] == 403
    assert admin("post", "invitations/", email="new@people.example", custom_role=mighty)[0] == 403
    assert owner("patch", member, custom_role=mighty)[0] == 200
    assert admin("patch", member, role="VIEWER")[0] == 403  # who may manage owners


def test_a_group_gives_its_members_what_it_has_for_as_long_as_they_are_in_it(
    ours: Tenant, owner: Caller, viewer: Caller, made: Generation
) -> None:
    _, group = owner("post", "groups/", name="Agency")
    body = {"members": [membership(ours, "VIEWER"), membership(ours, "ANALYST")]}
    assert owner("post", f"groups/{group['id']}/members/", **body) == (200, {"added": 2})
    assert owner("post", f"groups/{group['id']}/members/", **body) == (200, {"added": 0})
    assert owner("get", f"groups/{group['id']}/")[1]["members_count"] == 2
    status, grant = owner("post", "grants/", group=group["id"], role="EDITOR", **on(made))
    assert status == 201, grant
    assert {"asset.edit", "generation.run"} <= set(grant["capabilities"])
    assert "member.view" not in grant["capabilities"]  # of the brand
    tags = f"ai/generations/{made.pk}/tags/"
    assert viewer("put", tags, tags=["mug"])[0] == 200
    assert viewer("get", "me/")[1]["rights"][0]["resource_id"] == str(made.pk)
    assert owner("delete", f"groups/{group['id']}/members/{membership(ours, 'VIEWER')}/")[0] == 204
    assert viewer("put", tags, tags=["cup"])[0] == 403
    analyst = Caller(ours, ours.analyst)
    assert analyst("put", tags, tags=["cup"])[0] == 200
    assert owner("delete", f"groups/{group['id']}/")[0] == 204
    assert analyst("put", tags, tags=["jug"])[0] == 403
    with brand_scope(ours.brand):
        told = list(DomainEvent.objects.filter(type__startswith="group.").values_list("type", flat=True))
    assert told == ["group.created", *["group.member_added"] * 2, "group.member_removed", "group.deleted"]


def test_nobody_lets_members_into_a_group_with_more_rights_than_they_have(ours: Tenant, owner: Caller) -> None:
    _, group = owner("post", "groups/", name="Owners")
    assert owner("post", "grants/", group=group["id"], role="OWNER")[0] == 201
    admin = Caller(ours, ours.admin)
    assert admin("post", f"groups/{group['id']}/members/", members=[membership(ours, "ADMIN")])[0] == 403
    assert admin("delete", f"groups/{group['id']}/")[0] == 403
    _, answer = owner("post", f"groups/{group['id']}/members/", members=[group["id"]])
    assert answer["errors"] == {"members.0": ["Not found."]}


def test_nobody_grants_more_than_they_have_there_nor_to_themselves(
    ours: Tenant, editor: Caller, owner: Caller, viewer: Caller, made: Generation
) -> None:
    to = {"member": membership(ours, "VIEWER")}
    _, answer = editor("post", "grants/", **to, role="OWNER", **on(made))
    assert "analytics.export" in answer["errors"]["role"][0]
    assert editor("post", "grants/", **to, permissions=["EDIT", "COMMENT"], **on(made))[0] == 201
    assert editor("post", "grants/", **to, permissions=["EDIT"])[0] == 403  # on the brand
    assert viewer("post", "grants/", member=membership(ours, "ANALYST"), permissions=["VIEW"], **on(made))[0] == 403
    for caller, role in ((editor, "EDITOR"), (owner, "OWNER")):
        _, answer = caller("post", "grants/", member=membership(ours, role), permissions=["VIEW"], **on(made))
        assert answer["errors"].keys() == {"member"}
    _, answer = owner("post", "grants/", api_key=str(ours.key.key.pk), permissions=["VIEW"], **on(made))
    assert answer["errors"].keys() == {"api_key"}
    _, answer = Caller(ours, ours.admin)("post", "grants/", **to, role="OWNER")
    assert answer["errors"] == {"role": ["More than you may there: role.manage."]}


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ({"permissions": ["VIEW"]}, {"member"}),
        ({"member": "MEMBER", "group": "MEMBER", "permissions": ["VIEW"]}, {"member", "group"}),
        ({"member": "MEMBER"}, {"role"}),
        ({"member": "MEMBER", "permissions": ["FLY"]}, {"permissions.0"}),
        ({"member": "MEMBER", "permissions": ["VIEW"], "resource_type": "AI_GENERATION"}, {"resource_id"}),
        (
            {"member": "MEMBER", "permissions": ["VIEW"], "resource_type": "X", "resource_id": "MEMBER"},
            {"resource_type"},
        ),
        ({"member": "MEMBER", "permissions": ["VIEW"], "expires_at": "2020-01-01T00:00:00Z"}, {"expires_at"}),
        ({"group": "MEMBER", "role": "VIEWER"}, {"group"}),
        ({"member": "MEMBER", "custom_role": "MEMBER"}, {"custom_role"}),
    ],
)
def test_a_bad_grant_names_what_is_wrong(ours: Tenant, owner: Caller, body: Any, wrong: set[str]) -> None:
    known = membership(ours, "VIEWER")
    status, answer = owner("post", "grants/", **{k: known if v == "MEMBER" else v for k, v in body.items()})
    assert (status, answer["errors"].keys()) == (400, wrong)


def test_what_was_lent_until_tomorrow_is_not_passed_on_for_ever(
    ours: Tenant, owner: Caller, viewer: Caller, made: Generation
) -> None:
    role = owner("post", "roles/", name="Lender", capabilities=["asset.view", "asset.share", "asset.edit"])[1]["id"]
    see = owner("post", "roles/", name="Seer", capabilities=["brand.view", "asset.view", "member.view"])[1]["id"]
    owner("patch", f"members/{membership(ours, 'VIEWER')}/", custom_role=see)
    tomorrow = timezone.now() + timedelta(days=1)
    lent = {"member": membership(ours, "VIEWER"), "custom_role": role, "expires_at": tomorrow.isoformat(), **on(made)}
    status, grant = owner("post", "grants/", **lent)
    assert status == 201
    on_to = {"member": membership(ours, "ANALYST"), "permissions": ["EDIT"], **on(made)}
    _, answer = viewer("post", "grants/", **on_to)
    assert answer["errors"].keys() == {"expires_at"}  # on a picture EDIT is asset.edit alone, and that is theirs
    on_to |= {"permissions": ["EDIT", "DELETE"]}
    assert viewer("post", "grants/", **on_to)[1]["errors"].keys() == {"permissions"}
    on_to["custom_role"] = role
    del on_to["permissions"]
    assert viewer("post", "grants/", **on_to)[1]["errors"].keys() == {"expires_at"}
    soon = (tomorrow - timedelta(hours=1)).isoformat()
    status, passed = viewer("post", "grants/", **on_to, expires_at=soon)
    assert status == 201
    assert viewer("patch", f"grants/{passed['id']}/", expires_at=None)[1]["errors"].keys() == {"expires_at"}
    assert owner("delete", f"grants/{grant['id']}/")[0] == 204
    assert viewer("patch", f"grants/{passed['id']}/", expires_at=soon)[0] == 403
    with brand_scope(ours.brand):
        told = DomainEvent.objects.filter(type__startswith="grant.").order_by("seq")
        assert [each.type for each in told] == ["grant.made", "grant.made", "grant.revoked"]
        assert {each.payload["resource_id"] for each in told} == {str(made.pk)}


def test_grants_are_listed_to_who_has_them_shares_the_resource_or_sees_members(
    ours: Tenant, owner: Caller, editor: Caller, viewer: Caller, made: Generation
) -> None:
    other = studio.finished(ours)
    for generation in (made, other):
        owner("post", "grants/", member=membership(ours, "ANALYST"), permissions=["COMMENT"], **on(generation))
    owner("post", "grants/", member=membership(ours, "VIEWER"), role="REVIEWER")
    guest = guest_of(ours, "AI_GENERATION", made)

    def listed(caller: Caller, **filters: Any) -> list[Any]:
        return caller("get", "grants/", **filters)[1]["results"]

    assert [len(listed(caller)) for caller in (owner, editor, viewer)] == [4, 4, 1]
    assert len(listed(editor, **on(made))) == 2
    assert len(listed(editor, member=membership(ours, "ANALYST"))) == 2
    link_grant = listed(owner, share_link=str(guest.link.pk))[0]
    assert owner("delete", f"grants/{link_grant['id']}/")[1]["code"] == "grant_of_link"
    owner("put", restriction(other), restricted=True)
    assert len(listed(editor)) == 3
    assert guest.client.get(ours.url + "grants/").status_code == 403


def test_who_restricts_keeps_their_rights_until_their_role_changes_and_others_lose_theirs(
    ours: Tenant, owner: Caller, editor: Caller, viewer: Caller, made: Generation
) -> None:
    detail = f"ai/generations/{made.pk}/"
    assert viewer("put", restriction(made), restricted=True)[0] == 403
    status, said = editor("put", restriction(made), restricted=True)
    assert (status, said["restricted"], said["by"]) == (200, True, ours.editor.pk)
    assert editor("put", restriction(made), restricted=True)[0] == 200
    assert [caller("get", detail)[0] for caller in (owner, editor, viewer)] == [200, 200, 404]
    assert viewer("get", restriction(made))[0] == 404
    with brand_scope(ours.brand):
        assert Grant.objects.get().role == Role.EDITOR
    assert editor("put", detail + "tags/", tags=["mug"])[0] == 200
    assert owner("patch", f"members/{membership(ours, 'EDITOR')}/", role="VIEWER")[0] == 200
    assert editor("put", detail + "tags/", tags=["cup"])[0] == 403
    assert editor("get", detail)[0] == 200
    assert owner("put", restriction(made), restricted=False)[1]["restricted"] is False
    assert viewer("get", detail)[0] == 200
    with brand_scope(ours.brand):
        assert not Grant.objects.exists()
        told = DomainEvent.objects.filter(type__startswith="restriction.").values_list("type", flat=True)
        assert list(told) == ["restriction.made", "restriction.ended"]


def test_nobody_restricts_what_they_would_lose_or_lifts_what_they_would_gain_by(
    ours: Tenant, owner: Caller, editor: Caller, viewer: Caller, made: Generation
) -> None:
    owner("post", "grants/", member=membership(ours, "VIEWER"), role="EDITOR")
    status, answer = viewer("put", restriction(made), restricted=True)
    assert (status, "asset.share" in answer["detail"]) == (403, True)
    assert viewer("get", restriction(made))[1]["restricted"] is False
    sharing = owner("post", "roles/", name="Sharer", capabilities=["asset.view", "asset.share"])[1]["id"]
    owner("put", restriction(made), restricted=True)
    owner("post", "grants/", member=membership(ours, "EDITOR"), custom_role=sharing, **on(made))
    status, answer = editor("put", restriction(made), restricted=False)
    assert (status, "asset.edit" in answer["detail"]) == (403, True)
    assert viewer("get", f"ai/generations/{made.pk}/")[0] == 404


def test_an_explanation_names_every_way_and_what_cuts_it(
    ours: Tenant, owner: Caller, editor: Caller, viewer: Caller, made: Generation
) -> None:
    about = {"capability": "asset.edit", **on(made)}
    assert editor("get", "permissions/explain/", **about)[1]["allowed"] is True
    assert viewer("get", "permissions/explain/", **about)[1] == {
        "capability": "asset.edit", "allowed": False, "restricted": False, "paths": [],
    }  # fmt: skip
    collection = studio.collection(ours, made, visibility="BRAND")
    with brand_scope(ours.brand):
        past = timezone.now() - timedelta(hours=1)
        facts = {"brand": ours.brand, "membership_id": membership(ours, "EDITOR"), "permissions": ["EDIT"]}
        Grant.objects.create(resource_type="COLLECTION", resource_id=collection.pk, **facts)
        Grant.objects.create(expires_at=past, **on(made), **facts)
    owner("put", restriction(made), restricted=True)
    member = {"member": membership(ours, "EDITOR")}
    _, said = owner("get", "permissions/explain/", **about, **member)
    assert (said["allowed"], said["restricted"]) == (False, True)
    assert [(path["way"], path["cut"]) for path in said["paths"]] == [
        ("ROLE", ["RESTRICTED"]), ("HELD", ["RESTRICTED"]), ("RESOURCE", ["EXPIRED"]),
    ]  # fmt: skip
    assert said["paths"][1]["held_by"] == {"resource_type": "COLLECTION", "resource_id": str(collection.pk)}
    key = ours.key_with("asset.view")
    _, said = owner("get", "permissions/explain/", **about, api_key=str(key.key.pk))
    assert said["paths"][0]["cut"] == ["RESTRICTED", "OUTSIDE_SCOPES"]
    assert editor("get", "permissions/explain/", **about)[0] == 404  # what they may not see does not exist
    _, answer = viewer("get", "permissions/explain/", capability="asset.view", **member)
    assert answer["errors"] == {"member": ["Not found."]}
    assert viewer("get", "permissions/explain/", capability="asset.fly")[1]["errors"].keys() == {"capability"}


def test_every_kind_of_credential_of_a_demoted_or_removed_member_is_refused_at_once(
    ours: Tenant, owner: Caller, made: Generation
) -> None:
    tags = f"ai/generations/{made.pk}/tags/"
    callers = [Caller(ours, ours.editor), Caller(ours, ours.key_with("*", role="EDITOR"))]
    member = f"members/{membership(ours, 'EDITOR')}/"
    group = owner("post", "groups/", name="Agency")[1]["id"]
    owner("post", f"groups/{group}/members/", members=[membership(ours, "EDITOR")])
    owner("post", "grants/", group=group, permissions=["COMMENT"], **on(made))
    assert [caller("put", tags, tags=["mug"])[0] for caller in callers] == [200, 200]
    assert owner("patch", member, role="VIEWER")[0] == 200
    assert [caller("put", tags, tags=["cup"])[0] for caller in callers] == [403, 403]
    assert [caller("get", tags.replace("tags/", ""))[0] for caller in callers] == [200, 200]
    assert owner("delete", member)[0] == 204
    assert [caller("get", tags.replace("tags/", ""))[0] for caller in callers] == [404, 404]
    with brand_scope(ours.brand):
        Membership.objects.create(brand=ours.brand, user=ours.editor, role=Role.VIEWER)
    assert Caller(ours, ours.editor)("get", "me/")[1]["rights"] == []


def test_a_key_gets_no_star_from_a_key_without_and_grants_count_within_its_scopes(
    ours: Tenant, owner: Caller, made: Generation
) -> None:
    everything = owner("get", "permissions/")[1]["capabilities"]
    role = owner("post", "roles/", name="Keeper", capabilities=["apikey.manage", "asset.view"])[1]["id"]
    owner("patch", f"members/{membership(ours, 'VIEWER')}/", custom_role=role)
    keeper = Caller(ours, ours.viewer)
    status, made_key = keeper("post", "api-keys/", name="all", scopes=["*"])
    assert status == 201
    assert keeper("post", "api-keys/", name="more", scopes=["asset.edit"])[0] == 400
    narrow = Caller(ours, ours.key_with(*everything[:5], "apikey.manage"))
    assert narrow("post", "api-keys/", name="all", scopes=["*"])[1]["errors"].keys() == {"scopes"}
    assert owner("post", "grants/", api_key=made_key["id"], permissions=["EDIT"], **on(made))[0] == 201
    client = client_for(SimpleNamespace(token=made_key["token"]))
    assert client.put(f"{ours.url}ai/generations/{made.pk}/tags/", {"tags": ["mug"]}, format="json").status_code == 200
    owner("delete", f"api-keys/{made_key['id']}/")
    assert client.put(f"{ours.url}ai/generations/{made.pk}/tags/", {"tags": []}, format="json").status_code == 401


def test_lists_cost_the_same_for_one_and_for_ten(ours: Tenant, owner: Caller, made: Generation) -> None:
    first = owner("post", "groups/", name="Everybody")[1]["id"]

    def fill(number: int) -> None:
        with brand_scope(ours.brand):
            person = make_user(f"{number}@people.example")
            joined = Membership.objects.create(brand=ours.brand, user=person, role=Role.VIEWER)
        owner("post", "roles/", name=f"Role {number}", capabilities=["asset.view"])
        owner("post", "groups/", name=f"Group {number}")
        owner("post", "grants/", member=str(joined.pk), permissions=["EDIT"], **on(made))
        owner("post", f"groups/{first}/members/", members=[str(joined.pk)])

    def costs() -> list[int]:
        found = []
        for path in ("roles/", "groups/", "grants/", f"groups/{first}/members/"):
            with CaptureQueriesContext(connection) as captured:
                assert owner("get", path)[0] == 200
            found.append(len(captured))
        return found

    fill(0)
    few = costs()
    for number in range(1, 10):
        fill(number)
    assert costs() == few
