"""A message to an address that somebody else chose, of whose answer little more than the status matters."""

from collections.abc import Mapping

from brands.egress import allowed, targets
from brands.egress.connection import Deadline
from brands.egress.fetching import answered
from brands.egress.network import REAL, Network
from brands.egress.received import Fetched, beginning
from brands.egress.requested import requested


def tell(
    url: str,
    *,
    body: bytes,
    headers: Mapping[str, str],
    most_bytes: int,
    timeout_seconds: float,
    network: Network = REAL,
) -> Fetched:
    """POST `body`. A redirect is an answer like any other, and followed by nobody; of the answer's body only the first
    `most_bytes` are read. `timeout_seconds` bounds all of it. Raises EgressRefused, EgressFailed."""
    request = requested("POST", headers, body)
    deadline = Deadline(timeout_seconds)
    target = targets.read(url)
    with answered(target, request, network, deadline) as response:
        return beginning(response, target, most_bytes=most_bytes)


def check(url: str) -> None:
    """Raises EgressRefused for an address that could not be asked whatever its name leads to. Asks nobody."""
    target = targets.read(url)
    allow = allowed.from_settings()
    allow.check_form(target)
    if target.address is not None:
        allow.check(target, [target.address])
