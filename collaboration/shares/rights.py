"""Who may share what, and how much of it."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db.models import Model, Q

from brands import registry
from brands.choices import Permission
from brands.errors import Forbidden, InvalidInput, NotFound
from brands.models import Grant
from brands.permissions import Actor, can, visible


def shareable(*, actor: Actor, resource_type: str, resource_id: UUID) -> Model:
    """The resource, for whoever may share it. InvalidInput naming `resource_id` for one that they do not see: another
    brand's and none at all get the same sentence. Forbidden for one that they see and may not share."""
    if resource_type not in {kind.code for kind in registry.all_types()}:
        raise InvalidInput(fields={"resource_type": ["Not a type of resource."]})
    if missing := [capability for capability in registry.known(resource_type).share if not actor.holds(capability)]:
        raise Forbidden(f"This needs the capability {missing[0]}.", capability=missing[0])
    try:
        row = registry.resolve(actor=actor, code=resource_type, id=resource_id)
    except NotFound as error:
        raise InvalidInput(fields={"resource_id": ["Not found."]}) from error
    registry.require_may_share(actor=actor, code=resource_type, row=row)
    return row


def of_shareable(actor: Actor, *, prefix: str = "") -> Q:
    """Rows about resources that `actor` may share; `prefix` leads to their resource_type and resource_id."""
    found = Q(pk__in=[])
    for kind in registry.all_types():
        rows = registry.seen(actor=actor, resource_type=kind)
        for capability in kind.share:
            rows = visible(actor, capability, rows)
        ids = rows.order_by().values("pk")
        found |= Q(**{f"{prefix}resource_type": kind.code, f"{prefix}resource_id__in": ids})
    return found


def whole(permissions: Collection[str]) -> list[str]:
    """In one order, and seeing with them: nobody comments on what they do not see."""
    return [permission for permission in Permission.values if permission in {*permissions, Permission.VIEW}]


def check_given(*, actor: Actor, resource_type: str, row: Model, permissions: Collection[str], field: str) -> None:
    """InvalidInput naming `field` when `permissions` are more than `actor` has on that very resource."""
    beyond = [
        permission
        for permission in permissions
        if not all(can(actor, capability, row) for capability in _meaning(permission, resource_type))
    ]
    if beyond:
        raise InvalidInput(fields={field: [f"More than you may do with it yourself: {', '.join(beyond)}."]})


def _meaning(permission: str, resource_type: str) -> frozenset[str]:
    return Grant(resource_type=resource_type, permissions=[permission]).capabilities


def check_ahead(expires_at: datetime | None, at: datetime) -> None:
    if expires_at is not None and expires_at <= at:
        raise InvalidInput(fields={"expires_at": ["This is over already."]})
