"""URLs, read once and strictly. What two parsers could read in two ways is refused, not repaired."""

import re
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from urllib.parse import urljoin

from brands.egress.addresses import Address
from brands.egress.errors import EgressRefused

MAX_LENGTH = 4096
DEFAULT_PORTS = {"https": 443, "http": 80}
_MAX_PORT = 65535
_MAX_NAME = 253
# RFC 3986, with nothing optional that parsers disagree about: no fragment, backslash, user-info or bare percent sign.
_URL = re.compile(r"(?P<scheme>[a-z]+)://(?P<authority>[^/?]*)(?P<path>/[^?]*)?(?P<query>\?.*)?", re.IGNORECASE)
_LETTERS = re.compile(r"(?:[A-Za-z0-9\-._~:/?@!$&'()*+,;=\[\]]|%[0-9A-Fa-f]{2})*")
_AUTHORITY = re.compile(r"(?P<host>\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(?::(?P<port>[1-9][0-9]{0,4}))?")
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
# What inet_aton() takes for a number.
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")


@dataclass(frozen=True)
class Target:
    """`host` in lower case, IPv6 without brackets; `path` with the query; `address` when the host is one."""

    scheme: str
    host: str
    port: int
    path: str
    address: Address | None

    @property
    def origin(self) -> tuple[str, str, int]:
        return self.scheme, self.host, self.port

    @property
    def url(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = "" if self.port == DEFAULT_PORTS[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{host}{port}{self.path}"


def read(url: str) -> Target:
    """Raises EgressRefused: not_a_url, characters, scheme, user_info, host or port."""
    if len(url) > MAX_LENGTH:
        raise EgressRefused("not_a_url", f"The address has more than {MAX_LENGTH} characters.")
    if not _LETTERS.fullmatch(url):
        raise EgressRefused("characters", "The address holds characters that have no place in one.")
    parts = _URL.fullmatch(url)
    if parts is None:
        raise EgressRefused("not_a_url", "Not an address of the form https://host/path.")
    scheme = parts["scheme"].lower()
    if scheme not in DEFAULT_PORTS:
        raise EgressRefused("scheme", "The address must begin with https://.")
    host, port = _authority(parts["authority"])
    address = _address(host)
    if address is None:
        _check_name(host)
    path = (parts["path"] or "/") + (parts["query"] or "")
    return Target(scheme, str(address or host), port or DEFAULT_PORTS[scheme], path, address)


def follow(target: Target, location: str) -> Target:
    """Where a redirect of `target` leads, read as strictly. Raises EgressRefused."""
    if not _LETTERS.fullmatch(location):
        raise EgressRefused("characters", f"{target.host} redirects to what is not an address.")
    try:
        return read(urljoin(target.url, location))
    except ValueError as error:
        raise EgressRefused("not_a_url", f"{target.host} redirects to what is not an address.") from error


def _authority(text: str) -> tuple[str, int | None]:
    if "@" in text:
        raise EgressRefused("user_info", "The address must not name a user.")
    parts = _AUTHORITY.fullmatch(text)
    if parts is None:
        raise EgressRefused("host", "The host of the address is not written plainly.")
    port = int(parts["port"]) if parts["port"] else None
    if port is not None and port > _MAX_PORT:
        raise EgressRefused("port", "There is no such port.")
    return parts["host"].lower(), port


def _address(host: str) -> Address | None:
    """An address in its one plain spelling; None for a name."""
    try:
        if host.startswith("["):
            return IPv6Address(host[1:-1])
        return IPv4Address(host) if host.replace(".", "").isdigit() else None
    except AddressValueError as error:
        raise EgressRefused("host", "The host is an address that is not written plainly.") from error


def _check_name(host: str) -> None:
    labels = host.split(".")
    if len(host) > _MAX_NAME or not all(_LABEL.fullmatch(label) for label in labels):
        raise EgressRefused("host", "The host of the address is not a name.")
    if _NUMBER.fullmatch(labels[-1]):
        raise EgressRefused("host", "The host is an address that is not written plainly.")
