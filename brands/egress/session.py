"""The guard as a transport of requests: its interface and encodings, over connections that are checked here."""

from io import BytesIO
from typing import Any

import requests
from requests.adapters import BaseAdapter
from urllib3 import HTTPResponse

from brands.egress.errors import EgressRefused
from brands.egress.fetching import fetch
from brands.egress.network import REAL, Network
from brands.egress.received import Fetched


def session(*, max_bytes: int, timeout_seconds: float, network: Network = REAL) -> requests.Session:
    """A session whose every request is a `fetch`, with its bounds, redirects and errors: EgressRefused, EgressFailed.

    It reads nothing from the environment. One request each: what it keeps, cookies included, ends with it.
    """
    guarded = _Session()
    guarded.trust_env = False
    guarded.adapters.clear()
    guarded.mount("", _Guard(max_bytes, timeout_seconds, network))
    return guarded


class _Session(requests.Session):
    def request(self, *args: Any, **kwargs: Any) -> requests.Response:
        try:
            return super().request(*args, **kwargs)
        except requests.RequestException as error:  # before anything was sent
            kind = type(error).__name__
        # Neither its sentence nor itself: it repeats the header, which may be a brand's key.
        raise EgressRefused("not_a_request", f"It cannot be asked: {kind}.")


class _Guard(BaseAdapter):
    def __init__(self, max_bytes: int, timeout_seconds: float, network: Network) -> None:
        super().__init__()
        self._max_bytes = max_bytes
        self._timeout_seconds = timeout_seconds
        self._network = network

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
        fetched = fetch(
            request.url or "",
            method=request.method or "GET",
            headers=_headers(request),
            body=request.body.encode() if isinstance(request.body, str) else request.body,
            max_bytes=self._max_bytes,
            timeout_seconds=self._timeout_seconds,
            network=self._network,
        )
        return _response(request, fetched)

    def close(self) -> None:
        """Every connection ends with its request."""


def _headers(request: requests.PreparedRequest) -> dict[str, str]:
    """Those that are the caller's: the body's length is counted where it is sent."""
    ours = {"content-length", "accept-encoding", "connection"}
    return {name: str(value) for name, value in request.headers.items() if name.lower() not in ours}


def _response(request: requests.PreparedRequest, fetched: Fetched) -> requests.Response:
    response = requests.Response()
    response.status_code = fetched.status
    response.headers.update(fetched.headers)
    response.url = fetched.final_url
    response.request = request
    response.raw = HTTPResponse(BytesIO(fetched.body), preload_content=False)
    response.encoding = "utf-8"
    return response
