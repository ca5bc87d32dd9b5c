"""Threads and comments with what their readers see of them, in as many queries for two hundred as for one."""

from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from ai_studio.models import Generation
from ai_studio.services import lineage
from brands.permissions import Actor, visible
from collaboration.models import Comment, CommentAttachment, CommentMention
from collaboration.threads import pins, reading, seeing


def threads(actor: Actor) -> "QuerySet[Any]":
    """With `comments_count`, `unread` and `first_comments`."""
    live = Comment.objects.filter(thread=OuterRef("pk"), deleted_at=None).order_by().values("thread")
    count = Subquery(live.annotate(many=Count("pk")).values("many"))
    first = Prefetch("comments", with_parts(Comment.objects.filter(number=1)), to_attr="first_comments")
    found = seeing.threads(actor).select_related("user", "guest", "resolved_by")
    return reading.with_unread(actor, found.annotate(comments_count=Coalesce(count, 0))).prefetch_related(first)


def with_parts(comments: "QuerySet[Any]") -> "QuerySet[Any]":
    """Comments with their people, mentions, reactions and `known_attachments`."""
    files = CommentAttachment.objects.filter(removed_at=None).order_by("position")
    return comments.select_related("user", "guest").prefetch_related(
        Prefetch("mentions", CommentMention.objects.select_related("user").order_by("user")),
        "reactions",
        Prefetch("attachments", files, to_attr="known_attachments"),
    )


def of_all_versions(actor: Actor, threads: "QuerySet[Any]", generation_id: UUID) -> "QuerySet[Any]":
    """Those of a generation's earlier and later versions as well: the old pins of a new picture."""
    seen = visible(actor, "asset.view", Generation.objects.filter(pk=generation_id)).first()
    if seen is None:
        return threads.none()
    return threads.filter(resource_type=pins.GENERATION, resource_id__in=lineage.versions(seen).values("pk"))


def mentioning(actor: Actor, threads: "QuerySet[Any]") -> "QuerySet[Any]":
    """Those in which a comment that still stands calls them."""
    if actor.user_id is None:
        return threads.none()
    called = Exists(CommentMention.objects.filter(comment=OuterRef("pk"), user=actor.user_id))
    return threads.filter(Exists(Comment.objects.filter(called, thread=OuterRef("pk"), deleted_at=None)))


def saying(threads: "QuerySet[Any]", words: str) -> "QuerySet[Any]":
    """Those of which a comment has each of these words in it, in capitals or not."""
    holds = Q()
    for word in words.split():
        holds &= Q(body__icontains=word)
    return threads.filter(Exists(Comment.objects.filter(holds, thread=OuterRef("pk"), deleted_at=None)))
