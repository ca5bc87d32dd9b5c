"""Whoever is told, as a real HTTP server: it checks signatures with the published package, counts effects once by
webhook-id, and misbehaves as it is told.

In a test: `with receiving(secret) as receiver`. As a process of its own, which can be killed and started again, for it
remembers in a file: python -m tests.webhook_receiver --port 9000 --log FILE --secret whsec_… --failing 0.3 --seed 7
"""

import argparse
import json
import os
import random
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from standardwebhooks import Webhook, WebhookVerificationError

FATES = ("refuse", "busy", "reset", "lose")


@dataclass(frozen=True)
class Letter:
    """One request. `signed`: by a secret that the receiver knows."""

    id: str
    path: str
    headers: dict[str, str]
    body: dict[str, Any]
    signed: bool


@dataclass
class Receiver:
    """`answer` says what comes back to a letter: a status, or (status, headers, body)."""

    secret: str
    answer: Callable[[Letter], Any] = lambda letter: 204
    letters: list[Letter] = field(default_factory=list)
    url: str = ""
    lock: threading.Lock = field(default_factory=threading.Lock)

    def types(self) -> list[str]:
        return [letter.body["type"] for letter in self.letters]

    def read(self, path: str, headers: dict[str, str], raw: bytes) -> Letter:
        signed = False
        with suppress(WebhookVerificationError):
            if self.secret:
                Webhook(self.secret).verify(raw, headers)
                signed = True
        return Letter(headers.get("webhook-id", ""), path, headers, json.loads(raw), signed)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256
    allow_reuse_address = True

    def __init__(self, receiver: Receiver, port: int) -> None:
        self.receiver = receiver
        super().__init__(("127.0.0.1", port), _Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Whoever asked was killed, or did not wait."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_POST(self) -> None:
        receiver = self.server.receiver
        raw = self.rfile.read(int(self.headers["Content-Length"]))
        letter = receiver.read(self.path, {name.lower(): value for name, value in self.headers.items()}, raw)
        with receiver.lock:
            receiver.letters.append(letter)
            answer = receiver.answer(letter)
        if answer is None:
            self._reset()
            return
        status, headers, body = answer if isinstance(answer, tuple) else (answer, {}, b"")
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def _reset(self) -> None:
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True
        self.connection.close()

    def log_message(self, *_: Any) -> None:
        """The test says what matters."""


@contextmanager
def receiving(secret: str = "", *, port: int = 0) -> Iterator[Receiver]:
    receiver = Receiver(secret)
    with _Server(receiver, port) as server:
        receiver.url = f"http://127.0.0.1:{server.server_address[1]}/hook"
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield receiver
        finally:
            server.shutdown()
            thread.join()


class Books:
    """What happened, in a file that survives its process: {"what": "effect" | "request" | "forged", "id", "seq", …}."""

    def __init__(self, path: Path) -> None:
        known = read_books(path) if path.exists() else []
        self.done = {line["id"] for line in known if line["what"] == "effect"}
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def note(self, what: str, letter: Letter) -> None:
        data = letter.body["data"]
        line = {"what": what, "id": letter.id, "seq": data.get("seq"), "resource": data.get("resource_id")}
        os.write(self._file, json.dumps(line).encode() + b"\n")

    def effect(self, letter: Letter) -> None:
        if letter.id not in self.done:
            self.note("effect", letter)
            self.done.add(letter.id)


def read_books(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def failing(books: Books, share: float, chance: random.Random) -> Callable[[Letter], Any]:
    """Of all requests `share` fail: refused, told to wait, cut off, or taken with the answer lost."""

    def answer(letter: Letter) -> Any:
        books.note("request" if letter.signed else "forged", letter)
        if not letter.signed:
            return 401
        fate = chance.choice(FATES) if chance.random() < share else ""
        if fate == "refuse":
            return 500
        if fate == "busy":
            return 503, {"Retry-After": "0"}, b"busy"
        if fate == "reset":
            return None
        books.effect(letter)
        return None if fate == "lose" else 204

    return answer


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.webhook_receiver")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--log", type=Path, required=True)
    parser.add_argument("--secret", required=True)
    parser.add_argument("--failing", type=float, default=0.0)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    answer = failing(Books(given.log), given.failing, random.Random(given.seed))  # noqa: S311 - repeatable, not secret
    with _Server(Receiver(given.secret, answer), given.port) as server:
        server.serve_forever(0.05)


if __name__ == "__main__":
    main()
