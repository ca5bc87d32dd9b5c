"""Rights on single resources: grants, what holds what, and restriction."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from ai_studio.choices import ArtifactRole
from ai_studio.models import Artifact, Generation
from brands.choices import Permission, Role
from brands.models import CustomRole, Grant, Group, GroupMember, GuestSession, Membership, Restriction, ShareLink
from brands.permissions import Actor, can, visible
from brands.services import actors, guests
from brands.tenancy.scope import brand_scope
from tests import studio
from tests.factories import Tenant


def grant(tenant: Tenant, *, on: Any = None, **facts: Any) -> Grant:
    kind = {Generation: "AI_GENERATION"}.get(type(on), "COLLECTION") if on is not None else ""
    return Grant.objects.create(
        brand=tenant.brand, resource_type=kind, resource_id=on.pk if on is not None else None, **facts
    )


def member(tenant: Tenant, role: str) -> Membership:
    return Membership.objects.get(user=tenant.person(role))


def seen(actor: Actor, capability: str, model: Any = Generation) -> set[Any]:
    """What visible() shows; can() must say the same of each row."""
    rows = model.objects.all()
    allowed = {row.pk for row in rows if can(actor, capability, row)}
    assert set(visible(actor, capability, rows).values_list("pk", flat=True)) == allowed
    return allowed


@pytest.fixture
def two(ours: Tenant) -> tuple[Generation, Generation]:
    with brand_scope(ours.brand):
        return studio.generation(ours), studio.generation(ours)


def test_a_grant_on_one_resource_counts_there_and_nowhere_else(ours: Tenant, two: tuple[Generation, ...]) -> None:
    with brand_scope(ours.brand):
        assert seen(ours.actor("VIEWER"), "asset.comment") == set()
        grant(ours, on=two[0], membership=member(ours, "VIEWER"), permissions=[Permission.COMMENT])
        assert seen(ours.actor("VIEWER"), "asset.comment") == {two[0].pk}
        assert not can(ours.actor("VIEWER"), "asset.comment", ours.brand)


def test_a_groups_grant_on_a_collection_reaches_what_it_holds(ours: Tenant, two: tuple[Generation, ...]) -> None:
    with brand_scope(ours.brand):
        collection = studio.collection(ours, two[0])
        group = Group.objects.create(brand=ours.brand, name="Agency")
        joined = GroupMember.objects.create(brand=ours.brand, group=group, membership=member(ours, "VIEWER"))
        grant(ours, on=collection, group=group, role=Role.EDITOR)
        assert seen(ours.actor("VIEWER"), "asset.edit") == {two[0].pk}
        Restriction.objects.create(brand=ours.brand, resource_type="AI_GENERATION", resource_id=two[0].pk)
        assert seen(ours.actor("VIEWER"), "asset.edit") == set()
        Restriction.objects.all().delete()
        joined.delete()
        assert seen(ours.actor("VIEWER"), "asset.edit") == set()


def test_a_restricted_resource_is_seen_by_its_own_grants_and_by_who_manages_members(
    ours: Tenant, two: tuple[Generation, ...]
) -> None:
    with brand_scope(ours.brand):
        artifact = studio.artifact(two[0], role=ArtifactRole.RESULT, name="a.png")
        Restriction.objects.create(brand=ours.brand, resource_type="AI_GENERATION", resource_id=two[0].pk)
        assert seen(ours.actor("EDITOR"), "asset.view") == {two[1].pk}
        assert seen(ours.actor("EDITOR"), "asset.view", Artifact) == set()
        assert seen(ours.actor("ADMIN"), "asset.view") == {two[0].pk, two[1].pk}
        grant(ours, on=two[0], membership=member(ours, "EDITOR"), permissions=[Permission.VIEW])
        assert seen(ours.actor("EDITOR"), "asset.view", Artifact) == {artifact.pk}
        assert seen(ours.actor("EDITOR"), "asset.edit") == {two[1].pk}


def test_a_grant_ends_when_it_expires_and_one_on_the_brand_counts_everywhere(
    ours: Tenant, two: tuple[Generation, ...]
) -> None:
    with brand_scope(ours.brand):
        role = CustomRole.objects.create(brand=ours.brand, name="Retoucher", capabilities=["asset.edit", "no.longer"])
        held = grant(ours, membership=member(ours, "VIEWER"), custom_role=role)
        assert seen(ours.actor("VIEWER"), "asset.edit") == {row.pk for row in two}
        Grant.objects.filter(pk=held.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
        assert seen(ours.actor("VIEWER"), "asset.edit") == set()


def test_a_guest_sees_what_the_link_shows_and_nothing_of_the_brand(ours: Tenant, two: tuple[Generation, ...]) -> None:
    now = timezone.now()
    token = guests.new_token()
    with brand_scope(ours.brand):
        link = ShareLink.objects.create(
            brand=ours.brand,
            resource_type="AI_GENERATION",
            resource_id=two[0].pk,
            token_sha256="0" * 64,
            starts_at=now - timedelta(hours=1),
            expires_at=now + timedelta(hours=1),
            created_by=ours.owner,
        )
        grant(ours, on=two[0], share_link=link, permissions=[Permission.VIEW])
        GuestSession.objects.create(
            brand=ours.brand, link=link, token_sha256=guests.digest(token), expires_at=now + timedelta(hours=1)
        )
    credential = guests.authenticate(token)
    assert credential is not None
    with brand_scope(ours.brand):
        actor = actors.for_guest(brand_id=ours.id, credential=credential)
        assert seen(actor, "asset.view") == {two[0].pk}
        assert seen(actor, "asset.download") == set()
        assert actor.capabilities == frozenset()
        ShareLink.objects.update(revoked_at=now)
    assert guests.authenticate(token) is None


@pytest.mark.parametrize(
    "facts",
    [
        {"permissions": ["VIEW"]},
        {"membership": True, "api_key": True, "permissions": ["VIEW"]},
        {"membership": True},
        {"membership": True, "permissions": ["FLY"]},
        {"membership": True, "permissions": ["VIEW"], "role": "VIEWER"},
        {"membership": True, "permissions": ["VIEW"], "resource_type": "AI_GENERATION"},
    ],
)
def test_the_database_refuses_a_grant_that_is_not_whole(ours: Tenant, facts: dict[str, Any]) -> None:
    with brand_scope(ours.brand):
        holders = {"membership": member(ours, "VIEWER"), "api_key": ours.key.key}
        facts = {name: holders.get(name, value) for name, value in facts.items()}
        with pytest.raises(IntegrityError), transaction.atomic():
            Grant.objects.create(brand=ours.brand, **facts)
