"""Restricted resources: nobody inherits rights on them. Only grants on the resource itself count, and who manages
members is let through."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F, Model

from brands import audit, events, registry
from brands.errors import Forbidden
from brands.models import Grant, Membership, Restriction
from brands.permissions import ABOVE_RESTRICTIONS, RESOURCE_CAPABILITIES, Actor, ResourceRights, can, scoped


def of(*, actor: Actor, resource_type: str, resource_id: UUID) -> Restriction | None:
    """None: it is not restricted. Raises NotFound for what the actor may not see."""
    registry.resolve(actor=actor, code=resource_type, id=resource_id)
    return _found(resource_type, resource_id)


@transaction.atomic
def restrict(*, actor: Actor, resource_type: str, resource_id: UUID) -> None:
    """Whoever restricts keeps what their role gives them, by a grant on the resource. Twice is once.

    Raises Forbidden without the right to share it; or when the actor would lose rights, because they come from grants
    on the brand or on what holds the resource: those must be able to end.
    """
    row = registry.resolve(actor=actor, code=resource_type, id=resource_id)
    registry.require_may_share(actor=actor, code=resource_type, row=row)
    if _found(resource_type, row.pk) is not None:
        return
    before = _rights(actor, row)
    made = Restriction(
        brand_id=actor.brand_id, resource_type=resource_type, resource_id=row.pk, created_by_id=actor.user_id
    )
    Restriction.objects.bulk_create([made], ignore_conflicts=True)
    after = replace(actor, restrictions=True)
    if before - _rights(after, row):
        after = _keeping(after, resource_type, row)
    if lost := before - _rights(after, row):
        raise Forbidden(f"You would lose {', '.join(sorted(lost))} on it, which your role does not give you.")
    _record(actor, "restriction.made", resource_type, row)


@transaction.atomic
def lift(*, actor: Actor, resource_type: str, resource_id: UUID) -> None:
    """What is not restricted stays so. Raises Forbidden without the right to share it, or when the actor would gain
    rights."""
    row = registry.resolve(actor=actor, code=resource_type, id=resource_id)
    registry.require_may_share(actor=actor, code=resource_type, row=row)
    before = _rights(actor, row)
    here = {"resource_type": resource_type, "resource_id": row.pk}
    deleted, _ = Restriction.objects.filter(**here).delete()
    if not deleted:
        return
    if gained := _rights(actor, row) - before:
        raise Forbidden(f"It would give you {', '.join(sorted(gained))}.")
    Grant.objects.filter(membership__user_id=F("created_by_id"), **here).delete()  # what was kept is inherited again
    _record(actor, "restriction.ended", resource_type, row)


def inherit(*, actor: Actor, resource_type: str, parent_id: UUID, children: Sequence[Model]) -> None:
    """What is made from a restricted resource is restricted as well, for the same people, but for guests; whoever made
    it keeps their rights."""
    if _found(resource_type, parent_id) is None:
        return
    grants: Sequence[Any] = Grant.objects.filter(
        resource_type=resource_type, resource_id=parent_id, share_link__isnull=True
    )
    Restriction.objects.bulk_create(
        Restriction(
            brand_id=actor.brand_id, resource_type=resource_type, resource_id=child.pk, created_by_id=actor.user_id
        )
        for child in children
    )
    Grant.objects.bulk_create(
        Grant(
            brand_id=grant.brand_id,
            membership_id=grant.membership_id,
            group_id=grant.group_id,
            api_key_id=grant.api_key_id,
            resource_type=resource_type,
            resource_id=child.pk,
            role=grant.role,
            custom_role_id=grant.custom_role_id,
            permissions=grant.permissions,
            created_by_id=grant.created_by_id,
            expires_at=grant.expires_at,
        )
        for child in children
        for grant in grants
    )


def _keeping(actor: Actor, resource_type: str, row: Model) -> Actor:
    """The actor with a grant on the resource of what their role gives. It follows their role (services/members.py)."""
    membership = Membership.objects.select_related("custom_role").filter(pk=actor.membership_id).first()
    if membership is None or ABOVE_RESTRICTIONS in actor.capabilities:
        return actor
    kept = Grant.objects.create(
        brand_id=actor.brand_id,
        membership=membership,
        resource_type=resource_type,
        resource_id=row.pk,
        role=membership.role,
        custom_role=membership.custom_role,
        created_by_id=membership.user_id,
    )
    given = kept.capabilities if actor.scopes is None else scoped(kept.capabilities, actor.scopes)
    return replace(actor, rights=(*actor.rights, ResourceRights(resource_type, row.pk, given)))


def _found(resource_type: str, resource_id: UUID) -> Restriction | None:
    here = {"resource_type": resource_type, "resource_id": resource_id}
    found: Restriction | None = Restriction.objects.select_related("created_by").filter(**here).first()
    return found


def _rights(actor: Actor, row: Model) -> set[str]:
    return {capability for capability in RESOURCE_CAPABILITIES if can(actor, capability, row)}


def _record(actor: Actor, action: str, resource_type: str, row: Model) -> None:
    audit.record(actor=actor, action=action, obj=row, resource_type=resource_type)
    payload = {"resource_type": resource_type, "resource_id": str(row.pk), "user": actor.user_id}
    events.append(brand_id=actor.brand_id, type=action, payload=payload)
