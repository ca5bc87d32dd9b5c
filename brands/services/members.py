"""Members: their roles, their leaving. That a brand keeps an owner is the database's business."""

from uuid import UUID

from django.db.models import QuerySet

from brands import audit, events
from brands.errors import Conflict, Forbidden, NotFound
from brands.models import Grant, Membership
from brands.models.role import GivesRights
from brands.permissions import Actor, require
from brands.services import roles
from brands.services.conflicts import refused_as


class LastOwner(Conflict):
    code = "last_owner"
    title = "A brand keeps at least one owner"


def change_role(*, actor: Actor, membership: Membership, role: str = "", custom_role: UUID | None = None) -> Membership:
    """Give `role`, or a role of the brand's own.

    Raises Forbidden for more rights than the actor has, InvalidInput naming `custom_role`, LastOwner when nobody would
    own the brand.
    """
    require(actor, "member.manage", membership)
    membership = _locked(membership)
    require_may_touch(actor, membership.capabilities)
    before, membership.role, membership.custom_role = _said(membership), role, roles.chosen(custom_role)
    require_may_give(actor, membership)
    if (after := _said(membership)) == before:
        return membership
    with refused_as(brand_keeps_an_owner=LastOwner()):
        membership.save(update_fields=["role", "custom_role"])
    # What they kept for themselves of what they restricted was what their role gave.
    kept_by(membership).update(role=role, custom_role=membership.custom_role)
    audit.record(actor=actor, action="member.role_changed", obj=membership, before=before[0], after=after[0])
    payload = {"user_id": membership.user_id, "user": actor.user_id, "role": role, "custom_role": custom_role}
    events.append(brand_id=actor.brand_id, type="member.role_changed", payload=payload)
    return membership


def remove(*, actor: Actor, membership: Membership) -> None:
    """End a membership; everyone may end their own. Raises LastOwner when nobody would own the brand."""
    membership = _locked(membership)
    if not _is_own(actor, membership):
        require(actor, "member.manage", membership)
        require_may_touch(actor, membership.capabilities)
    removed = membership.pk
    with refused_as(brand_keeps_an_owner=LastOwner()):
        membership.delete()
    membership.pk = removed
    audit.record(actor=actor, action="member.removed", obj=membership, user_id=membership.user_id)
    payload = {"user_id": membership.user_id}
    events.append(brand_id=actor.brand_id, type="member.removed", payload=payload)


def require_may_give(actor: Actor, given: GivesRights) -> None:
    """Nobody hands out rights that they do not have; so only an owner makes owners."""
    if not given.capabilities <= actor.capabilities:
        raise Forbidden(f"Only who has all rights of {given.role_name} may give them.")


def require_may_touch(actor: Actor, capabilities: frozenset[str]) -> None:
    """Whoever may manage owners is demoted or removed only by who may as well."""
    if "role.manage" in capabilities - actor.capabilities:
        raise Forbidden("This needs the capability role.manage.", capability="role.manage")


def kept_by(membership: Membership) -> "QuerySet[Grant]":
    """Grants on single resources that they gave themselves: only by restricting one."""
    own = Grant.objects.filter(membership=membership, created_by=membership.user_id)
    return own.filter(resource_id__isnull=False)


def _said(membership: Membership) -> tuple[str, UUID | None]:
    return membership.role_name, membership.custom_role_id


def _locked(membership: Membership) -> Membership:
    """The row as it is now, until the commit: somebody may have made an owner of them since. NotFound when gone."""
    found = (
        Membership.objects.select_for_update(of=("self",))
        .select_related("user", "custom_role")
        .filter(pk=membership.pk)
        .first()
    )
    if found is None:
        raise NotFound()
    return found


def _is_own(actor: Actor, membership: Membership) -> bool:
    return actor.kind == "USER" and membership.user_id == actor.user_id
