"""The events of threads: who, where, about what; never what was said."""

from typing import Any

from brands import events
from brands.permissions import Actor
from collaboration.models import Comment, Thread


def tell(what: str, *, actor: Actor, thread: Thread, comment: Comment | None = None, **facts: Any) -> None:
    payload = {
        "resource_type": thread.resource_type,
        "resource_id": str(thread.resource_id),
        "thread": str(thread.pk),
        "visibility": thread.visibility,
        "user": actor.user_id,
        "guest": actor.id if actor.is_guest else None,
        **({"comment": str(comment.pk)} if comment else {}),
        **facts,
    }
    events.append(brand_id=thread.brand_id, type=what, payload=payload)


def author(actor: Actor) -> dict[str, Any]:
    """The columns that say who wrote: a person, or a guest."""
    return {"guest_id": actor.id} if actor.is_guest else {"user_id": actor.person_id}


def is_author(actor: Actor, row: Any) -> bool:
    if actor.is_guest:
        return str(row.guest_id) == actor.id
    return actor.user_id is not None and row.user_id == actor.user_id
