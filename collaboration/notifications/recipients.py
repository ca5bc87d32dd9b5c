"""Whom an event concerns, and as what: by the facts of the log and of the rows that it names.

Whether they may see it, and wish to be told, is not asked here (writing.py).
"""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from brands.models import DomainEvent
from collaboration.notifications.choices import Kind
from collaboration.notifications.known import Known

logger = logging.getLogger(__name__)

# What a notification repeats of its event; never words.
_FACTS = ("number", "step", "verdict", "round", "role", "comment", "error_code", "type", "webhook", "reason")


@dataclass(frozen=True)
class Wish:
    """`user_id` is to be told of `event`; `key` names what it is about, once for each person."""

    user_id: int
    kind: Kind
    key: str
    event: DomainEvent
    resource: tuple[str, str] | None = None
    thread_id: str | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def own(self) -> bool:
        """It tells somebody what they did themselves. What the studio did with their order is not that."""
        return self.kind not in _BY_THE_STUDIO and self.user_id == self.event.payload.get("user")


_BY_THE_STUDIO = frozenset({Kind.GENERATION_COMPLETED, Kind.GENERATION_FAILED})
Told = Iterator[tuple[Kind, str, Sequence[int]]]


def wishes(events: Sequence[DomainEvent], known: Known) -> list[Wish]:
    """In the order of the log; of what is about the same for the same person, the first counts."""
    return [wish for event in events if event.type in _RULES for wish in _of(event, known)]


def types() -> list[str]:
    return list(_RULES)


def _of(event: DomainEvent, known: Known) -> list[Wish]:
    """One whose facts are not whole must not keep those after it from being told: it is logged, and tells nobody."""
    try:
        return list(_wishes(event, known))
    except (KeyError, TypeError, ValueError):
        logger.exception("event %s of brand %s tells nobody", event.seq, event.brand_id)
        return []


def _wishes(event: DomainEvent, known: Known) -> Iterator[Wish]:
    payload = event.payload
    facts = {name: payload[name] for name in _FACTS if payload.get(name) is not None}
    resource = known.resource_of(event)
    for kind, key, users in _RULES[event.type](event, known):
        for user_id in users:
            yield Wish(user_id, kind, key, event, resource, payload.get("thread"), facts)


def _added(event: DomainEvent, known: Known) -> Told:
    """Called by name, else in a thread that they wrote in before, else about what they made: once each."""
    payload = event.payload
    called = payload.get("mentions") or []
    key = f"comment:{payload['comment']}"
    yield Kind.MENTIONED, f"mention:{payload['comment']}", called
    talking = [user for user in known.talked_before(payload["thread"], payload["number"]) if user not in called]
    yield Kind.REPLIED, key, talking
    yield Kind.COMMENTED, key, [user for user in known.makers_of(event) if user not in (*called, *talking)]


def _edited(event: DomainEvent, known: Known) -> Told:
    yield Kind.MENTIONED, f"mention:{event.payload['comment']}", event.payload.get("mentions") or []


def _resolved(event: DomainEvent, known: Known) -> Told:
    yield Kind.THREAD_RESOLVED, f"resolved:{event.seq}", known.talked_before(event.payload["thread"], None)


def _asked(event: DomainEvent, known: Known) -> Told:
    yield Kind.REVIEW_ASKED, _round(event), _reviewers(event)


def _turn(event: DomainEvent, known: Known) -> Told:
    yield Kind.REVIEW_TURN, f"{_round(event)}:{event.payload['step']}", _reviewers(event)


def _decided(event: DomainEvent, known: Known) -> Told:
    """Unless the next event says what came of it: nobody is told twice of one decision."""
    if event.payload.get("verdict") != "REQUEST_CHANGES" and not known.approved_by(event):
        yield Kind.REVIEW_DECIDED, f"decision:{event.payload['decision']}", known.makers_of(event)


def _ended(kind: Kind) -> Callable[[DomainEvent, Known], Told]:
    def rule(event: DomainEvent, known: Known) -> Told:
        yield kind, f"{_round(event)}:ended", known.makers_of(event)

    return rule


def _due(kind: Kind) -> Callable[[DomainEvent, Known], Told]:
    def rule(event: DomainEvent, known: Known) -> Told:
        payload = event.payload
        key = f"{_round(event)}:{payload['step']}:{kind}:{payload['step_due_at']}"
        asked = _reviewers(event)
        yield kind, key, asked
        if kind == Kind.REVIEW_OVERDUE and payload.get("requested_by") not in (None, *asked):
            yield kind, key, [payload["requested_by"]]

    return rule


def _shared(event: DomainEvent, known: Known) -> Told:
    payload = event.payload
    users = [payload["to_user"]] if payload.get("to_user") else known.in_group(event)
    yield Kind.SHARED, f"share:{payload['share']}", users


def _granted(event: DomainEvent, known: Known) -> Told:
    """A grant on one resource is a share by another name."""
    payload = event.payload
    if payload.get("resource_type"):
        users = [payload["user_id"]] if payload.get("user_id") else known.in_group(event)
        yield Kind.SHARED, f"share:{payload['grant']}", users


def _role_changed(event: DomainEvent, known: Known) -> Told:
    yield Kind.ROLE_CHANGED, f"role:{event.seq}", [event.payload["user_id"]]


def _generation(kind: Kind) -> Callable[[DomainEvent, Known], Told]:
    """Of what people ordered themselves: a program's thousands are its maker's business, not their inbox's."""

    def rule(event: DomainEvent, known: Known) -> Told:
        payload = event.payload
        if payload.get("user") is not None and payload.get("api_key") is None:
            yield kind, f"generation:{payload['generation']}:{kind}:{event.seq}", [payload["user"]]

    return rule


def _webhook_disabled(event: DomainEvent, known: Known) -> Told:
    yield Kind.WEBHOOK_DISABLED, f"webhook:{event.seq}", known.everybody()


def _reviewers(event: DomainEvent) -> list[int]:
    """But for who asked, who may not decide."""
    return [user for user in event.payload.get("reviewers") or [] if user != event.payload.get("requested_by")]


def _round(event: DomainEvent) -> str:
    return f"review:{UUID(event.payload['review']).hex}:{event.payload['round']}"


_RULES: Mapping[str, Callable[[DomainEvent, Known], Told]] = {
    "comment.added": _added,
    "comment.edited": _edited,
    "thread.resolved": _resolved,
    "review.requested": _asked,
    "review.asked_again": _asked,
    "review.changed": _asked,
    "review.step_opened": _turn,
    "review.decided": _decided,
    "review.approved": _ended(Kind.REVIEW_APPROVED),
    "review.changes_requested": _ended(Kind.REVIEW_CHANGES),
    "review.due_soon": _due(Kind.REVIEW_DUE_SOON),
    "review.overdue": _due(Kind.REVIEW_OVERDUE),
    "share.made": _shared,
    "grant.made": _granted,
    "member.role_changed": _role_changed,
    "generation.completed": _generation(Kind.GENERATION_COMPLETED),
    "generation.failed": _generation(Kind.GENERATION_FAILED),
    "webhook.disabled": _webhook_disabled,
}
