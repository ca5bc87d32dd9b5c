"""Rights on single generations and collections: what guests and members with grants see and may do, and what nobody
sees of what is restricted."""

import hashlib
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ai_studio.models import Attempt, CollectionItem, Generation, GenerationInput, GenerationTag
from brands.choices import Permission, Role
from brands.models import CustomRole, Grant, Membership, Restriction
from brands.tenancy.scope import brand_scope
from tests import studio
from tests.factories import Tenant, client_for
from tests.guests import guest_of

GENERATION, COLLECTION = "AI_GENERATION", "COLLECTION"


@pytest.fixture
def made(ours: Tenant) -> Generation:
    return studio.finished(ours, prompt="a shown mug")


@pytest.fixture
def hidden(ours: Tenant, made: Generation) -> Generation:
    """Restricted: made from `made`, which is a variation of it in turn."""
    secret = studio.finished(ours, prompt="a secret jug")
    with brand_scope(ours.brand):
        Generation.objects.filter(pk=made.pk).update(parent=secret, parent_kind="VARIATION")
        child = studio.finished(ours, prompt="a secret jug", parent=made, parent_kind="VERSION", version=2)
        file = secret.artifacts.all()[0]
        GenerationInput.objects.create(brand=ours.brand, generation=made, artifact=file, position=0)
        GenerationTag.objects.create(brand=ours.brand, generation=secret, name="secret", number=1)
        for generation in (secret, child):
            restrict(ours, generation)
    return secret


def restrict(tenant: Tenant, generation: Generation) -> None:
    with brand_scope(tenant.brand):
        Restriction.objects.create(brand=tenant.brand, resource_type=GENERATION, resource_id=generation.pk)


def let(tenant: Tenant, who: str, code: str, row: Any, *permissions: str, **given: Any) -> None:
    with brand_scope(tenant.brand):
        member = Membership.objects.get(user=tenant.person(who))
        where = {"brand": tenant.brand, "resource_type": code, "resource_id": row.pk}
        Grant.objects.create(membership=member, permissions=list(permissions), **where, **given)


def nobody(tenant: Tenant, role: str = "VIEWER") -> None:
    """Take all rights in the brand from whoever has this role, but for being there."""
    with brand_scope(tenant.brand):
        none = CustomRole.objects.create(brand=tenant.brand, name="Nobody", capabilities=["brand.view"])
        Membership.objects.filter(user=tenant.person(role)).update(role="", custom_role=none)


def ask(client: Any, tenant: Tenant, path: str, method: str = "get", body: Any = None) -> Any:
    return getattr(client, method)(studio.url(tenant, path), body, **({"format": "json"} if method != "get" else {}))


def ids(answer: Any) -> list[str]:
    return [row["id"] for row in answer.json()["results"]]


def test_a_guest_sees_one_generation_and_nothing_of_how_it_was_made(ours: Tenant, made: Generation) -> None:
    other = studio.finished(ours, parent=made, parent_kind="VARIATION")
    collection = studio.collection(ours, made, other, visibility="BRAND")
    with brand_scope(ours.brand):
        GenerationTag.objects.create(brand=ours.brand, generation=made, name="reject", number=1)
        Attempt.objects.create(brand=ours.brand, generation=made, number=1, fence=1, started_at=made.created_at)
        file = made.artifacts.get(role="RESULT")
    client = guest_of(ours, GENERATION, made).client
    assert ids(ask(client, ours, "generations/")) == [str(made.pk)]
    detail = ask(client, ours, f"generations/{made.pk}/").json()
    assert (detail["prompt"], detail["user"], detail["cost_usd"], detail["estimated_cost_usd"]) == (
        "a shown mug", None, None, None,
    )  # fmt: skip
    assert (detail["tags"], detail["routing"], detail["variations"], detail["collections"]) == ([], {}, [], [])
    assert detail["result"]["url"] is None
    assert ask(client, ours, f"generations/{made.pk}/attempts/").json()["results"] == []
    assert ask(client, ours, f"generations/{other.pk}/").status_code == 404
    assert ask(client, ours, "tags/").json()["results"] == []
    assert ask(client, ours, f"artifacts/{file.pk}/download/").status_code == 403
    assert ask(client, ours, f"generations/?user={made.user_id}").status_code == 400
    assert ids(ask(client, ours, "collections/")) == []
    assert ask(client, ours, f"collections/{collection.pk}/").status_code == 404
    assert ask(client, ours, f"generations/{made.pk}/favourite/", "put").status_code == 403
    assert ask(client, ours, f"generations/{made.pk}/tags/", "put", {"tags": []}).status_code == 403
    assert ask(client, ours, f"generations/{made.pk}/variations/", "post", {"count": 1}).status_code == 403
    assert ask(client, ours, "generations/", "post", {"type": "IMAGE_2D", "prompt": "a mug"}).status_code == 403
    for path in ("models/", "queue/", "costs/", "ledger/", "prompt-templates/"):
        assert ask(client, ours, path).status_code == 403, path


