"""What is in a collection, and in which order. Each change holds the collection's row: others wait their turn."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import Case, F, Prefetch, QuerySet, Value, When

from ai_studio.choices import ArtifactRole
from ai_studio.errors import CollectionFull
from ai_studio.models import Artifact, Collection, CollectionItem, Generation
from ai_studio.models.collection import MAX_ITEMS
from ai_studio.services.collections import RESOURCE_TYPE, held, tell
from brands.errors import InvalidInput, NotFound
from brands.permissions import Actor, visible
from brands.services import grants


def in_order(*, actor: Actor, collection: Collection) -> "QuerySet[Any]":
    """The items with their generations and thumbnails."""
    thumbnails = Prefetch(
        "generation__artifacts",
        Artifact.objects.filter(role=ArtifactRole.THUMBNAIL),
        to_attr="known_artifacts",
    )
    return _items(actor, collection).select_related("generation").prefetch_related(thumbnails)


def add(*, actor: Actor, collection: Collection, generations: Sequence[UUID]) -> int:
    """Put generations at the end, in this order; those in it already stay where they are. Returns how many came.

    Raises InvalidInput naming `generations.<n>`, CollectionFull; Forbidden where others have rights on the collection
    that the actor could not give them on the generations.
    """
    collection = held(actor, collection.pk)
    _check_known(actor, generations)
    inside = CollectionItem.objects.filter(collection=collection, generation__in=generations)
    known = set(inside.values_list("generation_id", flat=True))
    new = [pk for pk in dict.fromkeys(generations) if pk not in known]
    grants.require_may_put_in(
        actor=actor, resource_type=RESOURCE_TYPE, resource_id=collection.pk, kind="AI_GENERATION", keys=new
    )
    first = collection.next_position()
    if first + len(new) > MAX_ITEMS:
        raise CollectionFull(f"A collection holds up to {MAX_ITEMS:,} generations.")
    CollectionItem.objects.bulk_create(
        CollectionItem(brand_id=collection.brand_id, collection=collection, generation_id=pk, position=first + n)
        for n, pk in enumerate(new)
    )
    if new:
        tell("collection.items_added", collection, generations=[str(pk) for pk in new])
    return len(new)


def remove(*, actor: Actor, collection: Collection, generation_id: UUID) -> None:
    """Take a generation out of the collection. NotFound when it is not in it."""
    collection = held(actor, collection.pk)
    _item(actor, collection, generation_id).delete()
    tell("collection.item_removed", collection, generation=str(generation_id))


def move(
    *, actor: Actor, collection: Collection, generation_id: UUID, before: UUID | None = None, after: UUID | None = None
) -> CollectionItem:
    """Put a generation right before or after another one of the collection: exactly one of the two.

    NotFound when it is not in the collection, InvalidInput naming `before` or `after` when the other is not.
    """
    if (before is None) == (after is None):
        raise InvalidInput(fields={"before": ["Give either before or after."]})
    collection = held(actor, collection.pk)
    item = _item(actor, collection, generation_id)
    name, other = ("after", after) if before is None else ("before", before)
    beside = _items(actor, collection).filter(generation_id=other).first()
    if beside is None:
        raise InvalidInput(fields={name: ["Not found."]})
    if beside.pk != item.pk and _shift(item, beside.position + (name == "after")):
        tell("collection.item_moved", collection, generation=str(generation_id))
    return item


def _shift(item: CollectionItem, gap: int) -> bool:
    """Move `item` into the gap before position `gap`, and those between one place back; in one statement."""
    old = item.position
    new = gap - 1 if gap > old else gap
    if new == old:
        return False
    low, high, step = (old, new, -1) if new > old else (new, old, 1)
    between = CollectionItem.objects.filter(collection_id=item.collection_id, position__range=(low, high))
    between.update(position=Case(When(pk=item.pk, then=Value(new)), default=F("position") + step))
    item.position = new
    return True


def _item(actor: Actor, collection: Collection, generation_id: UUID | None) -> CollectionItem:
    found: CollectionItem | None = _items(actor, collection).filter(generation_id=generation_id).first()
    if found is None:
        raise NotFound()
    return found


def _items(actor: Actor, collection: Collection) -> "QuerySet[Any]":
    """What is in it, but for what is kept from the actor."""
    return visible(actor, "asset.view", CollectionItem.objects.filter(collection=collection))


def _check_known(actor: Actor, generations: Sequence[UUID]) -> None:
    """Another brand's generation and none at all get the same sentence."""
    seen = visible(actor, "asset.view", Generation.objects.filter(pk__in=generations))
    known = set(seen.values_list("pk", flat=True))
    if wrong := {f"generations.{n}": ["Not found."] for n, pk in enumerate(generations) if pk not in known}:
        raise InvalidInput(fields=wrong)
