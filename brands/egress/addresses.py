"""Which IP addresses are anybody's, and which are somewhere inside.

After IANA's registries of special-purpose addresses (RFC 6890 and later); Python's own tables lag behind them.
"""

from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

Address = IPv4Address | IPv6Address

_INSIDE_V4 = [
    IPv4Network(text)
    for text in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",  # behind carriers' NAT; some clouds' metadata
        "127.0.0.0/8",
        "168.63.129.16/32",  # a cloud's host agent, under an address that looks public
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",  # former 6to4 relays
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
    )
]
# Nothing else is given out as global unicast; what is inside of it and special follows.
_GLOBAL_V6 = IPv6Network("2000::/3")
_INSIDE_V6 = [
    IPv6Network(text)
    for text in (
        "2001::/23",  # protocol assignments; Teredo is unwrapped before
        "2001:db8::/32",
        "3fff::/20",
    )
]
_NAT64 = IPv6Network("64:ff9b::/96")
_COMPATIBLE = IPv6Network("::/96")
_ISATAP = (0x00005EFE, 0x02005EFE)
_LOW_32 = 0xFFFFFFFF


def is_public(address: Address) -> bool:
    """Whether the address, and every IPv4 address that it stands for, is reachable by anybody and is one host."""
    wrapped = list(embedded(address))
    if wrapped:
        return all(is_public(inner) for inner in wrapped)
    if isinstance(address, IPv4Address):
        return address.is_global and not any(address in network for network in _INSIDE_V4)
    return address.scope_id is None and address in _GLOBAL_V6 and not any(address in network for network in _INSIDE_V6)


def embedded(address: Address) -> Iterator[IPv4Address]:
    """The IPv4 addresses that traffic to an IPv6 address ends at, or passes."""
    if isinstance(address, IPv4Address):
        return
    low = IPv4Address(int(address) & _LOW_32)
    if address.ipv4_mapped is not None or address in _NAT64 or address in _COMPATIBLE:
        yield low
    elif address.sixtofour is not None:
        yield address.sixtofour
    elif address.teredo is not None:
        yield from address.teredo
    elif (int(address) >> 32) & _LOW_32 in _ISATAP:
        yield low


def parsed(text: str) -> Address:
    """As the resolver and sockets write it, `fe80::1%eth0` included."""
    return ip_address(text)
