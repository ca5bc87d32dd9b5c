"""Events under a write key: whose they are, whether that key may write them, and into the store with them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from analytics.ingest import storing, studio
from analytics.ingest.checking import payload_of
from analytics.ingest.incoming import IncomingEvent, Outcome, Rejected
from analytics.ingest.letters import Letter
from brands.errors import AtelierError, Forbidden, NotFound
from brands.permissions import Actor
from brands.services import actors, api_keys
from brands.services.api_keys import Credential
from brands.tenancy.scope import brand_scope

CAPABILITY = "event.write"


class UnknownWriteKey(AtelierError):
    status = 401
    code = "unknown_write_key"
    title = "The write key is missing, unknown, expired or revoked"

    def __init__(self) -> None:
        super().__init__(www_authenticate='Bearer realm="atelier"')


class NoWriteKey(Forbidden):
    """Anyone can read the key in a page's source: one that can do more must not be there."""

    code = "no_write_key"
    title = "This key may do more than write events"


@dataclass(frozen=True)
class Writer:
    """A write key that was checked, and whom it acts for."""

    credential: Credential
    actor: Actor


def writer(token: str) -> Writer:
    """Raises UnknownWriteKey, or Forbidden for a key that may do anything else, or may not do this (any more)."""
    credential = api_keys.authenticate(token) if token else None
    if credential is None:
        raise UnknownWriteKey()
    if set(credential.scopes) != {CAPABILITY}:
        raise NoWriteKey(f"Make an API key whose only scope is {CAPABILITY}, and revoke this one if it was published.")
    try:
        with brand_scope(credential.brand_id):
            actor = actors.for_key(brand_id=credential.brand_id, credential=credential)
    except NotFound as error:
        raise UnknownWriteKey() from error
    if CAPABILITY not in actor.capabilities:
        raise Forbidden(f"This needs the capability {CAPABILITY}.", capability=CAPABILITY)
    return Writer(credential, actor)


def receive(letter: Letter, *, writer: Writer, source: str, received_at: datetime) -> Outcome:
    """Stores the good events of a letter and keeps the bad ones as dead letters."""
    outcome = add(brand_id=writer.actor.brand_id, events=letter.events, source=source, received_at=received_at)
    api_keys.touch(writer.credential)
    return outcome


def add(*, brand_id: UUID, events: Sequence[IncomingEvent | Rejected], source: str, received_at: datetime) -> Outcome:
    """Stores what came under a key from outside, as storing.store does."""
    allowed = [_unless_reserved(event) for event in events]
    return storing.store(brand_id=brand_id, events=allowed, source=source, received_at=received_at)


def _unless_reserved(event: IncomingEvent | Rejected) -> IncomingEvent | Rejected:
    """What the studio made, and for how much, only the studio tells: a write key is in everybody's hands."""
    if isinstance(event, Rejected) or event.name not in studio.NAMES:
        return event
    return Rejected("reserved_name", f"{event.name} is told by the studio alone.", payload_of(event))
