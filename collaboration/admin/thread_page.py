"""Everything one sees on a thread's page. Runs in the thread's brand."""

from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.conf import settings
from django.utils import timezone

from ai_studio.admin.generation_page import previews
from ai_studio.models import Generation
from brands import registry
from brands.permissions import system_actor
from collaboration.admin import pins
from collaboration.models import Comment, CommentAttachment, ExternalResource, Thread
from collaboration.threads import attaching, listing
from collaboration.threads import pins as versions

MOST_BESIDE = 200


@dataclass(frozen=True)
class Said:
    comment: Comment
    author: str
    files: list[tuple[CommentAttachment, str]]
    reactions: str
    former: list[Any]


def thread_page(thread: Thread) -> dict[str, Any]:
    resource = registry.known(thread.resource_type)
    row = apps.get_model(resource.model)._default_manager.filter(pk=thread.resource_id).first()
    beside = list(_beside(thread))
    return {
        "thread": thread,
        "label": pins.label(thread),
        "where": pins.words(thread.anchor),
        "is_current": bool(versions.current(system_actor(thread.brand_id), [thread])),
        "resource": resource,
        "row": row,
        "row_title": row and str(getattr(row, resource.title_field)),
        "external": row if isinstance(row, ExternalResource) else None,
        "previews": previews(row, list(row.artifacts.order_by("role", "name"))) if isinstance(row, Generation) else [],
        "pins": pins.drawn(beside, thread),
        "hotspots": pins.hotspots(beside, thread),
        "camera": pins.orbit(thread.anchor),
        "author": _name(thread),
        "said": _said(thread),
    }


def _beside(thread: Thread) -> Any:
    """The threads on the same version, this one among them."""
    same = {"resource_type": thread.resource_type, "resource_id": thread.resource_id, "version": thread.version}
    others = Thread.objects.filter(**same).exclude(pk=thread.pk).order_by("-id")[: MOST_BESIDE - 1]
    return [thread, *others]


def _said(thread: Thread) -> list[Said]:
    comments = listing.with_parts(Comment.objects.filter(thread=thread)).order_by("number")
    return [
        Said(comment, _name(comment), _files(comment), _reactions(comment), list(comment.revisions.all()))
        for comment in comments.prefetch_related("revisions__user", "revisions__guest")
    ]


def _files(comment: Any) -> list[tuple[CommentAttachment, str]]:
    """With addresses on the host that staff came to."""
    now = timezone.now()
    return [
        (file, attaching.signed_url(file, at=now).removeprefix(settings.PUBLIC_URL))
        for file in comment.known_attachments
    ]


def _reactions(comment: Comment) -> str:
    counts: dict[str, int] = {}
    for row in comment.reactions.all():
        counts[row.get_emoji_display()] = counts.get(row.get_emoji_display(), 0) + 1
    return "  ".join(f"{emoji} {count}" for emoji, count in counts.items())


def _name(row: Any) -> str:
    return f"{row.guest} (guest)" if row.user_id is None else str(row.user)
