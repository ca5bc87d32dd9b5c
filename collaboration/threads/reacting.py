"""Reactions: a small closed set, each once per person and comment."""

from brands.permissions import Actor, require
from collaboration.models import Comment, CommentReaction
from collaboration.threads import seeing
from collaboration.threads.telling import author, tell


def react(*, actor: Actor, comment: Comment, emoji: str) -> None:
    """Twice is once. Raises CommentDeleted."""
    held, thread = seeing.held_comment(actor, comment.pk)
    require(actor, seeing.COMMENTING, thread)
    mine = {"comment": held, "emoji": emoji, **author(actor)}
    if CommentReaction.objects.filter(**mine).exists():
        return
    CommentReaction.objects.create(brand_id=held.brand_id, **mine)
    tell("comment.reacted", actor=actor, thread=thread, comment=held, emoji=emoji)


def take_back(*, actor: Actor, comment: Comment, emoji: str) -> None:
    """What is not there stays away; nobody is told."""
    held, thread = seeing.held_comment(actor, comment.pk)
    require(actor, seeing.COMMENTING, thread)
    CommentReaction.objects.filter(comment=held, emoji=emoji, **author(actor)).delete()
