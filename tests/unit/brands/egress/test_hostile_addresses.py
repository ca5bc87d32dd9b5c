"""Hostile addresses meet a listener that must never be connected to."""

from collections.abc import Iterator

import pytest
from django.test import override_settings

from brands.egress import EgressRefused, Network, fetch
from brands.egress.addresses import is_public, parsed
from tests.unit.brands.egress.hostile import HOSTILE, RESOLVED
from tests.unit.brands.egress.servers import Listener, leading_to, listening


@pytest.fixture(scope="module")
def listeners() -> Iterator[tuple[Listener, Listener]]:
    """On both loopback addresses, at the same port."""
    with listening("127.0.0.1") as four, listening("::1", port=four.port) as six:
        yield four, six


def network(port: int) -> Network:
    """Whatever is connected to ends at the listeners: nothing but the guard keeps a request from them."""

    def resolve(host: str, seconds: float) -> list:
        return [parsed(answer) for answer in RESOLVED.get(host, ("127.0.0.1",))]

    return Network(resolve=resolve, connect=leading_to(port).connect)


def test_the_table_is_long_and_says_each_thing_once() -> None:
    assert len({url for url, _, _ in HOSTILE}) == len(HOSTILE) >= 60


@pytest.mark.parametrize(("url", "reason", "why"), HOSTILE, ids=[f"{why}: {url[:60]!a}" for url, _, why in HOSTILE])
def test_a_hostile_address_is_refused_before_anything_is_connected(
    listeners: tuple[Listener, Listener], url: str, reason: str, why: str
) -> None:
    four, six = listeners
    address = url.replace("{port}", str(four.port))
    for chosen in (network(four.port), Network(resolve=network(four.port).resolve)):
        with pytest.raises(EgressRefused) as caught:
            fetch(address, max_bytes=100, timeout_seconds=5, network=chosen)
        assert (caught.value.reason, caught.value.sent) == (reason, False)
    assert (four.connections, six.connections) == (0, 0)


def test_the_listeners_would_have_noticed() -> None:
    with listening("127.0.0.1") as four, listening("::1", port=four.port) as six:
        with override_settings(EGRESS_ALLOW=["127.0.0.0/8", "::1"]):
            for host in ("127.0.0.1", "[::1]", "loopback.example"):
                url = f"http://{host}:{four.port}/"
                assert fetch(url, max_bytes=100, timeout_seconds=5, network=network(four.port)).body == b"hello"
        assert (four.connections, six.connections) == (2, 1)


@pytest.mark.parametrize(
    "address",
    [
        "93.184.216.34", "1.1.1.1", "9.9.9.9", "192.0.1.1", "223.255.255.254", "2606:4700:4700::1111", "2a00:1450::1",
        "::ffff:1.1.1.1", "64:ff9b::1.1.1.1", "2002:101:101::1",
    ],
)  # fmt: skip
def test_what_is_anybodys_is_let_through(address: str) -> None:
    assert is_public(parsed(address))
