"""Opening a thread, and whether what it asks for is done."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Max, Model
from django.utils import timezone

from brands.errors import Conflict, Forbidden, InvalidInput
from brands.permissions import Actor, require
from collaboration.models import Thread
from collaboration.threads import anchors, commenting, fitting, pins, seeing
from collaboration.threads.choices import ThreadStatus, ThreadType, Visibility
from collaboration.threads.telling import author, is_author, tell


class VersionChanged(Conflict):
    code = "version_changed"
    title = "It is no longer the version that was looked at"


@dataclass(frozen=True)
class Wanted:
    """A thread that is asked for, with its first comment. `version`: what the resource must be now. Without
    `visibility` a member's thread is internal, a guest's for clients."""

    resource_type: str
    resource_id: UUID
    body: str
    mentions: Sequence[int] = ()
    anchor: Any = field(default_factory=lambda: anchors.NONE)
    type: str = ThreadType.COMMENT
    visibility: str | None = None
    version: str | None = None


def open_thread(*, actor: Actor, wanted: Wanted) -> Thread:
    """The thread, pinned to what its resource is now. Raises InvalidInput naming the field (`anchor.x`, `mentions.0`),
    Forbidden without the right to comment, VersionChanged."""
    spot = anchors.parsed(wanted.anchor)
    seen = seeing.resource(actor=actor, resource_type=wanted.resource_type, resource_id=wanted.resource_id)
    require(actor, seeing.COMMENTING, seen)
    row = _held(seen)
    pinned = pins.version_of(row)
    if wanted.version not in (None, pinned):
        raise VersionChanged(version=pinned)
    fitting.check(row, spot)
    thread = _numbered(actor, wanted, {"anchor": spot, "version": pinned})
    first = commenting.said(actor=actor, thread=thread, body=wanted.body, mentions=wanted.mentions)
    tell("thread.opened", actor=actor, thread=thread, comment=first, annotation=thread.type, anchor=spot["kind"])
    commenting.tell_added(actor, first, mentions=wanted.mentions, first=True)
    return thread


def resolve(*, actor: Actor, thread: Thread) -> Thread:
    """What is resolved stays so, by whom and since when it was. A guest resolves what a guest of the session opened."""
    return _set(actor, thread, ThreadStatus.RESOLVED)


def reopen(*, actor: Actor, thread: Thread) -> Thread:
    return _set(actor, thread, ThreadStatus.OPEN)


def _set(actor: Actor, thread: Thread, status: ThreadStatus) -> Thread:
    held = seeing.held(actor, thread.pk)
    require(actor, seeing.COMMENTING, held)
    if actor.is_guest and not is_author(actor, held):
        raise Forbidden("A guest resolves and reopens their own threads only.")
    if held.status == status:
        return held
    resolved = status == ThreadStatus.RESOLVED
    held.status = status
    held.resolved_at = timezone.now() if resolved else None
    held.resolved_by_id = actor.user_id if resolved else None
    held.save(update_fields=["status", "resolved_at", "resolved_by"])
    tell("thread.resolved" if resolved else "thread.reopened", actor=actor, thread=held)
    return held


def _numbered(actor: Actor, wanted: Wanted, pin: dict[str, Any]) -> Thread:
    """The caller holds the resource's row."""
    visibility = _visibility(actor, wanted.visibility)
    beside = {"resource_type": wanted.resource_type, "resource_id": wanted.resource_id, "visibility": visibility}
    last = Thread.objects.filter(**beside).aggregate(last=Max("number"))["last"] or 0
    times = dict.fromkeys(("created_at", "last_comment_at"), timezone.now())
    made: Thread = Thread.objects.create(
        brand_id=actor.brand_id, number=last + 1, type=wanted.type, **beside, **pin, **times, **author(actor)
    )
    return made


def _held(row: Model) -> Model:
    """The resource until the commit: its threads are numbered one after the other, and it stays the version it is."""
    rows = type(row)._default_manager.filter(pk=row.pk)
    held: Model | None = rows.select_for_update(no_key=True, of=("self",)).first()
    if held is None:  # gone since it was looked at
        raise InvalidInput(fields={"resource_id": ["Not found."]})
    return held


def _visibility(actor: Actor, wanted: str | None) -> str:
    if actor.is_guest:
        if wanted not in (None, Visibility.CLIENT):
            raise InvalidInput(fields={"visibility": ["A guest's threads are CLIENT."]})
        return Visibility.CLIENT
    return wanted or Visibility.INTERNAL
