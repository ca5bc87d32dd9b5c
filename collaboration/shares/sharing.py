"""Shares: grants on one resource, given by people to members and groups."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Now

from brands import audit, events, registry
from brands.errors import Conflict, InvalidInput, NotFound
from brands.models import Grant, Group, GroupMember, Membership
from brands.permissions import Actor
from brands.services.grants import check_end
from collaboration.models import ShareMessage
from collaboration.shares.rights import check_given, shareable, whole


class SharedAlready(Conflict):
    code = "shared_already"
    title = "It is shared with them already; change that share"


def shares() -> "QuerySet[Grant]":
    """Plain permissions on a resource for a member or a group, that have not expired. Grants of roles are not shares:
    who manages members gives those."""
    held = Grant.objects.filter(Q(membership__isnull=False) | Q(group__isnull=False), resource_id__isnull=False)
    return held.filter(Q(expires_at=None) | Q(expires_at__gt=Now()), role="", custom_role=None)


def shown() -> "QuerySet[Grant]":
    """The same with what is told of them."""
    return shares().select_related("membership__user", "group", "created_by").prefetch_related("messages")


def made_by(actor: Actor) -> "QuerySet[Grant]":
    return shown().filter(created_by=actor.user_id)


def made_for(actor: Actor) -> "QuerySet[Grant]":
    """With the person, or with a group that they are in."""
    theirs = GroupMember.objects.filter(group=OuterRef("group"), membership=actor.membership_id)
    return shown().filter(Q(membership=actor.membership_id) | Exists(theirs))


def of_resource(*, actor: Actor, resource_type: str, resource_id: UUID) -> "QuerySet[Grant]":
    """For whoever may share it: InvalidInput naming `resource_id`, Forbidden."""
    shareable(actor=actor, resource_type=resource_type, resource_id=resource_id)
    return shown().filter(resource_type=resource_type, resource_id=resource_id)


def share(
    *,
    actor: Actor,
    resource_type: str,
    resource_id: UUID,
    permissions: Sequence[str],
    member: UUID | None = None,
    group: UUID | None = None,
    expires_at: datetime | None = None,
    message: str = "",
) -> Grant:
    """Give a member or a group permissions on a resource.

    Raises InvalidInput naming what is wrong: more rights than one has, or for longer, oneself, somebody unknown;
    Forbidden without the right to share it; SharedAlready.
    """
    row = shareable(actor=actor, resource_type=resource_type, resource_id=resource_id)
    given = whole(permissions)
    check_given(actor=actor, resource_type=resource_type, row=row, permissions=given, field="permissions")
    holder = _holder(actor, member, group)
    about = {"resource_type": resource_type, "resource_id": resource_id, **holder}
    if known := shares().filter(**about).first():
        raise SharedAlready(share=str(known.pk))
    made = Grant(
        brand_id=actor.brand_id, permissions=given, expires_at=expires_at, created_by_id=actor.user_id, **about
    )
    check_end(actor, made, row)
    made.save(force_insert=True)
    if message:
        ShareMessage.objects.create(brand_id=actor.brand_id, grant=made, text=message)
    _record(actor, "share.made", made, permissions=given)
    return made


def change(*, actor: Actor, pk: UUID, **changes: Any) -> Grant:
    """Set `permissions` or `expires_at`. Raises like share()."""
    row, share = held(actor, pk)
    if "permissions" in changes:
        changes["permissions"] = whole(changes["permissions"])
    given = changes.get("permissions", share.permissions)
    # Also where only the time changes: who prolongs a share gives it.
    check_given(actor=actor, resource_type=share.resource_type, row=row, permissions=given, field="permissions")
    changed = sorted(name for name, value in changes.items() if getattr(share, name) != value)
    for name in changed:
        setattr(share, name, changes[name])
    if changed:
        check_end(actor, share, row)
        share.save(update_fields=changed)
        _record(actor, "share.changed", share, permissions=share.permissions, changed=changed)
    return share


def end(*, actor: Actor, pk: UUID) -> None:
    """At once: rights are read with each request."""
    _, share = held(actor, pk)
    _record(actor, "share.ended", share)
    share.delete()


def held(actor: Actor, pk: UUID) -> tuple[Any, Grant]:
    """The resource and the share as it is now, until the commit, for whoever may share it. NotFound, Forbidden."""
    found = shares().select_for_update(of=("self",)).filter(pk=pk).first()
    if found is None:
        raise NotFound()
    row = registry.resolve(actor=actor, code=found.resource_type, id=found.resource_id)
    registry.require_may_share(actor=actor, code=found.resource_type, row=row)
    return row, found


def _holder(actor: Actor, member: UUID | None, group: UUID | None) -> dict[str, Any]:
    if (member is None) == (group is None):
        raise InvalidInput(fields={"member": ["Give either a member or a group."]})
    if member is not None and member == actor.membership_id:
        raise InvalidInput(fields={"member": ["This is you."]})
    model, pk, name = (Membership, member, "member") if group is None else (Group, group, "group")
    found = model.objects.select_for_update(no_key=True, of=("self",)).filter(pk=pk).first()
    if found is None:
        raise InvalidInput(fields={name: ["Not found."]})
    return {"membership": found if group is None else None, "group": None if group is None else found}


def _record(actor: Actor, action: str, share: Grant, **details: Any) -> None:
    about = {"resource_type": share.resource_type, "resource_id": str(share.resource_id), "share": str(share.pk)}
    to = {
        "to_user": share.membership.user_id if share.membership else None,
        "to_group": str(share.group_id) if share.group_id else None,
    }
    audit.record(actor=actor, action=action, obj=share, **about, **to, **details)
    events.append(brand_id=actor.brand_id, type=action, payload={**about, "user": actor.user_id, **to, **details})
