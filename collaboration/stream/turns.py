"""One reading of a brand's log, for all who listen to it: in a thread, in one short transaction."""

import logging
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache, partial
from typing import Any, ParamSpec, TypeVar
from uuid import UUID

from django.db import connection

from brands.middleware import DATABASE_AWAY, forget_lost_connections
from brands.models import DomainEvent
from brands.permissions import Actor
from brands.tenancy.scope import brand_scope
from collaboration.events import Subject, subject
from collaboration.stream import frames, sight
from collaboration.stream.callers import Caller, Resource, may_stay

logger = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")

PAGE = 200
THREADS = 4
# First words of events after which somebody may see less than before.
_ACCESS = frozenset({"member", "role", "group", "grant", "restriction", "share", "link", "share_link", "guest"})


@dataclass(frozen=True)
class Said:
    """An event, or something passing (`seq` 0), ready to be sent: as members read it, and as guests do (None: not at
    all)."""

    seq: int
    at: datetime | None
    subject: Subject
    frame: bytes
    for_guests: bytes | None

    @property
    def resource(self) -> tuple[str, str]:
        return self.subject.resource_type, self.subject.resource_id


@dataclass(frozen=True)
class Listener:
    """One credential with its streams' resources. `actor`: as last loaded; None to load it now."""

    caller: Caller
    actor: Actor | None
    resources: frozenset[Resource | None]


@dataclass(frozen=True)
class Heard:
    """What a listener is to be told. `actor` None: nothing any more. `lost`: resources that are no longer theirs."""

    actor: Actor | None
    loaded: bool
    sees: sight.Sight = ()
    lost: frozenset[Resource | None] = frozenset()


@dataclass(frozen=True)
class Turn:
    """Passing things first. `last_seq`: how far the log was read; `more`: it goes on."""

    said: list[Said]
    last_seq: int
    more: bool
    heard: list[Heard] = field(default_factory=list)


def take(*, brand_id: UUID, after: int, passing: Sequence[Mapping[str, Any]], listeners: Sequence[Listener]) -> Turn:
    """What came after `after`, a page at most, and who of `listeners` sees what of it."""
    with brand_scope(brand_id):
        rows = list(
            DomainEvent.objects.filter(seq__gt=after).order_by("seq").values("seq", "type", "payload", "at")[:PAGE]
        )
        # The rights are read after the events: whoever lost theirs before one of them is not told of it.
        reload = any(row["type"].partition(".")[0] in _ACCESS for row in rows)
        heard = [_known(listener, brand_id, reload=reload) for listener in listeners]
        present = [one.actor for one in heard if one.actor is not None]
        guests = any(actor.is_guest for actor in present)
        said = [_said(one, guests=guests) for one in (*passing, *rows)]
        looks = iter(sight.looks(present, [one.subject for one in said]))
        heard = [one if one.actor is None else Heard(one.actor, one.loaded, next(looks), one.lost) for one in heard]
    return Turn(said, rows[-1]["seq"] if rows else after, len(rows) == PAGE, heard)


def heads(brand_ids: Sequence[UUID]) -> dict[UUID, int]:
    """How far each brand's log has come; brands without an event are left out."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM brands_event_heads(%s)", [list(brand_ids)])
        return dict(cursor.fetchall())


def released(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Do `work`, and give the connection back whatever happens: nothing is held between turns."""
    try:
        return work(*args, **kwargs)
    except DATABASE_AWAY:
        forget_lost_connections()
        raise
    finally:
        connection.close()


def in_thread(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> tuple[ThreadPoolExecutor, Callable[[], T]]:
    """For loop.run_in_executor."""
    return _threads(), partial(released, work, *args, **kwargs)


@cache
def _threads() -> ThreadPoolExecutor:
    """This process's own, made when first needed."""
    return ThreadPoolExecutor(THREADS, "stream")


def _known(listener: Listener, brand_id: UUID, *, reload: bool) -> Heard:
    if listener.actor is not None and not reload:
        return Heard(listener.actor, loaded=False)
    actor = listener.caller.actor(brand_id)
    if actor is None:
        return Heard(None, loaded=True)
    lost = frozenset(resource for resource in listener.resources if not may_stay(actor, resource))
    return Heard(actor, loaded=True, lost=lost)


def _said(data: Mapping[str, Any], *, guests: bool) -> Said:
    """Of a row of the log, or of a message that passes and has no number."""
    seq = data.get("seq")
    if not isinstance(data["payload"], dict):  # nobody's subject
        data = {**data, "payload": {"said": data["payload"]}}
    hear = guests and sight.for_guests(data["type"])
    return Said(
        seq or 0,
        data["at"] if seq else None,
        subject(data["type"], data["payload"]),
        frames.event(data["type"], data, seq=seq),
        frames.event(data["type"], sight.guests_read(data), seq=seq) if hear else None,
    )
