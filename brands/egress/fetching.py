"""A request to an address that somebody else chose, and its answer within bounds."""

import http.client
import logging
import re
import ssl
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from io import BytesIO
from typing import BinaryIO

from requests.structures import CaseInsensitiveDict

from brands.egress import targets
from brands.egress.connection import Connection, Deadline, opened
from brands.egress.errors import EgressError, EgressFailed, EgressRefused
from brands.egress.network import REAL, Network
from brands.egress.targets import Target

logger = logging.getLogger(__name__)

MAX_REDIRECTS = 3
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
_REDIRECTS = (301, 302, 303, 307, 308)
_CHUNK_BYTES = 65_536
# Everything else may be a credential: providers have a dozen names for theirs.
_HARMLESS = ("accept", "accept-language", "range", "user-agent")
# Ours to set. Compression stays off, so that a few bytes cannot become many.
_OURS = {"Accept-Encoding": "identity", "Connection": "close"}
_RESERVED = ("host", "content-length", "transfer-encoding", "te", "trailer", "upgrade", "expect", "keep-alive")
_HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_HEADER_VALUE = re.compile(r"[\t\x20-\x7e\x80-\xff]*")


@dataclass(frozen=True)
class Fetched:
    """`body` is empty when it was written elsewhere. Header names in any case; repeated ones are joined."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    final_url: str


@dataclass(frozen=True)
class _Request:
    method: str
    headers: Mapping[str, str]
    body: bytes | None


def fetch(
    url: str,
    *,
    max_bytes: int,
    timeout_seconds: float,
    headers: Mapping[str, str] | None = None,
    method: str = "GET",
    body: bytes | None = None,
    into: BinaryIO | None = None,
    network: Network = REAL,
) -> Fetched:
    """Ask `url`; the answer's body goes `into` a file when one is given (in part, when it fails), else into memory.

    GET and HEAD follow up to three redirects, each checked like the first; other methods none, because whoever asks
    them may be asked to pay. `timeout_seconds` bounds all of it. Raises EgressRefused, EgressFailed; a status of 400
    and more is an answer, not an error.
    """
    request = _Request(method, _checked(method, headers or {}), body)
    deadline = Deadline(timeout_seconds)
    target = targets.read(url)
    for _ in range(MAX_REDIRECTS + 1):
        with _answer(target, request, network, deadline) as response:
            following = _redirect(response, target, request)
            if following is None:
                return _fetched(response, target, request, max_bytes, into)
        if following.origin != target.origin:
            request = replace(request, headers=_without_credentials(request.headers))
        target = following
    raise EgressRefused("redirects", f"More than {MAX_REDIRECTS} redirects.", sent=True)


@contextmanager
def _answer(
    target: Target, request: _Request, network: Network, deadline: Deadline
) -> Iterator[http.client.HTTPResponse]:
    sent = False
    try:
        with opened(target, network, deadline) as connection:
            deadline.left()
            sent = True
            with closing(_exchanged(connection, target, request)) as response:
                yield response
            deadline.left()  # what was cut off may look like an end
    except EgressError as error:
        error.sent = error.sent or sent
        logger.warning("egress to %s: %s", target.host, error.reason)
        raise
    except (OSError, http.client.HTTPException) as error:
        raise _translated(error, target, deadline, sent=sent) from error


def _exchanged(connection: Connection, target: Target, request: _Request) -> http.client.HTTPResponse:
    headers = {"User-Agent": "Atelier", **request.headers, **_OURS}
    connection.request(request.method, target.path, body=request.body, headers=headers)
    return connection.getresponse()


def _translated(error: Exception, target: Target, deadline: Deadline, *, sent: bool) -> EgressError:
    """The library's sentences may repeat addresses: only their class is told."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return EgressRefused("certificate", f"The certificate of {target.host} is not trusted.", sent=sent)
    try:
        deadline.left()
    except TimeoutError:
        return EgressFailed("timeout", f"{target.host} took too long.", sent=sent)
    if isinstance(error, TimeoutError):
        return EgressFailed("timeout", f"{target.host} took too long to reach.", sent=sent)
    return EgressFailed("connection", f"{target.host} could not be asked: {type(error).__name__}.", sent=sent)


def _redirect(response: http.client.HTTPResponse, target: Target, request: _Request) -> Target | None:
    location = response.getheader("Location")
    if response.status not in _REDIRECTS or location is None:
        return None
    if request.method not in {"GET", "HEAD"}:
        raise EgressRefused("redirects", f"{request.method} is not sent on to another address.")
    return targets.follow(target, location)


def _fetched(
    response: http.client.HTTPResponse, target: Target, request: _Request, max_bytes: int, into: BinaryIO | None
) -> Fetched:
    if response.getheader("Content-Encoding", "identity").strip().lower() not in {"identity", ""}:
        raise EgressRefused("encoding", f"{target.host} answered compressed, though asked not to.")
    kept = BytesIO()
    if request.method != "HEAD":
        _copy(response, kept if into is None else into, target, max_bytes)
    return Fetched(response.status, _headers(response), kept.getvalue(), target.url)


def _copy(response: http.client.HTTPResponse, sink: BinaryIO, target: Target, max_bytes: int) -> None:
    too_large = EgressRefused("too_large", f"{target.host} sends more than {max_bytes:,} bytes.")
    if response.length is not None and response.length > max_bytes:
        raise too_large
    left = max_bytes
    while data := response.read(min(_CHUNK_BYTES, left + 1)):
        if len(data) > left:
            raise too_large
        sink.write(data)
        left -= len(data)
    if response.length:
        raise http.client.IncompleteRead(b"", response.length)


def _headers(response: http.client.HTTPResponse) -> Mapping[str, str]:
    joined: CaseInsensitiveDict[str] = CaseInsensitiveDict()
    for name, value in response.getheaders():
        joined[name] = f"{joined[name]}, {value}" if name in joined else value
    return joined


def _checked(method: str, headers: Mapping[str, str]) -> dict[str, str]:
    """A value may be a brand's own key: what is wrong with it is told by the header's name alone."""
    if method not in METHODS:
        raise EgressRefused("method", f"The method is none of {', '.join(METHODS)}.")
    for name, value in headers.items():
        plain = _HEADER_NAME.fullmatch(name) and _HEADER_VALUE.fullmatch(value)
        if not plain or name.lower() in _RESERVED:
            raise EgressRefused("header", f"The header {name!r} cannot be sent.")
    ours = {name.lower() for name in _OURS}
    return {name: value for name, value in headers.items() if name.lower() not in ours}


def _without_credentials(headers: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name.lower() in _HARMLESS}
