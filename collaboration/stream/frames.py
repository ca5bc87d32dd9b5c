"""Server-Sent Events as bytes: https://html.spec.whatwg.org/multipage/server-sent-events.html."""

import json
from collections.abc import Mapping
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

HEARTBEAT = b":\n\n"


def event(type: str, data: Mapping[str, Any], *, seq: int | None = None) -> bytes:  # noqa: A002
    """Without `seq` the client's Last-Event-ID stays what it was."""
    number = "" if seq is None else f"id: {seq}\n"
    # JSON in ASCII has no line break of its own.
    return f"{number}event: {type}\ndata: {json.dumps(data, cls=DjangoJSONEncoder)}\n\n".encode()


def position(seq: int) -> bytes:
    """Moves Last-Event-ID on. A browser dispatches nothing for a block without data."""
    return f"id: {seq}\n\n".encode()


def retry(milliseconds: int) -> bytes:
    """How long a client is to wait before it comes again."""
    return f"retry: {milliseconds}\n\n".encode()


def closed(reason: str) -> bytes:
    return event("closed", {"reason": reason})
