"""A provider as a real HTTP server on localhost: it remembers every request and misbehaves as it is told.

POST /jobs         {"key", "prompt", "script", "charge_usd"} → 200 done | 202 {"id"} | trouble
GET /jobs/{id}     {"state": "running", "progress"} | {"state": "done", …}
DELETE /jobs/{id}  called off, by its id or by the order's key; 404 for an unknown one

An order's `cancel` is a list of the statuses that calling it off is answered with, one per try; then 200.

`script` is a list of words, one per POST of the same prompt; the last one repeats:

    make[:seconds]      done, after a while
    queue[:polls]       accepted; done after so many polls
    stumble[:polls]     accepted; so many polls answer 500, then done
    busy[:seconds]      503 with Retry-After        limit[:seconds]  429 with Retry-After
    refuse              422                         broken           accepted, and answered with 500
    reset, hang, garbage   accepted, and the answer is lost, never sent, or noise
    gate                accepted; answers once the test opens the gate of this prompt
    late[:polls]        the same, and the answer is that of queue
    poison              an answer that kills the worker which reads it
    defect              an answer that the adapter's code trips over
    leak                an answer upon which the adapter lets an error of its HTTP library through
"""

import base64
import hashlib
import json
import socket
import struct
import threading
import time
import zlib
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from uuid import uuid4

GATE_SECONDS = 60.0
HANG_SECONDS = 10.0


class ProviderServer(ThreadingHTTPServer):
    """What it was asked and what it accepted, by prompt; `charged_usd` is what it took."""

    daemon_threads = True
    request_queue_size = 256

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.lock = threading.Lock()
        self.forget()

    def forget(self) -> None:
        self.asked: defaultdict[str, int] = defaultdict(int)
        self.accepted: defaultdict[str, int] = defaultdict(int)
        self.charged_usd: defaultdict[str, Decimal] = defaultdict(Decimal)
        self.polled: defaultdict[str, int] = defaultdict(int)
        self.called_off: list[str] = []
        self.asked_to_call_off: defaultdict[str, int] = defaultdict(int)
        self.jobs: dict[str, dict[str, Any]] = {}
        self.orders: dict[str, dict[str, Any]] = {}
        self._gates: defaultdict[str, threading.Event] = defaultdict(threading.Event)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def open_gate(self, prompt: str) -> None:
        self._gates[prompt].set()

    def wait_at_gate(self, prompt: str) -> None:
        self._gates[prompt].wait(GATE_SECONDS)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A caller that was killed, or that did not wait, is why this server exists."""


@contextmanager
def running_server() -> Iterator[ProviderServer]:
    with ProviderServer() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


class _Handler(BaseHTTPRequestHandler):
    server: ProviderServer
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_POST(self) -> None:
        order = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        script = order.get("script") or ["make"]
        with self.server.lock:
            turn = self.server.asked[order["prompt"]]
            self.server.asked[order["prompt"]] += 1
        word, _, number = script[min(turn, len(script) - 1)].partition(":")
        getattr(self, f"_{word}")(order, number)

    def do_GET(self) -> None:
        job = self.server.jobs.get(self.path.rpartition("/")[2])
        if job is None:
            return self._answer(404, {"code": "no_such_job"})
        with self.server.lock:
            self.server.polled[job["prompt"]] += 1
            left, job["polls_left"] = job["polls_left"], job["polls_left"] - 1
        if left <= 0:
            return self._answer(200, done(job))
        if job["stumbles"]:
            return self._answer(500, {"code": "internal"})
        return self._answer(200, {"state": "running", "progress": round(100 / (left + 1))})

    def do_DELETE(self) -> None:
        name = self.path.rpartition("/")[2]
        job = self.server.jobs.get(name) or self.server.orders.get(name)
        if job is None:
            return self._answer(404, {"code": "no_such_job"})
        with self.server.lock:
            turn = self.server.asked_to_call_off[job["prompt"]]
            self.server.asked_to_call_off[job["prompt"]] += 1
        if turn < len(statuses := job.get("cancel", [])):
            return self._answer(statuses[turn], {"code": "cannot_call_off"})
        self.server.called_off.append(job["prompt"])
        return self._answer(200, {})

    def _make(self, order: dict[str, Any], seconds: str) -> None:
        self._accept(order)
        time.sleep(float(seconds or 0))
        self._answer(200, done(order))

    def _queue(self, order: dict[str, Any], polls: str, *, stumbles: bool = False) -> None:
        self._accept(order)
        name = uuid4().hex
        self.server.jobs[name] = {**order, "polls_left": int(polls or 1), "stumbles": stumbles}
        self._answer(202, {"id": name})

    def _stumble(self, order: dict[str, Any], polls: str) -> None:
        self._queue(order, polls, stumbles=True)

    def _busy(self, order: dict[str, Any], seconds: str) -> None:
        self._answer(503, {"code": "busy"}, **({"Retry-After": seconds} if seconds else {}))

    def _limit(self, order: dict[str, Any], seconds: str) -> None:
        self._answer(429, {"code": "rate_limited"}, **({"Retry-After": seconds} if seconds else {}))

    def _refuse(self, order: dict[str, Any], _: str) -> None:
        self._answer(422, {"code": "content_filtered"})

    def _broken(self, order: dict[str, Any], _: str) -> None:
        self._accept(order)
        self._answer(500, {"code": "internal"})

    def _reset(self, order: dict[str, Any], _: str) -> None:
        self._accept(order)
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True
        self.connection.close()

    def _hang(self, order: dict[str, Any], _: str) -> None:
        self._accept(order)
        time.sleep(HANG_SECONDS)

    def _garbage(self, order: dict[str, Any], _: str) -> None:
        self._accept(order)
        self._send(200, b"\x00\xff<html>", {})

    def _gate(self, order: dict[str, Any], _: str) -> None:
        self._accept(order)
        self.server.wait_at_gate(order["prompt"])
        self._answer(200, done(order))

    def _late(self, order: dict[str, Any], polls: str) -> None:
        self.server.wait_at_gate(order["prompt"])
        self._queue(order, polls)

    def _defect(self, order: dict[str, Any], _: str) -> None:
        self._answer(200, {"state": "done"})

    def _leak(self, order: dict[str, Any], _: str) -> None:
        self._accept(order)
        self._answer(200, {"state": "leak"})

    def _poison(self, order: dict[str, Any], _: str) -> None:
        self._answer(200, {"state": "poison"})

    def _accept(self, order: dict[str, Any]) -> None:
        with self.server.lock:
            self.server.orders[order.get("key", "")] = order
            self.server.accepted[order["prompt"]] += 1
            self.server.charged_usd[order["prompt"]] += Decimal(order.get("charge_usd") or 0)

    def _answer(self, status: int, body: dict[str, Any], **headers: str) -> None:
        self._send(status, json.dumps(body).encode(), headers)

    def _send(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """The test says what matters."""


def done(order: dict[str, Any]) -> dict[str, Any]:
    """The same prompt gives the same picture."""
    picture = base64.b64encode(png(order["prompt"])).decode()
    return {"state": "done", "png": picture, "charge_usd": order.get("charge_usd")}


@cache
def png(prompt: str) -> bytes:
    """One pixel, in a colour of its own."""
    header = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    pixel = zlib.compress(b"\0" + hashlib.sha256(prompt.encode()).digest()[:3])
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", pixel) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
