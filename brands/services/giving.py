"""What somebody may give to others on a resource."""

from collections.abc import Iterable
from dataclasses import replace
from uuid import UUID

from brands import registry
from brands.permissions import Actor, can
from brands.registry import ResourceType


def givable(*, actor: Actor, resource_type: ResourceType, id: UUID, wanted: Iterable[str]) -> frozenset[str]:  # noqa: A002
    """The capabilities of `wanted` that `actor` holds on that very resource, if they see it and may share it."""
    row = registry.seen(actor=actor, resource_type=resource_type).filter(pk=id).first()
    if row is None or not all(can(actor, capability, row) for capability in resource_type.share):
        return frozenset()
    return frozenset(capability for capability in wanted if can(actor, capability, row))


def within(guest: Actor, *, maker: Actor) -> Actor:
    """The guest with no more than the maker of their link could give at this moment."""
    rights = []
    for right in guest.rights:
        known = registry.known(right.type)
        still = givable(actor=maker, resource_type=known, id=right.id, wanted=right.capabilities)
        rights.append(replace(right, capabilities=still))
    return replace(guest, rights=tuple(right for right in rights if right.capabilities))
