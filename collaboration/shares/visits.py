"""A guest's session, and what it shows at this moment."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Model

from brands import registry
from brands.errors import NotFound
from brands.models import Grant, GuestSession, ShareLink
from brands.permissions import Actor
from brands.services import actors
from brands.services.guests import GuestCredential


@dataclass(frozen=True)
class Visit:
    """`row` is the resource that the link shows; `actor` the guest with the rights they have now."""

    actor: Actor
    session: GuestSession
    link: ShareLink
    row: Model

    @property
    def title(self) -> str:
        return title_of(self.link.resource_type, self.row)

    @property
    def facts(self) -> dict[str, Any]:
        return {
            "brand_id": self.actor.brand_id,
            "name": self.session.name,
            "expires_at": self.expires_at,
            "resource": {"type": self.link.resource_type, "id": self.link.resource_id, "title": self.title},
            "capabilities": sorted(frozenset().union(*(right.capabilities for right in self.actor.rights))),
        }

    @property
    def expires_at(self) -> datetime:
        return min(self.session.expires_at, self.link.expires_at)

    def may(self, capability: str) -> bool:
        return self.actor.holds(capability)


def of(credential: GuestCredential) -> Visit:
    """In the brand's scope. NotFound when the maker of the link has left or may share it no longer, or it is gone."""
    actor = actors.for_guest(brand_id=credential.brand_id, credential=credential)
    session = GuestSession.objects.select_related("link").filter(pk=credential.session_id).first()
    if session is None:
        raise NotFound()
    link = session.link
    return Visit(actor, session, link, registry.resolve(actor=actor, code=link.resource_type, id=link.resource_id))


def title_of(code: str, row: Model) -> str:
    return str(getattr(row, registry.known(code).title_field))


def titles(actor: Actor, grants: Collection[Grant]) -> dict[tuple[str, UUID | None], str]:
    """Of those resources that `actor` sees; one query for each type among them."""
    wanted: dict[str, set[UUID | None]] = {}
    for grant in grants:
        wanted.setdefault(grant.resource_type, set()).add(grant.resource_id)
    known = {kind.code: kind for kind in registry.all_types()}
    return {
        (code, row.pk): title_of(code, row)
        for code, ids in wanted.items()
        if code in known
        for row in registry.seen(actor=actor, resource_type=known[code]).filter(pk__in=ids)
    }
