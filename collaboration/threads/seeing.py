"""Which threads an actor sees: those of the resources that they see; guests the clients' ones."""

from typing import Any
from uuid import UUID

from django.db.models import Exists, Model, OuterRef, QuerySet

from brands import registry
from brands.errors import Conflict, InvalidInput, NotFound
from brands.permissions import Actor, visible
from collaboration.models import Comment, CommentAttachment, ExternalResource, Thread
from collaboration.threads.choices import RESOURCE_TYPES

COMMENTING = "asset.comment"
MODERATING = "asset.delete"


class CommentDeleted(Conflict):
    code = "comment_deleted"
    title = "The comment was deleted"


def threads(actor: Actor) -> "QuerySet[Any]":
    """Each type of resource needs a right of its own to be seen."""
    by_right = _types_by_right()
    if actor.inherits_all and actor.capabilities.issuperset(by_right):  # most members: the newest are read by an index
        found = visible(actor, next(iter(by_right)), Thread.objects.all())
    else:
        found = Thread.objects.none()
        for view, types in by_right.items():
            found = found | visible(actor, view, Thread.objects.filter(resource_type__in=types))
    archived = ExternalResource.objects.filter(pk=OuterRef("resource_id"), archived_at__isnull=False)
    return found.exclude(Exists(archived))


def comments(actor: Actor) -> "QuerySet[Any]":
    return Comment.objects.filter(thread__in=threads(actor))


def attachments(actor: Actor) -> "QuerySet[Any]":
    """Those that are still there."""
    return CommentAttachment.objects.filter(comment__thread__in=threads(actor), removed_at=None)


def resource(*, actor: Actor, resource_type: str, resource_id: UUID) -> Model:
    """The row behind it. InvalidInput naming `resource_id` for what is not there or not seen: nobody is told which."""
    if resource_type not in RESOURCE_TYPES:
        raise InvalidInput(fields={"resource_type": [f"One of {', '.join(RESOURCE_TYPES)}."]})
    try:
        return registry.resolve(actor=actor, code=resource_type, id=resource_id)
    except NotFound as error:
        raise InvalidInput(fields={"resource_id": ["Not found."]}) from error


def held(actor: Actor, pk: UUID) -> Thread:
    """The thread until the commit, as it is now. NotFound when it is hidden."""
    found: Thread | None = threads(actor).select_for_update(no_key=True, of=("self",)).filter(pk=pk).first()
    if found is None:
        raise NotFound()
    return found


def held_comment(actor: Actor, pk: UUID) -> tuple[Comment, Thread]:
    """A comment and its thread until the commit. NotFound when it is hidden, CommentDeleted when it was deleted."""
    thread_id = comments(actor).filter(pk=pk).values_list("thread_id", flat=True).first()
    if thread_id is None:
        raise NotFound()
    thread = held(actor, thread_id)
    comment: Comment = Comment.objects.select_for_update(no_key=True, of=("self",)).get(pk=pk)
    if comment.deleted_at is not None:
        raise CommentDeleted()
    return comment, thread


def _types_by_right() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for code in RESOURCE_TYPES:
        found.setdefault(registry.known(code).view, []).append(code)
    return found
