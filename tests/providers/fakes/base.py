"""A provider as a stateful HTTP server on localhost. Each fake says what its routes answer; all can misbehave.

    fake.misbehave("busy:2", on="POST")      the next request that matches is treated so, once per word given

    busy[:seconds]    429 with Retry-After              status:500     that status, nothing accepted
    reset             reset before anything is accepted broken         accepted, and answered with 500
    lost              accepted, and the answer reset    hang           accepted, and never answered
    drip              accepted, and a byte a second     garbage        accepted, and answered with noise
    cut               accepted, and the answer ends in its middle      truncated    half of the body, called whole
    mime:text/html    another Content-Type              huge           a Content-Length of 5 GB
    unknown           accepted, with a status nobody has heard of

`asked` counts requests by "METHOD /path", `accepted` holds what was taken on and would be billed.
"""

import json
import re
import socket
import struct
import threading
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from requests.structures import CaseInsensitiveDict

HUGE_BYTES = 5 * 1024**3
NOISE = b"\x00\xff<html>\x80 502 from a machine in between"
UNKNOWN_STATUS = "rehearsing"


@dataclass(frozen=True)
class Asked:
    """One request. `path` without the query."""

    method: str
    path: str
    query: Mapping[str, list[str]]
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes
    media_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)


def says(body: Any, status: int = 200, **headers: str) -> Answer:
    return Answer(status, json.dumps(body).encode(), headers=headers)


Handler = Callable[..., Answer]


def route(method: str, pattern: str) -> Callable[[Handler], Handler]:
    """Groups of `pattern` become the handler's further arguments."""

    def mark(handler: Handler) -> Handler:
        handler.route = (method, re.compile(pattern))  # type: ignore[attr-defined]
        return handler

    return mark


class Refused(Exception):
    """What the provider answers to a request it does not take."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.status)
        self.answer = answer


class Fake:
    """Subclasses name their routes with @route and check each request in `check`."""

    name: str
    key = "sk-test-key-of-the-fake"

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.asked: Counter[str] = Counter()
        self.requests: list[Asked] = []
        self.accepted: list[Any] = []
        self.called_off: list[str] = []
        self.url = ""
        self.stopping = threading.Event()
        self._words: list[tuple[str, str]] = []
        self._routes = [
            (*handler.route, getattr(self, name))
            for name in dir(type(self))
            if hasattr(handler := getattr(type(self), name), "route")
        ]

    def check(self, asked: Asked) -> None:
        """Raises Refused for a request without the right key, or not as published."""

    def accept(self, order: Any) -> None:
        """Would be billed from here on."""
        with self.lock:
            self.accepted.append(order)

    def misbehave(self, *words: str, on: str = "POST") -> None:
        """`on`: a regular expression for "METHOD /path"."""
        with self.lock:
            self._words += [(on, word) for word in words]

    def unheard_of(self, body: Any) -> Any:
        """`body` with a status that nobody has heard of, for providers that do not keep it in `status`."""
        return {**body, "status": UNKNOWN_STATUS}

    def answer(self, asked: Asked) -> Answer:
        for method, pattern, handler in self._routes:
            match = pattern.fullmatch(asked.path)
            if match and method == asked.method:
                try:
                    self.check(asked)
                    return handler(asked, *match.groups())
                except Refused as refused:
                    return refused.answer
        return says({"error": {"message": f"No route {asked.method} {asked.path}", "code": "not_found"}}, 404)

    def word_for(self, line: str) -> str:
        """The misbehaviour this request is due, used up; empty for none."""
        with self.lock:
            self.asked[line] += 1
            due = next((entry for entry in self._words if re.match(entry[0], line)), None)
            if due is None:
                return ""
            self._words.remove(due)
            return due[1]


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256

    def __init__(self, fake: Fake) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.fake = fake
        fake.url = f"http://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A caller that was killed, or that did not wait, is why this server exists."""


@contextmanager
def running(fake: Fake) -> Iterator[Fake]:
    with _Server(fake) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield fake
        finally:
            fake.stopping.set()
            server.shutdown()
            thread.join()


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def _serve(self) -> None:
        parts = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = CaseInsensitiveDict(self.headers.items())
        asked = Asked(self.command, parts.path, parse_qs(parts.query), headers, body)
        with self.server.fake.lock:
            self.server.fake.requests.append(asked)
        word, _, detail = self.server.fake.word_for(f"{asked.method} {asked.path}").partition(":")
        getattr(self, f"_{word or 'well'}")(asked, detail)

    do_GET = do_POST = do_PUT = do_DELETE = _serve  # noqa: N815 - the names http.server calls

    def _answered(self, asked: Asked) -> Answer:
        return self.server.fake.answer(asked)

    def _well(self, asked: Asked, _: str) -> None:
        self._send(self._answered(asked))

    def _busy(self, _: Asked, seconds: str) -> None:
        self._send(
            says({"error": {"message": "Slow down.", "code": "rate_limit"}}, 429, **{"Retry-After": seconds or "1"})
        )

    def _status(self, _: Asked, status: str) -> None:
        self._send(says({"error": {"message": f"Scripted {status}.", "code": f"scripted_{status}"}}, int(status)))

    def _broken(self, asked: Asked, _: str) -> None:
        self._answered(asked)
        self._status(asked, "500")

    def _reset(self, asked: Asked, _: str) -> None:
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True
        self.connection.close()

    def _lost(self, asked: Asked, _: str) -> None:
        self._answered(asked)
        self._reset(asked, _)

    def _hang(self, asked: Asked, _: str) -> None:
        self._answered(asked)
        self.server.fake.stopping.wait(60)

    def _drip(self, asked: Asked, _: str) -> None:
        answer = self._answered(asked)
        self._head(answer, len(answer.body))
        for byte in deque(answer.body):
            self.wfile.write(bytes([byte]))
            self.wfile.flush()
            if self.server.fake.stopping.wait(1.0):
                return

    def _garbage(self, asked: Asked, _: str) -> None:
        answer = self._answered(asked)
        self._send(Answer(answer.status, NOISE, answer.media_type))

    def _cut(self, asked: Asked, _: str) -> None:
        answer = self._answered(asked)
        self._head(answer, len(answer.body))
        self.wfile.write(answer.body[: len(answer.body) // 2])
        self.close_connection = True

    def _truncated(self, asked: Asked, _: str) -> None:
        answer = self._answered(asked)
        self._send(Answer(answer.status, answer.body[: len(answer.body) // 2], answer.media_type))

    def _mime(self, asked: Asked, media_type: str) -> None:
        answer = self._answered(asked)
        self._send(Answer(answer.status, answer.body, media_type))

    def _huge(self, asked: Asked, _: str) -> None:
        answer = self._answered(asked)
        self._head(answer, HUGE_BYTES)
        self.wfile.write(answer.body)
        self.close_connection = True

    def _unknown(self, asked: Asked, _: str) -> None:
        answer = self._answered(asked)
        body = self.server.fake.unheard_of(json.loads(answer.body))
        self._send(says(body, answer.status))

    def _send(self, answer: Answer) -> None:
        self._head(answer, len(answer.body))
        self.wfile.write(answer.body)

    def _head(self, answer: Answer, length: int) -> None:
        self.send_response(answer.status)
        for name, value in {**answer.headers, "Content-Type": answer.media_type, "Content-Length": str(length)}.items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """The test says what matters."""
