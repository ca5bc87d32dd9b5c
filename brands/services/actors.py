"""From a credential to an actor, with the rights it has at this moment."""

from collections.abc import Iterable
from dataclasses import replace
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Now

from brands.choices import ActorKind
from brands.errors import NotFound
from brands.models import Grant, GroupMember, Membership, Restriction, ShareLink, User
from brands.permissions import Actor, ResourceRights, scoped
from brands.services.api_keys import Credential
from brands.services.giving import within
from brands.services.guests import GuestCredential


def for_user(*, brand_id: UUID, user: User) -> Actor:
    """Must run in the brand's scope. NotFound for whoever is not a member: the brand does not exist to them."""
    return _member(brand_id, user, _members().filter(user=user).first())


def for_membership(*, brand_id: UUID, membership_id: UUID) -> Actor:
    """The same, by the membership."""
    found = _members().select_related("custom_role", "user").filter(pk=membership_id).first()
    return _member(brand_id, None if found is None else found.user, found)


def for_key(*, brand_id: UUID, credential: Credential) -> Actor:
    """The key's scopes ∩ the present rights of the person who made it; and what was granted to the key itself, within
    its scopes as well."""
    if credential.brand_id != brand_id:
        raise NotFound()
    own = Grant.objects.filter(api_key=credential.key_id)
    membership = _members().annotate(key_granted=Exists(own)).filter(user=credential.user).first()
    actor = _member(brand_id, credential.user, membership)
    if membership and membership.key_granted:
        actor = with_grants(actor, own)
    return replace(
        actor,
        kind=ActorKind.API_KEY,
        id=str(credential.key_id),
        label=credential.name,
        scopes=credential.scopes,
        capabilities=scoped(actor.capabilities, credential.scopes),
        rights=tuple(replace(held, capabilities=scoped(held.capabilities, credential.scopes)) for held in actor.rights),
    )


def for_guest(*, brand_id: UUID, credential: GuestCredential) -> Actor:
    """What the link allows and its maker could still give, and nothing of the brand beside it. NotFound when the
    maker has left: a link is worth what stands behind it now, as an API key is."""
    if credential.brand_id != brand_id:
        raise NotFound()
    maker = _maker_of(brand_id, credential.link_id)
    actor = Actor(
        ActorKind.GUEST,
        str(credential.session_id),
        credential.name or "Guest",
        brand_id,
        frozenset(),
        restrictions=True,
        link_id=credential.link_id,
    )
    return within(with_grants(actor, Grant.objects.filter(share_link=credential.link_id)), maker=maker)


def grants_of_member(membership: UUID) -> "QuerySet[Grant]":
    """Their own, and their groups'."""
    return Grant.objects.filter(Q(membership=membership) | Q(group__members__membership=membership))


def with_grants(actor: Actor, grants: "QuerySet[Grant]") -> Actor:
    """The actor with what those of these grants add that have not expired. Time is the database's."""
    live: Iterable[Grant] = grants.select_related("custom_role").filter(Q(expires_at=None) | Q(expires_at__gt=Now()))
    everywhere, rights = actor.capabilities, list(actor.rights)
    for grant in live:
        if grant.resource_id is None:
            everywhere |= grant.capabilities
        else:
            rights.append(ResourceRights(grant.resource_type, grant.resource_id, grant.capabilities))
    return replace(actor, capabilities=everywhere, rights=tuple(rights))


def _maker_of(brand_id: UUID, link_id: UUID) -> Actor:
    link = ShareLink.objects.select_related("created_by").filter(pk=link_id, created_by__is_active=True).first()
    if link is None:
        raise NotFound()
    return for_user(brand_id=brand_id, user=link.created_by)


def _member(brand_id: UUID, user: User | None, membership: Membership | None) -> Actor:
    if user is None or membership is None:
        raise NotFound()
    actor = Actor(
        ActorKind.USER,
        str(user.pk),
        user.email,
        brand_id,
        membership.capabilities,
        user.pk,
        membership.role_name,
        membership.pk,
        restrictions=membership.restrictions,  # type: ignore[attr-defined]  # annotated
    )
    asked = membership.granted or membership.grouped  # type: ignore[attr-defined]
    return with_grants(actor, grants_of_member(membership.pk)) if asked else actor


def _members() -> "QuerySet[Membership]":
    """With what tells whether anything else must be asked: most people have no grants, most brands no restrictions.
    Two simple questions: one with a join would take PostgreSQL longer to plan than all the rest of the statement."""
    mine = {"membership": OuterRef("pk")}
    return Membership.objects.select_related("custom_role").annotate(
        restrictions=Exists(Restriction.objects.all()),
        granted=Exists(Grant.objects.filter(**mine)),
        grouped=Exists(GroupMember.objects.filter(**mine)),
    )
