"""What is known about the request or task at hand, for logs and audit."""

from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True)
class RequestContext:
    request_id: str = ""
    ip: str | None = None


_NOTHING = RequestContext()
current: ContextVar[RequestContext] = ContextVar("request_context", default=_NOTHING)
