"""Who may do what, worked out from the rows alone, as the words of the contract say it: slowly, and apart from the code
that is tested."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils import timezone

from ai_studio.models import Collection, CollectionItem
from brands.models import ApiKey, Grant, GroupMember, GuestSession, Membership, Restriction
from brands.permissions import CAPABILITIES, PERMISSION_CAPABILITIES, RESOURCE_CAPABILITIES, ROLE_CAPABILITIES

Thing = tuple[str, UUID]  # a resource
BRAND: Thing = ("", UUID(int=0))
# By principal: "member <id>", "key <id>", "guest <link id>". By thing: the capabilities.
Rights = dict[str, dict[Thing, frozenset[str]]]


@dataclass(frozen=True)
class Claims:
    """What somebody holds: in the whole brand, and on things."""

    user_id: int | None
    everywhere: frozenset[str]
    on: Mapping[Thing, frozenset[str]]

    def within(self, scopes: Iterable[str]) -> "Claims":
        allowed = CAPABILITIES if "*" in scopes else frozenset(scopes)
        return Claims(
            self.user_id, self.everywhere & allowed, {thing: held & allowed for thing, held in self.on.items()}
        )


def rights(things: Iterable[Thing]) -> Rights:
    """Of everybody in the brand in scope."""
    now = timezone.now()
    world = _World(now)
    return {
        name: {BRAND: claims.everywhere} | {thing: world.on(claims, thing) for thing in things}
        for name, claims in world.principals()
    }


class _World:
    def __init__(self, now: datetime) -> None:
        self.now = now
        self.grants = [grant for grant in Grant.objects.select_related("custom_role") if self._lasts(grant.expires_at)]
        self.restricted = set(Restriction.objects.values_list("resource_type", "resource_id"))
        self.private = dict(Collection.objects.filter(visibility="PRIVATE").values_list("id", "owner_id"))
        self.groups = list(GroupMember.objects.values_list("group_id", "membership_id"))
        self.holders: dict[UUID, set[UUID]] = {}
        for collection, generation in CollectionItem.objects.values_list("collection_id", "generation_id"):
            self.holders.setdefault(generation, set()).add(collection)

    def principals(self) -> Iterable[tuple[str, Claims]]:
        keys = [key for key in ApiKey.objects.filter(revoked_at=None) if self._lasts(key.expires_at)]
        for membership in Membership.objects.select_related("custom_role"):
            claims = self._member(membership)
            yield f"member {membership.pk}", claims
            for key in (key for key in keys if key.created_by_id == membership.user_id):
                lent = self._with(claims, [grant for grant in self.grants if grant.api_key_id == key.pk])
                yield f"key {key.pk}", lent.within(key.scopes)
        for session in GuestSession.objects.select_related("link"):
            if session.link.is_live(at=self.now) and session.expires_at > self.now:
                nothing = Claims(None, frozenset(), {})
                shown = [grant for grant in self.grants if grant.share_link_id == session.link_id]
                yield f"guest {session.link_id}", self._with(nothing, shown)

    def on(self, claims: Claims, thing: Thing) -> frozenset[str]:
        kind, pk = thing
        itself = claims.on.get(thing, frozenset())
        kept_from = kind == "COLLECTION" and self.private.get(pk, claims.user_id) != claims.user_id
        above = "member.manage" in claims.everywhere
        inherited = frozenset() if kept_from else claims.everywhere
        if kind == "AI_GENERATION":
            for collection in self.holders.get(pk, ()):
                inherited |= claims.on.get(("COLLECTION", collection), frozenset())
        if thing in self.restricted:
            inherited = inherited & claims.everywhere if above else frozenset()
        return itself | inherited

    def _member(self, membership: Membership) -> tuple[UUID, Claims]:
        role, groups = (
            membership.role,
            set(GroupMember.objects.filter(membership=membership).values_list("group_id", flat=True)),
        )
        given = ROLE_CAPABILITIES[role] if role else CAPABILITIES & set(membership.custom_role.capabilities)
        own = [each for each in self.grants if each.membership_id == membership.pk or each.group_id in groups]
        return self._with(Claims(membership.user_id, frozenset(given), {}), own)

    def _with(self, claims: Claims, grants: Iterable[Grant]) -> Claims:
        everywhere, on = claims.everywhere, dict(claims.on)
        for grant in grants:
            if grant.role:
                given = ROLE_CAPABILITIES[grant.role]
            elif grant.custom_role is not None:
                given = CAPABILITIES & set(grant.custom_role.capabilities)
            else:
                given = frozenset().union(*(PERMISSION_CAPABILITIES[each] for each in grant.permissions))
                if grant.resource_type in ("AI_GENERATION", "COLLECTION"):  # neither a report nor holding any
                    given -= {"analytics.view", "analytics.edit", "analytics.export"}
            if grant.resource_id is None:
                everywhere |= given
            else:
                thing = (grant.resource_type, grant.resource_id)
                on[thing] = on.get(thing, frozenset()) | (given & RESOURCE_CAPABILITIES)
        return Claims(claims.user_id, everywhere, on)

    def _lasts(self, end: datetime | None) -> bool:
        return end is None or end > self.now
