"""One connection: to an address that was checked, under the name that was asked, cut off at the deadline."""

import contextlib
import http.client
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from django.conf import settings
from requests.utils import DEFAULT_CA_BUNDLE_PATH

from brands.egress import allowed
from brands.egress.addresses import Address, parsed
from brands.egress.errors import EgressFailed, EgressRefused
from brands.egress.network import Network
from brands.egress.targets import DEFAULT_PORTS, Target

CONNECT_SECONDS = 10.0


class Deadline:
    """The end of a whole fetch: resolving, connecting, redirects and the last byte."""

    def __init__(self, seconds: float) -> None:
        self._at = time.monotonic() + seconds

    def left(self) -> float:
        """Seconds. Raises TimeoutError when there are none."""
        left = self._at - time.monotonic()
        if left <= 0:
            raise TimeoutError("The time is over.")
        return left


class Connection(http.client.HTTPConnection):
    """http.client over a socket of ours. It resolves nothing, and knows neither proxies nor .netrc."""

    auto_open = 0  # nothing but opened() connects

    def __init__(self, target: Target, addresses: list[Address], network: Network, deadline: Deadline) -> None:
        super().__init__(target.host, target.port)
        self.default_port = DEFAULT_PORTS[target.scheme]  # which the Host header leaves out
        self._target = target
        self._addresses = addresses
        self._network = network
        self._deadline = deadline
        self._handle: socket.socket | None = None

    def connect(self) -> None:
        self.sock = self._connected()
        self.sock.settimeout(self._deadline.left())
        if self._target.scheme == "https":
            self.sock = tls_context(settings.EGRESS_CA_FILE).wrap_socket(self.sock, server_hostname=self._target.host)

    def cut(self) -> None:
        """From another thread: whoever reads or writes here wakes up, whatever the phase."""
        if self._handle is not None:
            with contextlib.suppress(OSError):
                self._handle.shutdown(socket.SHUT_RDWR)

    def release(self) -> None:
        """At the very end. close() comes earlier: http.client calls it when the body is still to be read."""
        self.close()
        if self._handle is not None:
            self._handle.close()

    def _connected(self) -> socket.socket:
        failure: OSError = OSError("The name has no address.")
        for address in self._addresses:
            seconds = min(CONNECT_SECONDS, self._deadline.left())
            try:
                sock = self._network.connect(address, self._target.port, seconds)
            except OSError as error:
                failure = error
                continue
            try:
                _check_peer(sock, address)
                # A second handle on the same connection: TLS takes the first one over.
                self._handle = sock.dup()
            except BaseException:
                sock.close()
                raise
            return sock
        raise failure


@contextmanager
def opened(target: Target, network: Network, deadline: Deadline) -> Iterator[Connection]:
    """A connection to `target`, TLS done, not a byte of a request sent; closed afterwards, cut at the deadline."""
    connection = Connection(target, _addresses(target, network, deadline), network, deadline)
    watchdog = threading.Timer(deadline.left(), connection.cut)
    watchdog.daemon = True
    watchdog.start()
    try:
        connection.connect()
        yield connection
    finally:
        watchdog.cancel()
        connection.release()


def _addresses(target: Target, network: Network, deadline: Deadline) -> list[Address]:
    allow = allowed.from_settings()
    allow.check_form(target)
    if target.address is not None:
        addresses = [target.address]
    else:
        addresses = network.resolve(target.host, min(CONNECT_SECONDS, deadline.left()))
    if not addresses:
        raise EgressFailed("unresolved", f"{target.host} has no address.")
    allow.check(target, addresses)
    return addresses


def _check_peer(sock: socket.socket, address: Address) -> None:
    """Whom we are connected to, in the kernel's words: checked is what was checked, and nothing else."""
    peer = parsed(str(sock.getpeername()[0]))
    if peer != address:
        raise EgressRefused("peer", "The connection led elsewhere than to the address that was checked.")


@cache
def tls_context(ca_file: str) -> ssl.SSLContext:
    """Trusts the public authorities, and those in `ca_file` (PEM). Raises OSError when it cannot be read."""
    context = ssl.create_default_context(cafile=DEFAULT_CA_BUNDLE_PATH)
    if ca_file:
        context.load_verify_locations(cafile=ca_file)
    return context
