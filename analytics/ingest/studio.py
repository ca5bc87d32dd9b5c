"""What the studio and the talk about its work tell, as events of whoever it was for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from analytics.ingest.incoming import IncomingEvent
from analytics.ingest.moments import moment

SOURCE = "studio"


@dataclass(frozen=True)
class Told:
    """The event that a domain event becomes, and what of its payload goes along: facts, never anybody's words."""

    name: str
    properties: Sequence[str]


_GENERATION = (
    "generation",
    "type",
    "provider",
    "model",
    "quality",
    "status",
    "error_code",
    "estimated_cost_usd",
    "cost_usd",
    "user",
    "api_key",
)
_SHARE = ("resource_type", "resource_id", "link", "guest")
_COMMENT = ("resource_type", "resource_id", "thread", "comment", "visibility", "annotation", "anchor", "first", "user")
# What is told of other things is one more line each.
EVENTS: Mapping[str, Told] = {
    "generation.requested": Told("$generation_requested", _GENERATION),
    "generation.completed": Told("$generation_completed", _GENERATION),
    "generation.failed": Told("$generation_failed", _GENERATION),
    "generation.cancelled": Told("$generation_cancelled", _GENERATION),
    "comment.added": Told("$comment_added", _COMMENT),
    # Of whom the first generation in the review was made for.
    "review.approved": Told("$approved", (*_GENERATION, "review", "round", "items_count")),
    # A guest is a person of their own: guest:<session>.
    "share_link.opened": Told("$share_viewed", _SHARE),
}


NAMES = frozenset(told.name for told in EVENTS.values())


def translated(id: UUID, type: str, at: datetime, payload: Mapping[str, Any]) -> IncomingEvent | None:  # noqa: A002
    """None for what is no event of anybody's. The same domain event always gives the same event, by an id that nobody
    outside can guess and use up before."""
    told = EVENTS.get(type)
    person = _person(payload)
    if told is None or not person:
        return None
    properties = {name: _plain(name, payload[name]) for name in told.properties if payload.get(name) not in (None, "")}
    if (started_at := moment(payload.get("started_at"))) is not None:
        properties["duration_seconds"] = round((at - started_at).total_seconds(), 3)
    return IncomingEvent(name=told.name, distinct_id=person, at=at, insert_id=f"{SOURCE}:{id}", properties=properties)


def _person(payload: Mapping[str, Any]) -> str:
    """Whom the caller named, else the member who asked. With a prefix: other senders have numbers of their own, and
    their 7 is not our 7."""
    if named := payload.get("distinct_id"):
        return str(named)
    user = payload.get("user")
    return "" if user is None else f"user:{user}"


def _plain(name: str, value: Any) -> Any:
    """Money is a text in the log, where it is exact, and a number here, where it is added up."""
    return float(value) if name.endswith("_usd") else value
