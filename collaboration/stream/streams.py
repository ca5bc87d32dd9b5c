"""One open stream: what waits to be sent, and how far it has come."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from django.conf import settings

from brands.permissions import Actor
from collaboration.stream import frames, metrics
from collaboration.stream.callers import Caller, Resource

# The view leaves its ticket in the ASGI scope under this name.
TICKET = "atelier.stream"


class Reason(StrEnum):
    """Why a stream ends. After RESTART and SLOW a client comes again by itself; after ACCESS it is refused."""

    ACCESS = "access"  # the credential ended, or what it may see no longer includes this
    RESTART = "restart"
    SLOW = "slow"  # cut off: there is no telling who does not read
    GONE = "gone"  # the client's own doing


@dataclass(frozen=True)
class Ticket:
    """What Django found: who listens to what, from which number on. `head`: how far the log was then."""

    brand_id: UUID
    caller: Caller
    actor: Actor
    resource: Resource | None
    position: int
    head: int

    @property
    def place(self) -> str:
        """Whose share of the open streams it counts for."""
        return f"{self.brand_id}:{self.actor.kind}:{self.actor.id}"


class Stream:
    """Filled by its channel, emptied by whoever sends; all in the event loop's thread. `position`: every event up to it
    was considered. `live`: it has caught up, and is told what its channel reads. `abort` ends a send that is stuck."""

    def __init__(self, ticket: Ticket, abort: Callable[[], None]) -> None:
        self.ticket = ticket
        self.resource = ticket.resource and (ticket.resource[0], str(ticket.resource[1]))
        self.position = ticket.position
        self.live = False
        self.reason: Reason | None = None
        self._abort = abort
        self._named = -1  # the last number that the client was told
        self._parts: list[bytes] = []
        self._size = 0
        self._wake = asyncio.Event()

    def hear(self, data: bytes, *, named: int, last_seq: int) -> None:
        """Queue events, the last of them numbered `named`, and move on to `last_seq`. Whoever does not read meanwhile
        is let go, and resumes from what it has read."""
        self.position = max(self.position, last_seq)
        if not data or self.reason is not None:
            return
        if self._parts and self._size + len(data) > settings.STREAM_BUFFER_BYTES:
            self.close(Reason.SLOW)
            self._abort()
            return
        self._named = max(self._named, named)
        self._parts.append(data)
        self._size += len(data)
        self._wake.set()

    def fall_behind(self) -> None:
        """Its channel went on without it: it has to catch up first."""
        self.live = False
        self._wake.set()

    def close(self, reason: Reason) -> None:
        if self.reason is None:
            self.reason = reason
            self._wake.set()

    def end(self) -> None:
        """Nothing is sent any more; if nobody else ended it, the client did."""
        self.close(Reason.GONE)
        metrics.closed.labels(str(self.reason)).inc()

    def taken(self) -> bytes:
        """What waits to be sent; nothing of it waits any more."""
        data = b"".join(self._parts)
        self._parts.clear()
        self._size = 0
        return data

    async def next(self) -> bytes:
        """What is to be sent now: a sign of life when there was nothing for a while."""
        try:
            async with asyncio.timeout(settings.STREAM_HEARTBEAT_SECONDS):
                await self._wake.wait()
        except TimeoutError:
            return self._sign_of_life()
        self._wake.clear()
        return self.taken()

    def first_words(self, retry_milliseconds: int) -> bytes:
        """With the position: who loses the connection before the first event resumes from here."""
        return frames.retry(retry_milliseconds) + self._sign_of_life()

    def last_words(self) -> bytes:
        """Events that were queued before the right to see them ended are not sent any more."""
        left = self.taken() if self.reason is Reason.RESTART else b""
        return left + frames.closed(str(self.reason))

    def _sign_of_life(self) -> bytes:
        """What it may not see moves its number on all the same, but not one by one."""
        if self.position <= self._named:
            return frames.HEARTBEAT
        self._named = self.position
        return frames.position(self.position)
