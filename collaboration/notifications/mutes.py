"""Threads and resources of which somebody does not want to be told. Who is called by name is told all the same."""

from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from brands import registry
from brands.errors import InvalidInput, NotFound
from brands.permissions import Actor
from collaboration.models import NotificationMute
from collaboration.notifications.choices import Kind
from collaboration.threads import seeing

MOST = 1_000


def mine(actor: Actor) -> "QuerySet[Any]":
    return NotificationMute.objects.filter(user=actor.person_id)


def mute(
    *, actor: Actor, thread: UUID | None = None, resource_type: str = "", resource_id: UUID | None = None
) -> NotificationMute:
    """Muting twice is muting once. InvalidInput naming `thread` or `resource_id` for what the actor does not see."""
    about = _thread(actor, thread) if thread else _resource(actor, resource_type, resource_id)
    found: NotificationMute | None = mine(actor).filter(**about).first()
    if found is not None:
        return found
    if mine(actor).count() >= MOST:
        raise InvalidInput(fields={"thread": [f"You mute {MOST:,} already."]})
    NotificationMute.objects.bulk_create(
        [NotificationMute(brand_id=actor.brand_id, user_id=actor.person_id, **about)], ignore_conflicts=True
    )
    made: NotificationMute = mine(actor).get(**about)
    return made


def end(*, actor: Actor, pk: UUID) -> None:
    if not mine(actor).filter(pk=pk).delete()[0]:
        raise NotFound()


def of(*, user_ids: Iterable[int]) -> Callable[[int, Any], bool]:
    """Whether a person muted what a wish or a notification is about, unless it calls them by name. One query."""
    rows = NotificationMute.objects.filter(user__in=list(user_ids))
    muted = {
        (row.user_id, str(row.thread_id) if row.thread_id else (row.resource_type, str(row.resource_id)))
        for row in rows
    }

    def is_muted(user_id: int, told: Any) -> bool:
        if told.kind == Kind.MENTIONED:
            return False
        return (user_id, str(told.thread_id)) in muted or (user_id, told.resource) in muted

    return is_muted


def _thread(actor: Actor, pk: UUID) -> dict[str, Any]:
    thread = seeing.threads(actor).filter(pk=pk).first()
    if thread is None:
        raise InvalidInput(fields={"thread": ["Not found."]})
    return {"thread_id": thread.pk, "resource_type": thread.resource_type, "resource_id": thread.resource_id}


def _resource(actor: Actor, resource_type: str, resource_id: UUID | None) -> dict[str, Any]:
    try:
        registry.resolve(actor=actor, code=resource_type, id=resource_id)
    except NotFound as error:
        raise InvalidInput(fields={"resource_id": ["Not found."]}) from error
    return {"thread_id": None, "resource_type": resource_type, "resource_id": resource_id}
