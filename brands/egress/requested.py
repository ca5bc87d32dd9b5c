"""What is sent: nothing that would change the shape of the request, and nothing secret to whom it was not meant for."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from brands.egress.errors import EgressRefused

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
# Everything else may be a credential: providers have a dozen names for theirs.
_HARMLESS = ("accept", "accept-language", "range", "user-agent")
# Ours to set. Compression stays off, so that a few bytes cannot become many.
_OURS = {"Accept-Encoding": "identity", "Connection": "close"}
_RESERVED = ("host", "content-length", "transfer-encoding", "te", "trailer", "upgrade", "expect", "keep-alive")
_HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_HEADER_VALUE = re.compile(r"[\t\x20-\x7e\x80-\xff]*")


@dataclass(frozen=True)
class Request:
    method: str
    headers: Mapping[str, str]
    body: bytes | None

    def all_headers(self) -> dict[str, str]:
        return {"User-Agent": "Atelier", **self.headers, **_OURS}

    def without_credentials(self) -> "Request":
        """For another origin than the one they were meant for."""
        harmless = {name: value for name, value in self.headers.items() if name.lower() in _HARMLESS}
        return replace(self, headers=harmless)


def requested(method: str, headers: Mapping[str, str], body: bytes | None) -> Request:
    """Raises EgressRefused: method, header. A header's value may be a brand's own key: only its name is told."""
    if method not in METHODS:
        raise EgressRefused("method", f"The method is none of {', '.join(METHODS)}.")
    for name, value in headers.items():
        plain = _HEADER_NAME.fullmatch(name) and _HEADER_VALUE.fullmatch(value)
        if not plain or name.lower() in _RESERVED:
            raise EgressRefused("header", f"The header {name!r} cannot be sent.")
    ours = {name.lower() for name in _OURS}
    return Request(method, {name: value for name, value in headers.items() if name.lower() not in ours}, body)
