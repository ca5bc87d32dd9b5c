"""What the page shows of each type of resource. Everything is looked at through the guest's own rights."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Prefetch
from django.utils import timezone

from ai_studio import previews
from ai_studio.choices import ArtifactRole, GenerationType
from ai_studio.models import Artifact, Collection, Generation
from ai_studio.services import collection_items
from brands.errors import NotFound
from brands.permissions import Actor, can, visible
from collaboration.models import Comment, ExternalResource, Review
from collaboration.reviews import reading
from collaboration.shares import pictures
from collaboration.shares.page.spots import Spot, spot
from collaboration.shares.visits import title_of
from collaboration.threads import listing, pins
from collaboration.threads.choices import RESOURCE_TYPES, ThreadStatus

GRID = 60


@dataclass(frozen=True)
class Shown:
    """`kind` names the template; `facts` are what it draws."""

    kind: str
    type: str
    id: UUID
    title: str
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Pin:
    """A thread. `current`: it is about what is shown."""

    id: UUID
    number: int
    spot: Spot
    resolved: bool
    current: bool
    comments: Sequence[Comment]


@dataclass(frozen=True)
class Tile:
    type: str
    id: UUID
    title: str
    picture: UUID | None


def shown(actor: Actor, code: str, row: Any, *, page: int = 0) -> Shown:
    if isinstance(row, Generation):
        return _generation(actor, code, row)
    if isinstance(row, Collection):
        return _collection(actor, code, row, page)
    if isinstance(row, Review):
        return _review(actor, code, row)
    if isinstance(row, ExternalResource):
        return Shown("external", code, row.pk, row.title, {"url": row.url})
    return Shown("drawing", code, row.pk, title_of(code, row), {"is_drawn": pictures.draws(code) is not None})


def talk(actor: Actor, code: str, row_id: UUID) -> list[Pin]:
    """The threads that guests may read, by number."""
    if code not in RESOURCE_TYPES:
        return []
    said = listing.with_parts(Comment.objects.order_by("number"))
    found = list(
        listing.threads(actor)
        .filter(resource_type=code, resource_id=row_id)
        .prefetch_related(Prefetch("comments", said, to_attr="all_comments"))
        .order_by("number")
    )
    current = pins.current(actor, found)
    return [
        Pin(
            thread.pk,
            thread.number,
            spot(thread.anchor),
            thread.status == ThreadStatus.RESOLVED,
            thread.pk in current,
            thread.all_comments,
        )
        for thread in found
    ]


def file(actor: Actor, pk: UUID, *, capability: str) -> Artifact:
    found = visible(actor, capability, Artifact.objects.all()).filter(pk=pk).first()
    if found is None:
        raise NotFound()
    return found


def _generation(actor: Actor, code: str, made: Generation) -> Shown:
    files = list(visible(actor, "asset.view", Artifact.objects.filter(generation=made)).order_by("role", "name"))
    downloads = [each for each in files if each.role != ArtifactRole.THUMBNAIL]
    facts = {
        "previews": _player(made, previews.shown(made, files)),
        "moves": made.type == GenerationType.ANIMATION,
        "is_3d": made.type == GenerationType.MODEL_3D,
        "downloads": downloads if can(actor, "asset.download", made) else [],
        "version": made.version,
    }
    return Shown("generation", code, made.pk, made.prompt, facts)


def _player(made: Generation, found: list[tuple[str, Artifact]]) -> list[tuple[str, Artifact]]:
    """Of an animation one player is enough, and a film the lightest."""
    flat = [each for each in found if each[0] != "model"]
    return flat[:1] or found if made.type == GenerationType.ANIMATION else found


def _collection(actor: Actor, code: str, collection: Collection, page: int) -> Shown:
    items = collection_items.in_order(actor=actor, collection=collection)[page * GRID : (page + 1) * GRID + 1]
    rows = list(items)
    tiles = [
        Tile("AI_GENERATION", item.generation_id, item.generation.prompt, _thumbnail(item.generation.known_artifacts))
        for item in rows[:GRID]
    ]
    pages = {"previous": page - 1 if page else None, "next": page + 1 if len(rows) > GRID else None}
    return Shown(
        "grid", code, collection.pk, collection.name, {"tiles": tiles, **pages, "about": collection.description}
    )


def _review(actor: Actor, code: str, review: Review) -> Shown:
    seen = reading.read(actor=actor, review_id=review.pk, at=timezone.now())
    current = seen.rounds[0]
    ids = [item.resource_id for item in current.items]
    thumbnails = visible(actor, "asset.view", Artifact.objects.filter(generation__in=ids, role=ArtifactRole.THUMBNAIL))
    known = {each.generation_id: each.pk for each in thumbnails}
    facts = {
        "review": seen.review,
        "round": current.round.number,
        "tiles": [
            Tile(item.resource_type, item.resource_id, item.title, known.get(item.resource_id))
            for item in current.items
        ],
        "decisions": [
            {
                "verdict": each.verdict,
                "name": each.user.name if each.user else each.guest_name,
                "is_member": each.user_id is not None,
                # Guests read what came by their own link.
                "comment": each.comment if each.guest_link_id == actor.link_id else "",
            }
            for each in current.decisions
        ],
        "asked": bool(seen.your_steps),
        "decided": any(str(each.guest_session_id) == actor.id for each in current.decisions),
        "about": seen.review.description,
    }
    return Shown("review", code, review.pk, review.title, facts)


def _thumbnail(files: Sequence[Artifact]) -> UUID | None:
    return next((each.pk for each in files), None)
