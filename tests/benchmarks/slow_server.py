"""A provider that takes 200 ms: python -m tests.benchmarks.slow_server PORT

POST any path {"seed": 7} answers {"image": base64 PNG, "thumbnail": base64 WebP} of one pixel, in the seed's
colour. It must cost next to nothing beside what is measured: a bare protocol, and pictures made beforehand.
"""

import asyncio
import base64
import io
import json
import sys
from typing import Any

import httptools
import uvloop
from PIL import Image

WAIT_SECONDS = 0.2
COLOURS = 16384  # more than all rounds ask for: a file that is there already costs nothing


class SlowProvider(asyncio.Protocol):
    """One kept-alive connection; a request at a time, as HTTP/1.1 clients send them."""

    def __init__(self, answers: list[bytes]) -> None:
        self.answers = answers
        self.parser = httptools.HttpRequestParser(self)
        self.body = b""

    def connection_made(self, transport: Any) -> None:
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.parser.feed_data(data)

    def on_body(self, part: bytes) -> None:
        self.body += part

    def on_message_complete(self) -> None:
        seed, self.body = json.loads(self.body)["seed"], b""
        answer = self.answers[seed % COLOURS]
        asyncio.get_running_loop().call_later(WAIT_SECONDS, self.transport.write, answer)


def answer_in(colour: int) -> bytes:
    pixel = Image.new("RGB", (1, 1), (colour >> 8, colour & 255, 128))
    body = json.dumps({"image": _encoded(pixel, "PNG"), "thumbnail": _encoded(pixel, "WEBP", lossless=True)}).encode()
    head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


def _encoded(picture: Image.Image, kind: str, **options: object) -> str:
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return base64.b64encode(file.getvalue()).decode()


async def serve(port: int) -> None:
    answers = [answer_in(colour) for colour in range(COLOURS)]
    server = await asyncio.get_running_loop().create_server(lambda: SlowProvider(answers), "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(serve(int(sys.argv[1])))
