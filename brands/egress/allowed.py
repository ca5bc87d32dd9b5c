"""EGRESS_ALLOW: hosts inside that an operator lets everybody reach, such as providers on the premises."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_network

from django.conf import settings

from brands.egress import targets
from brands.egress.addresses import Address, is_public
from brands.egress.errors import EgressRefused
from brands.egress.targets import Target

HTTPS_PORT = 443


@dataclass(frozen=True)
class AllowList:
    """`hosts` with a port, or None for any; `networks` of addresses, on any port."""

    hosts: frozenset[tuple[str, int | None]]
    networks: tuple[IPv4Network | IPv6Network, ...]

    def names(self, target: Target) -> bool:
        return bool(self.hosts & {(target.host, target.port), (target.host, None)})

    def holds(self, address: Address) -> bool:
        return any(address in network for network in self.networks)

    def check_form(self, target: Target) -> None:
        """Before anything is resolved. Raises EgressRefused for what no address could make right."""
        if not self.names(target) and not self.networks:
            _require_public_form(target)

    def check(self, target: Target, addresses: Iterable[Address]) -> None:
        """Raises EgressRefused unless all `addresses` are let in, or are public and asked on https and port 443."""
        if self.names(target) or all(self.holds(address) for address in addresses):
            return
        _require_public_form(target)
        if not all(is_public(address) for address in addresses):
            raise EgressRefused("inside", f"{target.host} leads to an address that is not public.")


def from_settings() -> AllowList:
    return parsed(tuple(settings.EGRESS_ALLOW))


@lru_cache(maxsize=8)
def parsed(entries: tuple[str, ...]) -> AllowList:
    """`host`, `host:port`, `[::1]:8080`, an address or a CIDR each. Raises ValueError, naming the entry."""
    hosts: set[tuple[str, int | None]] = set()
    networks: list[IPv4Network | IPv6Network] = []
    for entry in map(str.strip, entries):
        try:
            networks.append(ip_network(entry))
        except ValueError:
            hosts.add(_host(entry))
    return AllowList(frozenset(hosts), tuple(networks))


def _host(entry: str) -> tuple[str, int | None]:
    has_port = entry.rpartition(":")[2].isdigit()
    try:
        target = targets.read(f"https://{entry}/")
    except EgressRefused as error:
        raise ValueError(f"EGRESS_ALLOW: {entry!r} is neither host, host:port nor CIDR.") from error
    if target.path != "/":
        raise ValueError(f"EGRESS_ALLOW: {entry!r} holds more than a host.")
    return target.host, target.port if has_port else None


def _require_public_form(target: Target) -> None:
    if target.scheme != "https":
        raise EgressRefused("scheme", "The address must begin with https://.")
    if target.port != HTTPS_PORT:
        raise EgressRefused("port", f"Only port {HTTPS_PORT} is open.")
    if target.address is None and "." not in target.host:
        raise EgressRefused("host", "The host is a name of this network, not of the public one.")
