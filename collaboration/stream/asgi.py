"""Where a request becomes a stream: Django answers, and what follows is not Django's."""

import asyncio
from http import HTTPStatus
from typing import Any

from collaboration.stream.hub import hub
from collaboration.stream.places import places
from collaboration.stream.streams import TICKET

_PATH = "/collaboration/stream/"
# At once: after a restart all clients come together, and are not to take every connection from all others.
OPENINGS = 8


class Streams:
    """Around Django's application. Django keeps a thread, and with it a connection to the database, for as long as an
    answer is being sent; so it sends the beginning only, and has ended when the stream begins."""

    def __init__(self, application: Any) -> None:
        self._application = application
        self._openings = asyncio.Semaphore(OPENINGS)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http" or not scope["path"].endswith(_PATH):
            await self._application(scope, receive, send)
            return
        handover = _Handover(scope, send)
        try:
            async with self._openings:
                await self._application(scope, receive, handover.send)
            if handover.begun:
                await hub().serve(scope[TICKET], receive, send)
        finally:
            if TICKET in scope:
                places.give_back(scope[TICKET].place)


class _Handover:
    """Django's answer without its end, if it is to become a stream."""

    def __init__(self, scope: Any, send: Any) -> None:
        self._scope, self._send = scope, send
        self.begun = False

    async def send(self, message: Any) -> None:
        if message["type"] == "http.response.start" and message["status"] == HTTPStatus.OK and TICKET in self._scope:
            self.begun = True
            headers = [pair for pair in message["headers"] if pair[0].lower() != b"content-length"]
            message = {**message, "headers": headers}
        elif self.begun:
            return
        await self._send(message)
