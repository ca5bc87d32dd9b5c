"""A page of what happened, the newest first: a stretch of the log, less what the reader may not see now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Q

from brands.models import DomainEvent, EventSequence, GuestSession, User
from brands.permissions import Actor
from collaboration import events
from collaboration.events import Subject
from collaboration.stream import sight

# A page looks at so much of the log at most, whatever is asked for: by number, of which there is one for each event.
STRETCH = 20_000
MOST_CANDIDATES = 600
# What is told of an event; never words, costs or keys.
_FACTS = frozenset(
    {
        "annotation", "anchor", "comment", "decision", "error_code", "first", "items", "mentions", "number", "review",
        "reviewers", "role", "round", "status", "step", "thread", "to_group", "to_user", "type", "user_id", "verdict",
        "version",
    }
)  # fmt: skip
_TO_MEMBERS_ONLY = frozenset({"mentions", "reviewers", "to_group", "to_user", "user_id", "items"})


@dataclass(frozen=True)
class Happened:
    """`person` or `guest` did it; neither: the studio did, or the log does not say."""

    event: DomainEvent
    subject: Subject
    facts: Mapping[str, Any]
    person: User | None = None
    guest: GuestSession | None = None


@dataclass(frozen=True)
class Page:
    """`next_seq`: look from there on; None at the end of the log. A page may be short, or empty, before it."""

    happened: list[Happened]
    next_seq: int | None


@dataclass(frozen=True)
class Wanted:
    resource: tuple[str, UUID] | None = None
    user_id: int | None = None
    types: Sequence[str] = field(default=())


def page(*, actor: Actor, wanted: Wanted, limit: int, before_seq: int | None = None) -> Page:
    """In the brand's scope; as many queries for many events as for one."""
    head = EventSequence.objects.filter(brand=actor.brand_id).values_list("last_seq", flat=True).first() or 0
    top = head if before_seq is None else min(before_seq - 1, head)
    bottom = max(0, top - STRETCH)
    rows = list(
        DomainEvent.objects.filter(_matching(wanted), seq__gt=bottom, seq__lte=top).order_by("-seq")[:MOST_CANDIDATES]
    )
    about = [events.subject(row.type, row.payload) for row in rows]
    (looks,) = sight.looks([actor], about)
    seen = [
        (row, subject)
        for row, subject, sees in zip(rows, about, looks, strict=True)
        if sees and (not actor.is_guest or sight.for_guests(row.type))
    ]
    if len(seen) > limit:
        next_seq = seen[limit - 1][0].seq
    else:
        next_seq = rows[-1].seq if len(rows) == MOST_CANDIDATES else bottom + 1
    return Page(_with_people(actor, seen[:limit]), next_seq if next_seq > 1 else None)


def _matching(wanted: Wanted) -> Q:
    found = Q()
    if wanted.resource is not None:
        found &= _about(*wanted.resource)
    if wanted.user_id is not None:
        found &= Q(payload__user=wanted.user_id)
    if wanted.types:
        types = Q()
        for name in wanted.types:
            types |= Q(type=name) if "." in name else Q(type__startswith=f"{name}.")
        found &= types
    return found


def _about(code: str, pk: UUID) -> Q:
    """Lower apps name theirs by their own words (collaboration/events.py)."""
    found = Q(payload__resource_type=code, payload__resource_id=str(pk))
    for first, (key, of_type) in events.RESOURCES.items():
        if of_type == code:
            found |= Q(type__startswith=f"{first}.", **{f"payload__{key}": str(pk)})
    return found


def _with_people(actor: Actor, seen: Sequence[tuple[DomainEvent, Subject]]) -> list[Happened]:
    """Two queries."""
    people = User.objects.in_bulk({row.payload["user"] for row, _ in seen if isinstance(row.payload.get("user"), int)})
    guests = GuestSession.objects.in_bulk({row.payload["guest"] for row, _ in seen if row.payload.get("guest")})
    by_id = {str(pk): row for pk, row in guests.items()}
    hidden = _TO_MEMBERS_ONLY if actor.is_guest else frozenset()
    return [
        Happened(
            row,
            subject,
            {name: fact for name, fact in row.payload.items() if name in _FACTS - hidden},
            None if _by_the_studio(row) else people.get(row.payload.get("user")),
            by_id.get(row.payload.get("guest") or ""),
        )
        for row, subject in seen
    ]


def _by_the_studio(row: DomainEvent) -> bool:
    """Their `user` is whose order it was."""
    return row.type in ("generation.completed", "generation.failed")
