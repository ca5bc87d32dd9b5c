"""A person's notifications: those of what they may see now; whether they read them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from brands import registry
from brands.errors import NotFound
from brands.permissions import Actor, visible
from collaboration.models import Notification
from collaboration.notifications.choices import Kind


def seen(actor: Actor) -> "QuerySet[Any]":
    """All of theirs. Each type of resource needs a right of its own, and the brand's own affairs theirs."""
    mine = Notification.objects.filter(user=actor.person_id)
    allowed = Q(kind=Kind.ROLE_CHANGED)
    if "webhook.manage" in actor.capabilities:
        allowed |= Q(kind=Kind.WEBHOOK_DISABLED)
    found = mine.filter(allowed, resource_type="")
    for view, types in _types_by_right().items():
        found = found | visible(actor, view, mine.filter(resource_type__in=types))
    return found


def listed(actor: Actor) -> "QuerySet[Any]":
    """Those that are shown in the app."""
    return seen(actor).filter(in_app=True).select_related("by", "guest")


def count_unread(actor: Actor) -> int:
    return listed(actor).filter(read_at=None).count()


def mark(*, actor: Actor, pk: UUID, at: datetime) -> None:
    """Read it; what was read stays so, since when it was. NotFound for what is not in the list."""
    if not listed(actor).filter(pk=pk).exists():
        raise NotFound()
    _unread(actor).filter(pk=pk).update(read_at=at)


def mark_all(*, actor: Actor, at: datetime, up_to: UUID | None = None) -> int:
    """Read all of them, or those up to one, which is the newest that the person saw. Returns how many were unread.

    Those that are hidden now are read with them: they would be news from long ago if they were seen again.
    """
    unread = _unread(actor)
    return unread.update(read_at=at) if up_to is None else unread.filter(pk__lte=up_to).update(read_at=at)


def _unread(actor: Actor) -> "QuerySet[Any]":
    return Notification.objects.filter(user=actor.person_id, in_app=True, read_at=None)


def _types_by_right() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for resource_type in registry.all_types():
        found.setdefault(resource_type.view, []).append(resource_type.code)
    return found
