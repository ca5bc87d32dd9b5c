"""All live streams of this process: they share one subscription to Redis, one look at all logs, one end."""

import asyncio
import contextlib
import logging
import random
import signal
from functools import cache
from typing import Any
from uuid import UUID

from django.conf import settings

from brands.middleware import DATABASE_AWAY
from collaboration.stream import census, turns
from collaboration.stream.channels import Channel
from collaboration.stream.listening import listen
from collaboration.stream.readers import readers
from collaboration.stream.streams import Reason, Stream, Ticket

logger = logging.getLogger(__name__)

SEND_SECONDS = 30.0
# Clients of a server that ends do not all come to the next one at once.
RETRY_MILLISECONDS = (1000, 3000)
CENSUS_SECONDS = 5.0
# Loading an actor takes milliseconds: where a thousand people listen, less often.
SEAT_SECONDS = 0.02
_STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT)


class Hub:
    """One per process, made in its event loop with the first stream."""

    def __init__(self) -> None:
        self.channels: dict[UUID, Channel] = {}
        self.count = 0
        self._stopping = False
        self._old_after_seconds = settings.STREAM_ACCESS_SECONDS
        self._tasks = [asyncio.create_task(work) for work in (listen(self), self._look(), self._tell_census())]
        self._end_with_the_server()

    async def serve(self, ticket: Ticket, receive: Any, send: Any) -> None:
        """Until the client goes, loses its right, or the server ends."""
        stream = Stream(ticket, abort=_abort_of(send))
        channel = self._enter(stream)
        watch = asyncio.create_task(_close_when_gone(stream, receive))
        try:
            await _send_all(stream, channel, send)
        except TimeoutError:
            stream.close(Reason.SLOW)
            _abort_of(send)()
        finally:
            watch.cancel()
            self._leave(stream)

    def stop(self) -> None:
        """Clients resume elsewhere."""
        self._stopping = True
        for channel in self.channels.values():
            for stream in channel.streams():
                stream.close(Reason.RESTART)

    def _enter(self, stream: Stream) -> Channel:
        ticket = stream.ticket
        channel = self.channels.get(ticket.brand_id)
        if channel is None:
            channel = self.channels[ticket.brand_id] = Channel(
                ticket.brand_id, ticket.head, lambda: self._old_after_seconds
            )
        channel.enter(stream)
        self.count += 1
        if self._stopping:
            stream.close(Reason.RESTART)
        return channel

    def _leave(self, stream: Stream) -> None:
        if self.channels[stream.ticket.brand_id].leave(stream):
            del self.channels[stream.ticket.brand_id]
        self.count -= 1
        stream.end()

    async def _look(self) -> None:
        """A bell that was lost costs so long, and a right that ended quietly a heartbeat."""
        while True:
            await asyncio.sleep(settings.STREAM_POLL_SECONDS)
            try:
                await self._look_once()
            except DATABASE_AWAY as error:
                logger.warning("the brands' logs were not looked at: %s", error)
            except Exception:  # a defect of ours: bells are heard all the same
                logger.exception("the brands' logs were not looked at")

    async def _look_once(self) -> None:
        if not self.channels:
            return
        seats = sum(channel.seats() for channel in self.channels.values())
        self._old_after_seconds = max(settings.STREAM_ACCESS_SECONDS, seats * SEAT_SECONDS)
        heads = await readers().do(turns.heads, list(self.channels))
        for brand_id, channel in self.channels.items():
            if heads.get(brand_id, 0) > channel.position:
                channel.ring()
            channel.ring_if_old(max(settings.STREAM_HEARTBEAT_SECONDS, self._old_after_seconds))

    async def _tell_census(self) -> None:
        while True:
            await census.tell(self.count)
            await asyncio.sleep(CENSUS_SECONDS)

    def _end_with_the_server(self) -> None:
        """The server ends when all answers have ended, and these never would: they hear of it as it does."""
        loop = asyncio.get_running_loop()
        for number in _STOP_SIGNALS:
            before = signal.getsignal(number)

            def told(number: int, frame: Any, before: Any = before) -> None:
                loop.call_soon_threadsafe(self.stop)
                if callable(before):
                    before(number, frame)

            with contextlib.suppress(ValueError):  # not in the main thread, where signals are not ours to hear
                signal.signal(number, told)


@cache
def hub() -> Hub:
    return Hub()


async def _send_all(stream: Stream, channel: Channel, send: Any) -> None:
    await _send(send, stream.first_words(random.randint(*RETRY_MILLISECONDS)))  # noqa: S311 - no secret
    while stream.reason is None:
        if stream.live:
            data = await stream.next()
        else:
            await channel.catch_up(stream)
            data = stream.taken()
        if data and stream.reason is None:
            await _send(send, data)
    if stream.reason in (Reason.ACCESS, Reason.RESTART):
        await _send(send, stream.last_words())
        await _send(send, b"", more=False)


async def _send(send: Any, data: bytes, *, more: bool = True) -> None:
    """Raises TimeoutError when the client does not read."""
    async with asyncio.timeout(SEND_SECONDS):
        await send({"type": "http.response.body", "body": data, "more_body": more})


async def _close_when_gone(stream: Stream, receive: Any) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    stream.close(Reason.GONE)


def _abort_of(send: Any) -> Any:
    """Ends the connection at once. ASGI has no word for it, and waiting for a client that does not read would go on for
    as long as it likes; uvicorn's `send` knows its transport. With another server the task is cancelled."""
    transport = getattr(getattr(send, "__self__", None), "transport", None)
    task = asyncio.current_task()
    return transport.abort if transport is not None else task.cancel  # type: ignore[union-attr]
