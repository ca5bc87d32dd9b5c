"""Things of the frontend's own systems: registered as often as one likes, archived, found."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from brands import audit, events
from brands.errors import NotFound
from brands.models import Brand
from brands.permissions import Actor, require, visible
from brands.services.conflicts import refused_as
from collaboration.models import ExternalResource

REGISTERING = "asset.edit"
ARCHIVING = "asset.delete"


def seen_by(actor: Actor) -> "QuerySet[Any]":
    """Those that are not archived."""
    return visible(actor, "asset.view", ExternalResource.objects.filter(archived_at=None))


def register(*, actor: Actor, kind: str, external_id: str, **facts: Any) -> tuple[ExternalResource, bool]:
    """The resource with these facts (title, url, thumbnail_url, version, metadata) and no others; and whether it is new
    here. One that was archived is back, with its threads. Doing it twice is doing it once."""
    known = ExternalResource.objects.select_for_update(no_key=True, of=("self",)).filter(
        kind=kind, external_id=external_id
    )
    row = known.first()
    if row is None:
        require(actor, REGISTERING, Brand.objects.get(pk=actor.brand_id))
        try:
            with refused_as(external_resource_once=NotFound()):
                return _made(actor, kind, external_id, facts), True
        except NotFound:  # somebody else was quicker
            row = known.get()
    require(actor, REGISTERING, row)
    return _changed(actor, row, facts), False


def archive(*, actor: Actor, resource: ExternalResource) -> None:
    """It is gone for everybody, and what was said of it; registering it again brings both back."""
    held = _held(actor, resource.pk)
    held.archived_at = timezone.now()
    held.save(update_fields=["archived_at", "updated_at"])
    audit.record(actor=actor, action="resource.archived", obj=held, external_id=held.external_id)
    _tell(actor, "resource.archived", held)


def _made(actor: Actor, kind: str, external_id: str, facts: dict[str, Any]) -> ExternalResource:
    made: ExternalResource = ExternalResource.objects.create(
        brand_id=actor.brand_id, kind=kind, external_id=external_id, created_by_id=actor.person_id, **facts
    )
    _tell(actor, "resource.registered", made)
    return made


def _changed(actor: Actor, row: ExternalResource, facts: dict[str, Any]) -> ExternalResource:
    wanted = {"thumbnail_url": "", "version": "", "metadata": {}, "archived_at": None, **facts}
    changed = sorted(name for name, value in wanted.items() if getattr(row, name) != value)
    if not changed:
        return row
    for name in changed:
        setattr(row, name, wanted[name])
    row.save(update_fields=[*changed, "updated_at"])
    _tell(actor, "resource.changed", row, changed=changed)
    return row


def _held(actor: Actor, pk: UUID) -> ExternalResource:
    found: ExternalResource | None = seen_by(actor).select_for_update(no_key=True, of=("self",)).filter(pk=pk).first()
    if found is None:
        raise NotFound()
    require(actor, ARCHIVING, found)
    return found


def _tell(actor: Actor, what: str, row: ExternalResource, **facts: Any) -> None:
    """Never its title or address."""
    payload = {"resource_type": row.kind, "resource_id": str(row.pk), "user": actor.user_id, "guest": None, **facts}
    events.append(brand_id=row.brand_id, type=what, payload=payload)
