"""Saying something in a thread, and changing or taking back what was said."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from brands.errors import Forbidden, InvalidInput
from brands.permissions import Actor, can, require
from collaboration.models import Comment, CommentMention, CommentRevision, Thread
from collaboration.models.comment import MAX_BODY
from collaboration.threads import attaching, seeing
from collaboration.threads import mentions as calling
from collaboration.threads.choices import Trace
from collaboration.threads.telling import author, is_author, tell


def add(
    *, actor: Actor, thread: Thread, body: str, mentions: Sequence[int] = (), reply_to: UUID | None = None
) -> Comment:
    """A comment at the end of the thread. InvalidInput naming `reply_to` for what is not in this thread."""
    held = seeing.held(actor, thread.pk)
    comment = said(actor=actor, thread=held, body=body, mentions=mentions, reply_to=reply_to)
    tell_added(actor, comment, mentions=mentions)
    return comment


def said(
    *, actor: Actor, thread: Thread, body: str, mentions: Sequence[int] = (), reply_to: UUID | None = None
) -> Comment:
    """The comment, of which nobody is told yet. The caller holds the thread's row."""
    require(actor, seeing.COMMENTING, thread)
    text = _text(body)
    if reply_to is not None and not Comment.objects.filter(pk=reply_to, thread=thread).exists():
        raise InvalidInput(fields={"reply_to": ["Not a comment of this thread."]})
    called = calling.checked(actor=actor, thread=thread, mentions=mentions)
    now = timezone.now()
    thread.last_number += 1
    thread.last_comment_at = now
    thread.save(update_fields=["last_number", "last_comment_at"])
    comment: Comment = Comment.objects.create(
        brand_id=thread.brand_id,
        thread=thread,
        number=thread.last_number,
        body=text,
        reply_to_id=reply_to,
        created_at=now,
        **author(actor),
    )
    _call(comment, called)
    return comment


def tell_added(actor: Actor, comment: Comment, *, mentions: Sequence[int], first: bool = False) -> None:
    """`first`: with thread.opened, which tells of the same."""
    thread = comment.thread
    facts = {"number": comment.number, "first": first, "mentions": list(dict.fromkeys(mentions))}
    about = {"annotation": thread.type, "anchor": thread.anchor["kind"]}
    tell("comment.added", actor=actor, thread=thread, comment=comment, **facts, **about)


def edit(*, actor: Actor, comment: Comment, body: str | None = None, mentions: Sequence[int] | None = None) -> Comment:
    """Its author says it otherwise; what it was before is kept. `mentions` replace those it had."""
    held, thread = seeing.held_comment(actor, comment.pk)
    _check_own(actor, held)
    require(actor, seeing.COMMENTING, thread)
    text = held.body if body is None else _text(body)
    known = set(CommentMention.objects.filter(comment=held).values_list("user_id", flat=True))
    called = known
    if mentions is not None:
        called = set(calling.checked(actor=actor, thread=thread, mentions=mentions, known=known))
    if text == held.body and called == known:
        return held
    now = timezone.now()
    if text != held.body:
        _keep(actor, held, Trace.EDITED, now)
    held.body, held.edited_at = text, now
    held.save(update_fields=["body", "edited_at"])
    CommentMention.objects.filter(comment=held, user__in=known - called).delete()
    _call(held, called - known)
    tell("comment.edited", actor=actor, thread=thread, comment=held, mentions=sorted(called - known))
    return held


def delete(*, actor: Actor, comment: Comment) -> None:
    """Its author takes it back, or whoever may delete the resource. Its place stays, its text is kept in the trace, its
    files are gone."""
    held, thread = seeing.held_comment(actor, comment.pk)
    if not is_author(actor, held) and not can(actor, seeing.MODERATING, thread):
        raise Forbidden(f"Only its author, or with the capability {seeing.MODERATING}.", capability=seeing.MODERATING)
    now = timezone.now()
    _keep(actor, held, Trace.DELETED, now)
    held.body, held.deleted_at = "", now
    held.save(update_fields=["body", "deleted_at"])
    attaching.remove_all(held)
    tell("comment.deleted", actor=actor, thread=thread, comment=held)


def revisions(*, actor: Actor, comment: Comment) -> "QuerySet[Any]":
    """Its former texts, for its author and whoever may delete the resource; Forbidden for others."""
    if not is_author(actor, comment) and not can(actor, seeing.MODERATING, comment.thread):
        raise Forbidden(f"Only its author, or with the capability {seeing.MODERATING}.", capability=seeing.MODERATING)
    return CommentRevision.objects.filter(comment=comment).select_related("user", "guest")


def _check_own(actor: Actor, comment: Comment) -> None:
    if not is_author(actor, comment):
        raise Forbidden("Only its author changes a comment.")


def _keep(actor: Actor, comment: Comment, trace: Trace, at: datetime) -> None:
    CommentRevision.objects.create(
        brand_id=comment.brand_id, comment=comment, body=comment.body, trace=trace, at=at, **author(actor)
    )


def _call(comment: Comment, users: Iterable[int]) -> None:
    CommentMention.objects.bulk_create(
        CommentMention(brand_id=comment.brand_id, comment=comment, user_id=pk) for pk in users
    )


def _text(body: str) -> str:
    """Line ends of one kind, nothing invisible around it."""
    text = body.replace("\r\n", "\n").strip()
    if not 1 <= len(text) <= MAX_BODY:
        raise InvalidInput(fields={"body": [f"1 to {MAX_BODY:,} characters."]})
    return text
