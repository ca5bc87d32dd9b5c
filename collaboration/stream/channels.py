"""A brand's streams in this process, for which its log is read once."""

import asyncio
import logging
import random
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.utils import timezone

from brands.middleware import DATABASE_AWAY
from brands.permissions import Actor
from collaboration.stream import metrics, turns
from collaboration.stream.callers import Caller
from collaboration.stream.readers import readers
from collaboration.stream.streams import Reason, Stream
from collaboration.stream.turns import Heard, Listener, Said, Turn

logger = logging.getLogger(__name__)

# Bells that ring together are one turn.
GATHER_SECONDS = 0.05
AGAIN_SECONDS = 1.0
MOST_PASSING = 500


class Seat:
    """One credential and its streams."""

    def __init__(self, caller: Caller, actor: Actor) -> None:
        self.caller = caller
        self.streams: set[Stream] = set()
        self.know(actor)

    def know(self, actor: Actor) -> None:
        self.actor, self.loaded_at = actor, time.monotonic()
        self._patience = random.uniform(0.7, 1.0)  # noqa: S311 - not all seats become old at once

    def listener(self, old_after_seconds: float) -> Listener:
        """`old_after_seconds`: then the actor is loaded anew."""
        old = time.monotonic() - self.loaded_at >= old_after_seconds * self._patience
        return Listener(
            self.caller, None if old else self.actor, frozenset(stream.ticket.resource for stream in self.streams)
        )


class Channel:
    """`position`: how far the log was read for those who are live. `old_after_seconds` says how long rights are
    believed of which nobody said that they changed."""

    def __init__(self, brand_id: UUID, position: int, old_after_seconds: Callable[[], float]) -> None:
        self.brand_id = brand_id
        self._old_after_seconds = old_after_seconds
        self.position = position
        self._seats: dict[object, Seat] = {}
        self._passing: list[Mapping[str, Any]] = []
        self._reload = False
        self._rung = asyncio.Event()
        self._task = asyncio.create_task(self._run())

    def enter(self, stream: Stream) -> None:
        ticket = stream.ticket
        seat = self._seats.setdefault(ticket.caller.key, Seat(ticket.caller, ticket.actor))
        seat.know(ticket.actor)
        seat.streams.add(stream)
        self.ring()  # the bell may have rung before we listened

    def leave(self, stream: Stream) -> bool:
        """Whether it was the last one; the channel has ended then."""
        seat = self._seats[stream.ticket.caller.key]
        seat.streams.discard(stream)
        if not seat.streams:
            del self._seats[stream.ticket.caller.key]
        if not self._seats:
            self._task.cancel()
        return not self._seats

    def ring(self) -> None:
        self._rung.set()

    def access_changed(self) -> None:
        self._reload = True
        self.ring()

    def hear_passing(self, message: Mapping[str, Any]) -> None:
        if len(self._passing) < MOST_PASSING:
            self._passing.append(message)
            self.ring()

    def seats(self) -> int:
        return len(self._seats)

    def streams(self) -> list[Stream]:
        return [stream for seat in self._seats.values() for stream in seat.streams]

    def ring_if_old(self, seconds: float) -> None:
        """Somebody's rights were not looked at for so long."""
        if time.monotonic() - min(seat.loaded_at for seat in self._seats.values()) > seconds:
            self.ring()

    async def catch_up(self, stream: Stream) -> None:
        """Read it a page of what the others have heard already; it is live when there is none left."""
        if stream.position >= self.position:
            stream.live = True
            return
        seat = self._seats[stream.ticket.caller.key]
        try:
            turn = await self._take(stream.position, [], [seat], reload=False)
        except DATABASE_AWAY as error:
            logger.warning("a stream does not catch up: %s", error)
            await asyncio.sleep(AGAIN_SECONDS)
            return
        (heard,) = turn.heard
        if self._still_seated(seat, heard):
            _tell(stream, _seen(turn.said, heard), turn.last_seq)

    async def _run(self) -> None:
        while True:
            await self._rung.wait()
            self._rung.clear()
            try:
                await self._turn()
            except DATABASE_AWAY as error:
                logger.warning("the log of brand %s was not read: %s", self.brand_id, error)
                await self._again()
            except Exception:  # a defect of ours: the streams stay open, and miss nothing once it is gone
                logger.exception("the log of brand %s was not read", self.brand_id)
                await self._again()
            await asyncio.sleep(GATHER_SECONDS)

    async def _again(self) -> None:
        await asyncio.sleep(AGAIN_SECONDS)
        self.ring()

    async def _turn(self) -> None:
        seats = list(self._seats.values())
        passing, self._passing = self._passing, []
        reload, self._reload = self._reload, False
        try:
            turn = await self._take(self.position, passing, seats, reload=reload)
        except BaseException:
            self._reload |= reload
            raise
        for seat, heard in zip(seats, turn.heard, strict=True):
            if self._still_seated(seat, heard):
                _tell_all(seat, turn.said, heard, last_seq=turn.last_seq)
        if turn.last_seq > self.position:
            for stream in self.streams():
                if stream.position < turn.last_seq:  # it came while the log was read
                    stream.fall_behind()
        self.position = turn.last_seq
        if turn.more:
            self.ring()

    async def _take(
        self, after: int, passing: Sequence[Mapping[str, Any]], seats: Sequence[Seat], *, reload: bool
    ) -> Turn:
        old = 0.0 if reload else self._old_after_seconds()
        listeners = [seat.listener(old) for seat in seats]
        return await readers().do(turns.take, brand_id=self.brand_id, after=after, passing=passing, listeners=listeners)

    def _still_seated(self, seat: Seat, heard: Heard) -> bool:
        if heard.actor is None:
            for stream in seat.streams:
                stream.close(Reason.ACCESS)
            return False
        if heard.loaded:
            seat.know(heard.actor)
        for stream in seat.streams if heard.lost else ():
            if stream.ticket.resource in heard.lost:
                stream.close(Reason.ACCESS)
        return True


def _seen(said: Sequence[Said], heard: Heard) -> list[tuple[Said, bytes]]:
    """What the listener sees of it, and how."""
    assert heard.actor is not None  # noqa: S101 - looked at before
    guest = heard.actor.is_guest
    frames = ((one, one.for_guests if guest else one.frame) for one, seen in zip(said, heard.sees, strict=True) if seen)
    return [(one, frame) for one, frame in frames if frame is not None]


def _tell_all(seat: Seat, said: Sequence[Said], heard: Heard, *, last_seq: int) -> None:
    seen = _seen(said, heard)
    now = timezone.now()
    for one, _ in seen:
        if one.at is not None:
            metrics.seconds.observe(max(0.0, (now - one.at).total_seconds()))
    for stream in seat.streams:
        if stream.live:
            _tell(stream, seen, last_seq)


def _tell(stream: Stream, seen: Sequence[tuple[Said, bytes]], last_seq: int) -> None:
    new = [
        (one.seq, frame)
        for one, frame in seen
        if (not one.seq or one.seq > stream.position) and (stream.resource is None or stream.resource in one.resources)
    ]
    numbers = [seq for seq, _ in new if seq]
    metrics.events.inc(len(numbers))
    stream.hear(b"".join(frame for _, frame in new), named=max(numbers, default=-1), last_seq=last_seq)
