"""What reads and improves prompts at OpenAI, on localhost: /v1/moderations flags what holds the word `forbidden`, and
/v1/chat/completions says what the test wants. It remembers what it was asked, and misbehaves as told."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

KEY = "sk-the-brands-own"
CHAT_FIELDS = {"model", "messages", "response_format"}
FLAGGED = {"violence": True, "hate": False, "sexual/minors": True}


class ModerationServer(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: list[list[str]] = []
        self.keys: list[str | None] = []
        self.behaviour = "answer"
        self.look: Callable[[], Any] = lambda: None
        self.seen: list[Any] = []
        self.said: Any = {"prompt": "a better mug", "changes": []}
        self.released = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"


class Handler(BaseHTTPRequestHandler):
    server: ModerationServer
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        fields = {"/v1/moderations": {"model", "input"}, "/v1/chat/completions": CHAT_FIELDS}.get(self.path)
        if fields != set(body):
            return self._send(400, b'{"error": {"message": "no such endpoint, or other fields"}}')
        is_chat = self.path.endswith("completions")
        self.server.asked.append(body if is_chat else body["input"])
        self.server.keys.append(self.headers["Authorization"])
        self.server.seen.append(self.server.look())
        if self.server.behaviour == "answer" and is_chat:
            return self._say({"content": json.dumps(self.server.said), "refusal": None})
        return getattr(self, f"_{self.server.behaviour}")(body.get("input"))

    def _say(self, message: dict[str, Any]) -> None:
        choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", **message}}
        self._send(200, json.dumps({"id": "chatcmpl-1", "object": "chat.completion", "choices": [choice]}).encode())

    def _refuse(self, _: Any) -> None:
        self._say({"content": None, "refusal": "I cannot help with that."})

    def _answer(self, texts: list[str]) -> None:
        results = [result(text) for text in texts]
        self._send(200, json.dumps({"id": "modr-1", "model": "omni-moderation-latest", "results": results}).encode())

    def _outage(self, _: list[str]) -> None:
        self._send(503, b'{"error": {"message": "overloaded"}}')

    def _unauthorized(self, _: list[str]) -> None:
        self._send(401, b'{"error": {"message": "Incorrect API key provided"}}')

    def _hang(self, _: list[str]) -> None:
        self.server.released.wait(20)
        self.close_connection = True

    def _garbage(self, _: list[str]) -> None:
        self._send(200, b"\x00\xff<html>")

    def _odd(self, _: list[str]) -> None:
        self._send(200, b'{"results": [{"flagged": "no"}]}')

    def _strange(self, texts: list[str]) -> None:
        result = b'{"flagged": true, "categories": {"\\ud800\\u0000": true}}'
        self._send(200, b'{"results": [%s]}' % b",".join([result] * len(texts)))

    def _short(self, texts: list[str]) -> None:
        self._answer(texts[1:])

    def _send(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """The test says what matters."""


def result(text: str) -> dict[str, Any]:
    flagged = "forbidden" in text
    categories = FLAGGED if flagged else dict.fromkeys(FLAGGED, False)
    scores = {name: 0.9 if is_so else 0.01 for name, is_so in categories.items()}
    return {"flagged": flagged, "categories": categories, "category_scores": scores}


@contextmanager
def running() -> Iterator[ModerationServer]:
    server = ModerationServer()
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    try:
        yield server
    finally:
        server.released.set()
        server.shutdown()
        server.server_close()
