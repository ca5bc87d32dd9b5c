"""Shares with members and groups over REST."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from brands.models import AuditEntry, DomainEvent, Grant, Group, GroupMember, Membership
from brands.tenancy.scope import brand_scope
from collaboration.models import ShareMessage
from tests import studio
from tests.factories import Tenant, client_for


def url(tenant: Tenant, path: str = "") -> str:
    return f"{tenant.url}collaboration/shares/{path}"


def member(tenant: Tenant, role: str) -> str:
    with brand_scope(tenant.brand):
        return str(Membership.objects.get(user=tenant.person(role)).pk)


def body(shared: Any, tenant: Tenant, **facts: Any) -> dict[str, Any]:
    about = {"resource_type": "AI_GENERATION", "resource_id": str(shared.pk)}
    return about | {"member": member(tenant, "VIEWER"), "permissions": ["COMMENT"]} | facts


@pytest.fixture
def shared(ours: Tenant) -> Any:
    return studio.generation(ours)


def test_a_share_gives_a_right_until_it_ends_and_both_are_told(ours: Tenant, shared: Any) -> None:
    editor, viewer = client_for(ours.editor), client_for(ours.viewer)
    made = editor.post(url(ours), body(shared, ours, message="Have a look"))
    assert made.status_code == 201, made.json()
    assert made.json()["permissions"] == ["VIEW", "COMMENT"]
    assert made.json()["message"] == "Have a look"
    mine = viewer.get(url(ours), {"whose": "with_me"}).json()["results"]
    assert [(row["id"], row["title"]) for row in mine] == [(made.json()["id"], "a red mug")]
    assert editor.get(url(ours), {"whose": "by_me"}).json()["results"] == mine
    with brand_scope(ours.brand):
        assert "asset.comment" in ours.actor("VIEWER").rights[0].capabilities
    one = url(ours, f"{made.json()['id']}/")
    changed = editor.patch(one, {"permissions": ["COMMENT", "DOWNLOAD"]})
    assert changed.json()["permissions"] == ["VIEW", "COMMENT", "DOWNLOAD"]
    assert editor.delete(one).status_code == 204
    assert editor.delete(one).status_code == 404
    with brand_scope(ours.brand):
        assert ours.actor("VIEWER").rights == ()
        told = DomainEvent.objects.filter(type__startswith="share.")
        assert [event.type for event in told] == ["share.made", "share.changed", "share.ended"]
        assert told[0].payload["to_user"] == ours.viewer.pk
        assert "Have a look" not in str([event.payload for event in told])
        assert AuditEntry.objects.filter(action__startswith="share.").count() == 3


def test_a_group_is_shared_with_as_one(ours: Tenant, shared: Any) -> None:
    with brand_scope(ours.brand):
        group = Group.objects.create(brand=ours.brand, name="Agency")
        GroupMember.objects.create(brand=ours.brand, group=group, membership_id=member(ours, "VIEWER"))
    facts = body(shared, ours, group=str(group.pk), message="Hello")
    del facts["member"]
    made = client_for(ours.owner).post(url(ours), facts)
    assert made.status_code == 201, made.json()
    assert made.json()["shared_with"]["name"] == "Agency"
    assert len(client_for(ours.viewer).get(url(ours), {"whose": "with_me"}).json()["results"]) == 1
    with brand_scope(ours.brand):
        Group.objects.all().delete()
        assert not ShareMessage.objects.exists()


def test_what_may_not_be_shared_is_refused_and_the_field_is_named(
    ours: Tenant, theirs: Tenant, shared: Any, subtests: pytest.Subtests
) -> None:
    editor = client_for(ours.editor)
    foreign = studio.generation(theirs)
    assert editor.post(url(ours), body(shared, ours)).status_code == 201
    for field, facts in (
        ("member", {"member": member(ours, "EDITOR")}),
        ("member", {"member": member(theirs, "VIEWER")}),
        ("member", {"group": str(shared.pk)}),
        ("resource_id", {"resource_id": str(foreign.pk)}),
        ("resource_type", {"resource_type": "BRAND"}),
        ("permissions", {"permissions": ["FLY"]}),
        ("expires_at", {"expires_at": "2020-01-01T00:00:00Z"}),
        ("message", {"message": "x" * 1001}),
    ):
        with subtests.test(field=field, **facts):
            wanted = body(shared, ours, **{"member": member(ours, "ANALYST")} | facts)
            refused = editor.post(url(ours), wanted)
            assert refused.status_code == 400
            assert any(name.startswith(field) for name in refused.json()["errors"]), refused.json()
    again = editor.post(url(ours), body(shared, ours))
    assert (again.status_code, again.json()["code"]) == (409, "shared_already")
    assert client_for(ours.viewer).post(url(ours), body(shared, ours)).status_code == 403
    assert client_for(ours.viewer).delete(url(ours, f"{again.json()['share']}/")).status_code == 403
    assert client_for(theirs.owner).post(url(ours), body(shared, ours)).status_code == 404
    assert editor.get(url(ours)).status_code == 400
    assert client_for(ours.viewer).get(url(ours), body(shared, ours) | {}).status_code == 400


def test_nobody_gives_more_than_they_have_or_for_longer(ours: Tenant, shared: Any) -> None:
    """Someone who was made an editor of one thing until tomorrow."""
    tomorrow = timezone.now() + timedelta(days=1)
    with brand_scope(ours.brand):
        about = {"resource_type": "AI_GENERATION", "resource_id": shared.pk}
        Grant.objects.create(
            brand=ours.brand, membership_id=member(ours, "REVIEWER"), role="EDITOR", expires_at=tomorrow, **about
        )
    reviewer = client_for(ours.reviewer)
    for_ever = reviewer.post(url(ours), body(shared, ours, permissions=["EDIT"]))
    assert (for_ever.status_code, list(for_ever.json()["errors"])) == (400, ["expires_at"])
    soon = (timezone.now() + timedelta(hours=1)).isoformat()
    assert reviewer.post(url(ours), body(shared, ours, permissions=["EDIT"], expires_at=soon)).status_code == 201
    other = studio.generation(ours)
    assert reviewer.post(url(ours), body(other, ours)).status_code == 403
    report = {"resource_type": "ANALYTICS_REPORT"}
    assert list(client_for(ours.editor).post(url(ours), body(shared, ours, **report)).json()["errors"]) == [
        "resource_id"
    ]


def test_shares_are_listed_with_a_constant_number_of_queries(
    ours: Tenant, django_assert_num_queries: Any, django_assert_max_num_queries: Any
) -> None:
    editor = client_for(ours.editor)

    def count() -> int:
        with django_assert_max_num_queries(40) as asked:
            assert editor.get(url(ours), {"whose": "by_me"}).status_code == 200
        return len(asked)

    editor.post(url(ours), body(studio.generation(ours), ours, message="one"))
    count()
    once = count()
    for _ in range(4):
        editor.post(url(ours), body(studio.generation(ours), ours, message="more"))
    assert count() == once


def test_a_share_has_one_message_that_says_something(ours: Tenant, shared: Any) -> None:
    with brand_scope(ours.brand):
        about = {"resource_type": "AI_GENERATION", "resource_id": shared.pk, "permissions": ["VIEW"]}
        grant = Grant.objects.create(brand=ours.brand, membership_id=member(ours, "VIEWER"), **about)
        ShareMessage.objects.create(brand=ours.brand, grant=grant, text="Hello")
        for text in ("", "Again"):
            with pytest.raises(IntegrityError), transaction.atomic():
                ShareMessage.objects.create(brand=ours.brand, grant=grant, text=text)
