"""A request to an address that somebody else chose, and its answer within bounds."""

import http.client
import logging
import socket
import ssl
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from typing import BinaryIO

from brands.egress import targets
from brands.egress.connection import Connection, Deadline, opened
from brands.egress.errors import EgressError, EgressFailed, EgressRefused
from brands.egress.network import REAL, Network
from brands.egress.received import Fetched, received
from brands.egress.requested import Request, requested
from brands.egress.targets import Target

logger = logging.getLogger(__name__)

MAX_REDIRECTS = 3
_REDIRECTS = (301, 302, 303, 307, 308)


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
    request = requested(method, headers or {}, body)
    deadline = Deadline(timeout_seconds)
    target = targets.read(url)
    for _ in range(MAX_REDIRECTS + 1):
        with answered(target, request, network, deadline) as response:
            following = _redirect(response, target, request)
            if following is None:
                return received(response, target, max_bytes=max_bytes, into=into)
        if following.origin != target.origin:
            request = request.without_credentials()
        target = following
    raise EgressRefused("redirects", f"More than {MAX_REDIRECTS} redirects.", sent=True)


@contextmanager
def answered(
    target: Target, request: Request, network: Network, deadline: Deadline
) -> Iterator[http.client.HTTPResponse]:
    """The answer, with its body to be read. Raises EgressRefused, EgressFailed, also for what its reader meets."""
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


def _exchanged(connection: Connection, target: Target, request: Request) -> http.client.HTTPResponse:
    connection.request(request.method, target.path, body=request.body, headers=request.all_headers())
    return connection.getresponse()


def _translated(error: Exception, target: Target, deadline: Deadline, *, sent: bool) -> EgressError:
    """The library's sentences may repeat addresses: only their class is told."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return EgressRefused("certificate", f"The certificate of {target.host} is not trusted.", sent=sent)
    try:
        deadline.left()
    except TimeoutError:
        return EgressFailed("timeout", f"{target.host} took too long.", sent=sent)
    if isinstance(error, socket.gaierror):
        return EgressFailed("unresolved", f"{target.host} has no address.", sent=sent)
    if isinstance(error, TimeoutError):
        return EgressFailed("timeout", f"{target.host} took too long to reach.", sent=sent)
    return EgressFailed("connection", f"{target.host} could not be asked: {type(error).__name__}.", sent=sent)


def _redirect(response: http.client.HTTPResponse, target: Target, request: Request) -> Target | None:
    location = response.getheader("Location")
    if response.status not in _REDIRECTS or location is None:
        return None
    if request.method not in {"GET", "HEAD"}:
        raise EgressRefused("redirects", f"{request.method} is not sent on to another address.")
    return targets.follow(target, location)