def test_a_link_to_a_collection_shows_what_it_holds_with_download_as_allowed(ours: Tenant, made: Generation) -> None:
    collection = studio.collection(ours, made, owner=ours.owner)
    client = guest_of(ours, COLLECTION, collection, Permission.VIEW, Permission.DOWNLOAD).client
    shown = ask(client, ours, f"collections/{collection.pk}/").json()
    assert (shown["items_count"], shown["owner"]) == (1, None)
    item = ask(client, ours, f"collections/{collection.pk}/items/").json()["results"][0]
    assert item["generation"]["thumbnail"]["url"]
    restrict(ours, made)
    assert ask(client, ours, f"collections/{collection.pk}/items/").json()["results"] == []
    assert ask(client, ours, f"collections/{collection.pk}/").json()["items_count"] == 0


def test_an_ended_link_or_session_opens_nothing(ours: Tenant, made: Generation) -> None:
    guest = guest_of(ours, GENERATION, made)
    assert ask(guest.client, ours, "generations/").status_code == 200
    with brand_scope(ours.brand):
        guest.link.revoked_at = made.created_at
        guest.link.save()
    assert ask(guest.client, ours, "generations/").status_code == 401


def test_a_private_collection_is_seen_by_whom_its_owner_lets_in(ours: Tenant, made: Generation) -> None:
    collection = studio.collection(ours, made)  # the editor's
    owner, viewer = client_for(ours.owner), client_for(ours.viewer)
    assert [ids(ask(client, ours, "collections/")) for client in (owner, viewer)] == [[], []]
    let(ours, "VIEWER", COLLECTION, collection, Permission.VIEW)
    assert [ids(ask(client, ours, "collections/")) for client in (owner, viewer)] == [[], [str(collection.pk)]]
    assert ask(viewer, ours, f"collections/{collection.pk}/", "patch", {"name": "Mine"}).status_code == 403
    let(ours, "VIEWER", COLLECTION, collection, Permission.EDIT)
    assert ask(viewer, ours, f"collections/{collection.pk}/", "patch", {"name": "Mine"}).status_code == 200
    assert ask(viewer, ours, f"collections/{collection.pk}/", "delete").status_code == 403
    let(ours, "VIEWER", COLLECTION, collection, Permission.DELETE)
    assert ask(viewer, ours, f"collections/{collection.pk}/", "delete").status_code == 204
    with brand_scope(ours.brand):
        assert not Grant.objects.exists()


def test_nobody_gets_rights_on_a_generation_by_putting_it_into_their_collection(ours: Tenant, made: Generation) -> None:
    collection = studio.collection(ours, visibility="BRAND")
    let(ours, "VIEWER", COLLECTION, collection, Permission.EDIT)
    viewer, editor = client_for(ours.viewer), client_for(ours.editor)
    body = {"generations": [str(made.pk)]}
    assert ask(viewer, ours, f"collections/{collection.pk}/items/", "post", body).status_code == 403
    assert ask(editor, ours, f"collections/{collection.pk}/items/", "post", body).json() == {"added": 1}
    assert ask(viewer, ours, f"generations/{made.pk}/tags/", "put", {"tags": ["mug"]}).status_code == 200


def test_a_member_with_a_grant_and_no_role_may_do_on_one_what_it_gives(ours: Tenant, made: Generation) -> None:
    nobody(ours)
    client = client_for(ours.viewer)
    assert ask(client, ours, "generations/").status_code == 403
    let(ours, "VIEWER", GENERATION, made, Permission.VIEW, Permission.DOWNLOAD)
    other = studio.finished(ours)
    assert ids(ask(client, ours, "generations/")) == [str(made.pk)]
    with brand_scope(ours.brand):
        file, foreign = made.artifacts.get(role="RESULT"), other.artifacts.get(role="RESULT")
    assert ask(client, ours, f"artifacts/{file.pk}/").json()["url"]
    assert b"".join(ask(client, ours, f"artifacts/{file.pk}/download/").streaming_content) == studio.PNG
    assert ask(client, ours, f"artifacts/{file.pk}/verify/").json()["state"] == "INTACT"
    assert ask(client, ours, f"artifacts/{foreign.pk}/download/").status_code == 404
    assert ask(client, ours, f"generations/{made.pk}/favourite/", "put").status_code == 204
    assert ask(client, ours, f"generations/{made.pk}/tags/", "put", {"tags": []}).status_code == 403
    assert ask(client, ours, "costs/").status_code == 403
    waiting = studio.generation(ours)
    let(ours, "VIEWER", GENERATION, waiting, role=Role.EDITOR)
    assert ask(client, ours, f"generations/{made.pk}/cancel/", "post").status_code == 404
    assert ask(client, ours, f"generations/{waiting.pk}/variations/", "post", {"count": 1}).status_code == 403


