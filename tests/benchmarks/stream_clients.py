"""Clients of live streams, a thousand in one event loop: each comes again as an EventSource does."""

import asyncio
import contextlib
import json
import time
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import httptools

AGAIN_SECONDS = 0.3  # while nothing listens at the address


@dataclass
class Told:
    """What one client was told: numbers and types in their order, and how late each was."""

    seqs: list[int] = field(default_factory=list)
    delays: list[tuple[float, float]] = field(default_factory=list)  # when it happened, seconds until it was told


class Client:
    """`status` of a refusal; a stream that ends is opened again from the last id on."""

    def __init__(self, host: str, port: int, path: str, token: str) -> None:
        self.host, self.port, self.path, self.token = host, port, path, token
        self.told = Told()
        self.last_id = ""
        self.retry_seconds = 1.0
        self.open = False
        self.opened = 0
        self.refused = 0

    async def run(self) -> None:
        while True:
            with contextlib.suppress(OSError):
                await self._listen()
                await asyncio.sleep(self.retry_seconds)
                continue
            await asyncio.sleep(AGAIN_SECONDS)

    async def _listen(self) -> None:
        loop = asyncio.get_running_loop()
        ended = loop.create_future()
        transport, _ = await loop.create_connection(lambda: _Reader(self, ended), self.host, self.port)
        resume = f"Last-Event-ID: {self.last_id}\r\n" if self.last_id else ""
        transport.write(
            f"GET {self.path} HTTP/1.1\r\nHost: {self.host}:{self.port}\r\nAccept: text/event-stream\r\n"
            f"Authorization: Bearer {self.token}\r\n{resume}\r\n".encode()
        )
        try:
            await ended
        finally:
            self.open = False
            transport.close()

    def hear(self, block: bytes) -> None:
        now = time.time()
        fields = dict(line.split(b": ", 1) for line in block.split(b"\n") if b": " in line)
        if b"retry" in fields:
            self.retry_seconds = int(fields[b"retry"]) / 1000
            self.open, self.opened = True, self.opened + 1
        if b"id" in fields:
            self.last_id = fields[b"id"].decode()
            if b"data" in fields:
                data = json.loads(fields[b"data"])
                happened = datetime.fromisoformat(data["at"]).timestamp()
                self.told.seqs.append(data["seq"])
                self.told.delays.append((happened, now - happened))


class _Reader(asyncio.Protocol):
    def __init__(self, client: Client, ended: "asyncio.Future[None]") -> None:
        self.client, self.ended = client, ended
        self.parser = httptools.HttpResponseParser(self)
        self.left = b""

    def data_received(self, data: bytes) -> None:
        self.parser.feed_data(data)

    def on_headers_complete(self) -> None:
        if self.parser.get_status_code() != 200:
            self.client.refused += 1
            self._end()

    def on_body(self, body: bytes) -> None:
        *blocks, self.left = (self.left + body).split(b"\n\n")
        for block in blocks:
            self.client.hear(block)

    def on_message_complete(self) -> None:
        self._end()

    def connection_lost(self, exc: Any) -> None:
        self._end()

    def _end(self) -> None:
        if not self.ended.done():
            self.ended.set_result(None)
