"""One reading of a brand's log, for all who listen to it: in a thread, in short transactions."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from brands.permissions import Actor
from brands.tenancy.scope import brand_scope
from collaboration.events import Subject, concerned, subject
from collaboration.stream import frames, sight
from collaboration.stream.callers import Caller, Resource, may_stay

PAGE = 200
_READ = """
SELECT set_config('app.brand_id', %(brand)s, true);
SELECT seq, type, payload, at FROM brands_domainevent WHERE brand_id = %(brand)s AND seq > %(after)s
ORDER BY seq LIMIT %(page)s
"""
# First words of events after which somebody may see less than before.
_ACCESS = frozenset({"member", "role", "group", "grant", "restriction", "share", "link", "share_link", "guest"})


@dataclass(frozen=True)
class Said:
    """An event, or something passing (`seq` 0), ready to be sent: as members read it, and as guests do (None: not at
    all). `resources`: those whose streams tell of it."""

    seq: int
    at: datetime | None
    subject: Subject
    resources: frozenset[tuple[str, str]]
    frame: bytes
    for_guests: bytes | None


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
    rows = _rows(brand_id, after)
    # The rights are read after the events: whoever lost theirs before one of them is not told of it.
    reload = any(row["type"].partition(".")[0] in _ACCESS for row in rows)
    heard = _known(listeners, brand_id, reload=reload)
    present = [one.actor for one in heard if one.actor is not None]
    guests = any(actor.is_guest for actor in present)
    said = [_said(one, guests=guests) for one in (*passing, *rows)]
    looks = iter(sight.looks(present, [one.subject for one in said]))
    heard = [one if one.actor is None else replace(one, sees=next(looks)) for one in heard]
    return Turn(said, rows[-1]["seq"] if rows else after, len(rows) == PAGE, heard)


def heads(brand_ids: Sequence[UUID]) -> dict[UUID, int]:
    """How far each brand's log has come; brands without an event are left out."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM brands_event_heads(%s)", [list(brand_ids)])
        return dict(cursor.fetchall())


def _rows(brand_id: UUID, after: int) -> list[dict[str, Any]]:
    """Two statements in one string are one round trip and one transaction: most turns need no other."""
    with connection.cursor() as cursor:
        cursor.execute(_READ, {"brand": str(brand_id), "after": after, "page": PAGE})
        cursor.nextset()
        rows = cursor.fetchall()
    return [{"seq": seq, "type": type_, "payload": json.loads(payload), "at": at} for seq, type_, payload, at in rows]


def _known(listeners: Sequence[Listener], brand_id: UUID, *, reload: bool) -> list[Heard]:
    if not reload and all(listener.actor is not None for listener in listeners):
        return [Heard(listener.actor, loaded=False) for listener in listeners]
    with brand_scope(brand_id):
        return [
            Heard(listener.actor, loaded=False) if listener.actor and not reload else _loaded(listener, brand_id)
            for listener in listeners
        ]


def _loaded(listener: Listener, brand_id: UUID) -> Heard:
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
        concerned(data["type"], data["payload"]),
        frames.event(data["type"], data, seq=seq),
        frames.event(data["type"], sight.guests_read(data), seq=seq) if hear else None,
    )
