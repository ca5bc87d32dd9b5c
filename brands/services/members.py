"""Members: their roles, their leaving. That a brand keeps an owner is the database's business."""

from brands import audit, events
from brands.errors import Conflict, Forbidden, NotFound
from brands.models import Membership
from brands.permissions import Actor, capabilities_of, require
from brands.services.conflicts import refused_as


class LastOwner(Conflict):
    code = "last_owner"
    title = "A brand keeps at least one owner"


def change_role(*, actor: Actor, membership: Membership, role: str) -> Membership:
    """Raises Forbidden for more rights than the actor has, LastOwner when nobody would own the brand."""
    require(actor, "member.manage", membership)
    membership = _locked(membership)
    require_may_touch(actor, membership.role)
    require_may_give(actor, role)
    old, membership.role = membership.role, role
    if old == role:
        return membership
    with refused_as(brand_keeps_an_owner=LastOwner()):
        membership.save(update_fields=["role"])
    audit.record(actor=actor, action="member.role_changed", obj=membership, before=old, after=role)
    payload = {"user_id": membership.user_id, "role": role}
    events.append(brand_id=actor.brand_id, type="member.role_changed", payload=payload)
    return membership


def remove(*, actor: Actor, membership: Membership) -> None:
    """End a membership; everyone may end their own. Raises LastOwner when nobody would own the brand."""
    membership = _locked(membership)
    if not _is_own(actor, membership):
        require(actor, "member.manage", membership)
        require_may_touch(actor, membership.role)
    removed = membership.pk
    with refused_as(brand_keeps_an_owner=LastOwner()):
        membership.delete()
    membership.pk = removed
    audit.record(actor=actor, action="member.removed", obj=membership, user_id=membership.user_id)
    payload = {"user_id": membership.user_id}
    events.append(brand_id=actor.brand_id, type="member.removed", payload=payload)


def require_may_give(actor: Actor, role: str) -> None:
    """Nobody hands out rights that they do not have; so only an owner makes owners."""
    if not capabilities_of(role) <= actor.capabilities:
        raise Forbidden(f"Only who has all rights of {role} may give them.")


def require_may_touch(actor: Actor, role: str) -> None:
    """An owner is demoted or removed only by who may manage owners."""
    if "role.manage" in capabilities_of(role) - actor.capabilities:
        raise Forbidden("This needs the capability role.manage.", capability="role.manage")


def _locked(membership: Membership) -> Membership:
    """The row as it is now, until the commit: somebody may have made an owner of them since. NotFound when gone."""
    found = Membership.objects.select_for_update(of=("self",)).select_related("user").filter(pk=membership.pk).first()
    if found is None:
        raise NotFound()
    return found


def _is_own(actor: Actor, membership: Membership) -> bool:
    return actor.kind == "USER" and membership.user_id == actor.user_id
