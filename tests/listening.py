"""A client of live streams: a plain socket, and what came over it."""

import http.client
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

SECONDS = 20.0


@dataclass(frozen=True)
class Frame:
    """A block of an event stream; a comment has neither type nor data."""

    id: str | None = None
    type: str = ""
    data: Any = None
    retry: str = ""

    @property
    def seq(self) -> int:
        return int(self.id or 0)


class Listener:
    """An open stream. `status` and `problem` tell of a refusal."""

    def __init__(self, url: str, path: str, headers: dict[str, str] | None = None) -> None:
        parts = urlsplit(url)
        self.connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=SECONDS)
        self.connection.request("GET", path, headers={"Accept": "text/event-stream", **(headers or {})})
        self.response = self.connection.getresponse()
        self.status = self.response.status
        self.problem = json.loads(self.response.read()) if self.status != 200 else None
        self.last_id: str | None = None

    def __enter__(self) -> "Listener":
        return self

    def __exit__(self, *_: object) -> None:
        self.connection.close()
        self.response.close()

    def frames(self) -> Iterator[Frame]:
        """Until the server ends the stream; a socket that is silent too long raises TimeoutError."""
        lines: list[str] = []
        while line := self.response.readline():
            text = line.decode().rstrip("\n")
            if text:
                lines.append(text)
                continue
            frame = _frame(lines)
            lines = []
            self.last_id = frame.id or self.last_id
            yield frame

    def events(self, count: int) -> list[Frame]:
        """The next `count` frames with a type."""
        found: list[Frame] = []
        for frame in self.frames():
            if frame.type:
                found.append(frame)
            if len(found) == count:
                return found
        raise AssertionError(f"The stream ended after {found}.")

    def until(self, condition: Callable[[Frame], bool]) -> list[Frame]:
        """All frames up to the first that meets `condition`."""
        found = []
        for frame in self.frames():
            found.append(frame)
            if condition(frame):
                return found
        raise AssertionError(f"The stream ended after {found}.")

    def rest(self) -> list[Frame]:
        """All frames with a type until the server ends the stream."""
        return [frame for frame in self.frames() if frame.type]


def _frame(lines: list[str]) -> Frame:
    fields = dict(line.partition(": ")[::2] for line in lines if not line.startswith(":"))
    data = json.loads(fields["data"]) if "data" in fields else None
    return Frame(fields.get("id"), fields.get("event", ""), data, fields.get("retry", ""))
