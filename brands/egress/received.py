"""What comes back: no more of it than was agreed, and none of it unpacked."""

import http.client
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import BinaryIO

from requests.structures import CaseInsensitiveDict

from brands.egress.errors import EgressFailed, EgressRefused
from brands.egress.targets import Target

_CHUNK_BYTES = 65_536


@dataclass(frozen=True)
class Fetched:
    """`body` is empty when it was written elsewhere. Header names in any case; repeated ones are joined."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    final_url: str


def received(response: http.client.HTTPResponse, target: Target, *, max_bytes: int, into: BinaryIO | None) -> Fetched:
    """Read the body to its end. Raises EgressRefused: encoding, too_large; IncompleteRead when it is cut short."""
    if response.getheader("Content-Encoding", "identity").strip().lower() not in {"identity", ""}:
        raise EgressRefused("encoding", f"{target.host} answered compressed, though asked not to.")
    kept = BytesIO()
    _copy(response, kept if into is None else into, target, max_bytes)
    return Fetched(response.status, _headers(response), kept.getvalue(), target.url)


def beginning(response: http.client.HTTPResponse, target: Target, *, most_bytes: int) -> Fetched:
    """Whatever comes, as it comes, and no more than its first bytes; the rest is left unread."""
    kept = b""
    while len(kept) < most_bytes and (data := response.read1(most_bytes - len(kept))):
        kept += data
    return Fetched(response.status, _headers(response), kept, target.url)


def _copy(response: http.client.HTTPResponse, sink: BinaryIO, target: Target, max_bytes: int) -> None:
    too_large = EgressRefused("too_large", f"{target.host} sends more than {max_bytes:,} bytes.")
    if response.length is not None and response.length > max_bytes:
        raise too_large
    left = max_bytes
    # Not read(): where a chunk's length is below 0, that would take all there is at once.
    while data := response.read1(min(_CHUNK_BYTES, left + 1)):
        if len(data) > left:
            raise too_large
        _write(sink, data)
        left -= len(data)
    if response.length:  # http.client takes an early end for the end
        raise http.client.IncompleteRead(b"", response.length)


def _write(sink: BinaryIO, data: bytes) -> None:
    try:
        sink.write(data)
    except OSError as error:  # ours, and not to be taken for the other side's
        raise EgressFailed("not_written", f"The answer could not be kept: {error.strerror}.") from error


def _headers(response: http.client.HTTPResponse) -> Mapping[str, str]:
    joined: CaseInsensitiveDict[str] = CaseInsensitiveDict()
    for name, value in response.getheaders():
        joined[name] = f"{joined[name]}, {value}" if name in joined else value
    return joined
