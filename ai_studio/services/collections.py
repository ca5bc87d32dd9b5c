"""Collections: private to their owner, or shared with the brand."""

from typing import Any
from uuid import UUID

from django.db.models import F, Func, IntegerField, OuterRef, QuerySet, Subquery

from ai_studio.choices import CollectionVisibility
from ai_studio.models import Collection, CollectionItem
from brands import audit, events
from brands.errors import Forbidden, NotFound
from brands.models import Brand
from brands.permissions import Actor, require, visible
from brands.services import grants

RESOURCE_TYPE = "COLLECTION"
CAPABILITY = "asset.edit"
DELETING = "asset.delete"


def seen_by(actor: Actor) -> "QuerySet[Any]":
    """The brand's collections that `actor` may see: the shared ones, their own, and those they hold a grant on.

    A private collection exists for its owner only, and for whom they let in: not for the brand's owners and admins, so
    what it is and does is neither audited nor told until it is shared. An API key sees what its maker sees.
    """
    return visible(actor, "asset.view", Collection.objects.all())


def listed(actor: Actor) -> "QuerySet[Any]":
    """The same with their owners, and `items_count`: of what the actor may see."""
    held = visible(actor, "asset.view", CollectionItem.objects.filter(collection=OuterRef("pk"))).order_by()
    # An aggregate without GROUP BY: 0 and not NULL for an empty collection.
    count = held.annotate(held=Func(F("pk"), function="COUNT", output_field=IntegerField())).values("held")
    return seen_by(actor).select_related("owner").annotate(items_count=Subquery(count))


def create(
    *, actor: Actor, name: str, description: str = "", visibility: str = CollectionVisibility.PRIVATE
) -> Collection:
    """A new, empty collection of the actor's person."""
    require(actor, CAPABILITY, Brand.objects.get(pk=actor.brand_id))
    made: Collection = Collection.objects.create(
        brand_id=actor.brand_id,
        owner_id=actor.person_id,
        name=name,
        description=description,
        visibility=visibility,
    )
    if made.is_shared:
        _record(actor, "collection.created", made)
    return made


def change(*, actor: Actor, collection: Collection, **changes: str) -> Collection:
    """Set `name`, `description` or `visibility`. Raises Forbidden when another than its owner shares or hides it."""
    collection = held(actor, collection.pk)
    changed = {field: value for field, value in changes.items() if getattr(collection, field) != value}
    if "visibility" in changed and collection.owner_id != actor.user_id:
        raise Forbidden("Only its owner shares a collection, or keeps it to themselves.")
    was_shared = collection.is_shared
    for field, value in changed.items():
        setattr(collection, field, value)
    collection.save(update_fields=list(changed))
    if changed and (was_shared or collection.is_shared):
        _record(actor, "collection.changed", collection, changed=sorted(changed))
    return collection


def delete(*, actor: Actor, collection: Collection) -> None:
    """Remove the collection, and all rights on it; the generations in it stay."""
    collection = held(actor, collection.pk, DELETING)
    if collection.is_shared:
        audit.record(actor=actor, action="collection.deleted", obj=collection)
    removed = collection.pk
    collection.delete()
    collection.pk = removed
    grants.forget(resource_type=RESOURCE_TYPE, resource_id=removed)
    tell("collection.deleted", collection)


def held(actor: Actor, pk: UUID, capability: str = CAPABILITY) -> Collection:
    """The collection as it is now, until the commit, for whoever may change it. NotFound when it is gone or hidden."""
    found: Collection | None = seen_by(actor).select_for_update().filter(pk=pk).first()
    if found is None:
        raise NotFound()
    require(actor, capability, found)
    return found


def tell(what: str, collection: Collection, **facts: Any) -> None:
    """The event, if the brand may know of the collection; never its name."""
    if collection.is_shared or what == "collection.changed":
        payload = {"collection": str(collection.pk), "visibility": collection.visibility, **facts}
        events.append(brand_id=collection.brand_id, type=what, payload=payload)


def _record(actor: Actor, action: str, collection: Collection, **details: Any) -> None:
    audit.record(actor=actor, action=action, obj=collection, visibility=collection.visibility, **details)
    tell(action, collection, **details)