def test_what_is_restricted_shows_nowhere(ours: Tenant, made: Generation, hidden: Generation) -> None:
    with brand_scope(ours.brand):
        file = hidden.artifacts.get(role="RESULT")
    collection = studio.collection(ours, made, hidden, visibility="BRAND")
    viewer, owner = client_for(ours.viewer), client_for(ours.owner)
    digest = {"sha256": hashlib.sha256(studio.PNG).hexdigest()}
    with brand_scope(ours.brand):
        made.artifacts.all().delete()
    shown = [
        ask(viewer, ours, path)
        for path in (
            "generations/", f"generations/{made.pk}/", f"generations/{made.pk}/tree/", "generations/?search=secret",
            f"generations/{made.pk}/versions/", "tags/", "generations/?tag=secret", "collections/",
            f"collections/{collection.pk}/items/", f"collections/?generation={made.pk}",
        )
    ]  # fmt: skip
    shown.append(ask(viewer, ours, "verify/", "post", digest))
    for answer in shown:
        assert answer.status_code == 200
        text = answer.content.decode()
        assert not [said for said in ("secret", str(hidden.pk), str(file.pk)) if said in text], answer.request
    assert (shown[1].json()["parent"], shown[1].json()["inputs"]) == (None, [])
    assert shown[7].json()["results"][0]["items_count"] == 1
    for path in (
        f"generations/{hidden.pk}/", f"artifacts/{file.pk}/", f"artifacts/{file.pk}/download/",
        f"generations/?parent={hidden.pk}", f"collections/?generation={hidden.pk}", f"ledger/?generation={hidden.pk}",
    ):  # fmt: skip
        assert ask(client_for(ours.editor), ours, path).status_code in (400, 404), path
    item = f"collections/{collection.pk}/items/{hidden.pk}/"
    assert ask(client_for(ours.editor), ours, item, "delete").status_code == 404
    assert ask(client_for(ours.editor), ours, item, "patch", {"before": str(made.pk)}).status_code == 404
    assert ask(owner, ours, f"generations/{made.pk}/").json()["parent"] == str(hidden.pk)


def test_what_is_made_from_restricted_work_is_restricted_for_the_same_people(ours: Tenant, made: Generation) -> None:
    restrict(ours, made)
    let(ours, "EDITOR", GENERATION, made, role=Role.EDITOR)
    answer = ask(client_for(ours.editor), ours, f"generations/{made.pk}/variations/", "post", {"count": 2})
    assert answer.status_code == 202
    for item in answer.json()["items"]:
        assert ask(client_for(ours.editor), ours, f"generations/{item['id']}/").status_code == 200
        assert ask(client_for(ours.viewer), ours, f"generations/{item['id']}/").status_code == 404


@pytest.mark.parametrize("who", ["guest", "viewer", "granted"])
def test_lists_cost_guests_and_brands_with_restrictions_the_same_for_one_and_for_twenty(ours: Tenant, who: str) -> None:
    collection = studio.collection(ours, visibility="BRAND")
    restrict(ours, studio.finished(ours))
    guest = guest_of(ours, COLLECTION, collection, Permission.VIEW, Permission.DOWNLOAD)
    if who == "granted":
        nobody(ours)
        let(ours, "VIEWER", COLLECTION, collection, Permission.VIEW, Permission.DOWNLOAD)
    client = guest.client if who == "guest" else client_for(ours.viewer)

    def fill(count: int) -> Generation:
        with brand_scope(ours.brand):
            for _ in range(count):
                last = studio.finished(ours, parent=root, parent_kind="VARIATION")
                GenerationTag.objects.create(brand=ours.brand, generation=last, name="mug", number=1)
                CollectionItem.objects.create(brand=ours.brand, collection=collection, generation=last)
        return last

    def costs() -> list[int]:
        found = []
        for path in ("generations/", f"generations/{shown.pk}/", f"generations/{shown.pk}/tree/", "collections/",
                     f"collections/{collection.pk}/items/", "tags/"):  # fmt: skip
            with CaptureQueriesContext(connection) as captured:
                answer = ask(client, ours, path)
            assert answer.status_code == 200
            found.append(len(captured))
        return found

    root = studio.finished(ours)
    shown = fill(1)
    costs()
    few = costs()
    fill(19)
    assert costs() == few


def test_a_right_on_a_report_shows_its_answer_and_not_what_else_it_could_ask(ours: Tenant) -> None:
    editor, reports = client_for(ours.editor), ours.url + "analytics/reports/"
    report = editor.post(reports, {"name": "Cohorts", "kind": "COHORTS"}, format="json").json()
    editor.post(reports, {"name": "Another", "kind": "COHORTS"}, format="json")
    row = type("Row", (), {"pk": report["id"]})
    guest = guest_of(ours, "ANALYTICS_REPORT", row).client
    assert ids(guest.get(reports)) == [report["id"]]
    assert guest.get(f"{reports}{report['id']}/").json()["created_by"] is None
    assert guest.get(f"{reports}{report['id']}/result/").status_code == 200
    assert guest.get(ours.url + "analytics/cohorts/").status_code == 403
    let(ours, "VIEWER", "ANALYTICS_REPORT", row, Permission.VIEW, Permission.EDIT)
    viewer = client_for(ours.viewer)
    assert viewer.patch(f"{reports}{report['id']}/", {"name": "Mine"}, format="json").status_code == 200
    asked = {"parameters": {"from": "2026-01-01"}}
    assert viewer.patch(f"{reports}{report['id']}/", asked, format="json").status_code == 403
    assert viewer.delete(f"{reports}{report['id']}/").status_code == 204
