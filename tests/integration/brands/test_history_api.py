"""The audit trail and the log of domain events, as managers read them."""

from datetime import timedelta

import pytest
from django.utils import timezone

from brands import audit, events
from brands.models import AuditEntry
from brands.tenancy.scope import brand_scope
from tests.factories import Tenant, client_for


@pytest.mark.parametrize("route", ["audit/", "audit/export/", "domain-events/"])
@pytest.mark.parametrize("role", ["editor", "reviewer", "analyst", "viewer"])
def test_history_is_for_managers(route: str, role: str, ours: Tenant) -> None:
    assert client_for(ours.person(role)).get(ours.url + route).status_code == 403
    assert client_for(ours.admin).get(ours.url + route).status_code == 200


def test_an_entry_says_who_did_what_from_where(ours: Tenant) -> None:
    client_for(ours.admin).patch(ours.url, {"name": "New"}, REMOTE_ADDR="203.0.113.9", HTTP_X_REQUEST_ID="my-id")
    entry = client_for(ours.admin).get(f"{ours.url}audit/?action=brand.updated").json()["results"][0]
    assert (entry["actor_kind"], entry["actor_label"]) == ("USER", "admin@ours.example")
    assert (entry["object_type"], entry["object_id"]) == ("brands.Brand", str(ours.id))
    assert (entry["ip"], entry["request_id"]) == ("203.0.113.9", "my-id")


def test_the_trail_can_be_narrowed_by_actor_object_and_time(ours: Tenant) -> None:
    with brand_scope(ours.brand):
        audit.record(actor=ours.actor("EDITOR"), action="asset.deleted", obj=ours.brand)
        AuditEntry.objects.all()
    client = client_for(ours.owner)

    def count(**query: object) -> int:
        return len(client.get(f"{ours.url}audit/", query).json()["results"])

    assert count() == 2  # the fixture's key is the other
    assert count(actor_id=str(ours.editor.pk)) == 1
    assert count(object_type="brands.ApiKey") == 1
    assert count(since=(timezone.now() + timedelta(hours=1)).isoformat()) == 0
    assert count(until=(timezone.now() + timedelta(hours=1)).isoformat()) == 2


def test_the_trail_is_read_page_by_page(ours: Tenant, theirs: Tenant) -> None:
    with brand_scope(ours.brand):
        for n in range(6):
            audit.record(actor=ours.actor(), action=f"step.{n}", obj=ours.brand)
    client, url, seen = client_for(ours.owner), f"{ours.url}audit/?limit=3", []
    while url:
        page = client.get(url).json()
        seen += [entry["action"] for entry in page["results"]]
        url = page["next"]
    assert seen == [f"step.{n}" for n in reversed(range(6))] + ["apikey.issued"]


def test_the_log_is_followed_by_its_last_number(ours: Tenant, theirs: Tenant) -> None:
    for tenant in (ours, theirs):
        with brand_scope(tenant.brand):
            for n in range(5):
                events.append(brand_id=tenant.id, type="thing.done", payload={"n": n})
    client, after, seen = client_for(ours.owner), 0, []
    while page := client.get(f"{ours.url}domain-events/?limit=2&after_seq={after}").json()["results"]:
        seen += page
        after = page[-1]["seq"]
    assert [event["seq"] for event in seen] == [1, 2, 3, 4, 5]
    assert [event["payload"] for event in seen] == [{"n": n} for n in range(5)]
    assert client.get(f"{ours.url}domain-events/?after_seq={after}").json() == {"results": [], "last_seq": 5}


@pytest.mark.parametrize("after_seq", ["-1", "x", "1.5", str(2**63), ""])
def test_a_number_that_is_none_names_its_parameter(after_seq: str, ours: Tenant) -> None:
    answer = client_for(ours.owner).get(f"{ours.url}domain-events/?after_seq={after_seq}")
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["after_seq"])


def test_me_is_the_person_and_the_key(ours: Tenant) -> None:
    me = client_for(ours.editor).get("/api/v1/me/").json()
    assert (me["kind"], me["email"], me["mfa_enabled"], me["api_key_id"]) == (
        "USER",
        "editor@ours.example",
        False,
        None,
    )
    me = client_for(ours.key).get("/api/v1/me/").json()
    assert (me["kind"], me["api_key_id"], me["scopes"]) == ("API_KEY", str(ours.key.key.pk), ["*"])


def test_a_person_changes_their_name_and_a_key_does_not(ours: Tenant) -> None:
    assert client_for(ours.editor).patch("/api/v1/me/", {"name": "Edda"}).json()["name"] == "Edda"
    assert client_for(ours.key).patch("/api/v1/me/", {"name": "Edda"}).status_code == 403
    assert client_for(ours.editor).patch("/api/v1/me/", {"is_staff": True}).status_code == 400


def test_the_resource_types_are_listed(ours: Tenant) -> None:
    found = client_for(ours.viewer).get(f"{ours.url}resource-types/").json()["results"]
    shown = {"view_capability": "asset.view", "share_capabilities": ["asset.share"]}
    assert {"code": "AI_GENERATION", "label": "Generation", **shown} in found
