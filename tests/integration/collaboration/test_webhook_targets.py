"""Targets that mean ill are refused or contained, say clearly why, and learn nothing."""

import time
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from brands.egress import Network
from brands.egress.addresses import parsed
from brands.tenancy.scope import brand_scope
from collaboration.models import WebhookAttempt
from collaboration.webhooks import claims, recording, sending
from tests.factories import Tenant
from tests.integration.collaboration.webhook_world import attempts, deliveries, endpoint, happens, read
from tests.unit.brands.egress import servers
from tests.unit.brands.egress.servers import Listener, leading_to, listening, redirect, says

INSIDE = "http://169.254.169.254/latest/meta-data"


@pytest.fixture
def listener() -> Iterator[Listener]:
    with listening() as started:
        yield started


def tried(tenant: Tenant, url: str, network: Network) -> WebhookAttempt:
    """One event to `url`, sent once through the guard."""
    issued = endpoint(tenant, url)
    happens(tenant)
    read(tenant)
    claim = claims.claim(brand_id=tenant.id, endpoint_id=issued.endpoint.pk, at=timezone.now())
    assert claim is not None
    outcome = sending.send(claim, network=network)
    recording.record(claim, outcome, at=timezone.now())
    return attempts(tenant)[-1]


def endless(sock: servers.socket.socket, request: bytes) -> None:
    sock.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 5000000000\r\n\r\n")
    for _ in range(5_000):
        sock.sendall(b"x" * 1_000_000)


def dripping(listener: Listener) -> Callable[..., None]:
    def drip(sock: servers.socket.socket, request: bytes) -> None:
        sock.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n")
        while not listener.stopping.wait(0.02):
            sock.sendall(b"x")

    return drip


def test_targets_that_mean_ill_are_contained(
    ours: Tenant, listener: Listener, settings: Settings, subtests: pytest.Subtests
) -> None:
    settings.EGRESS_ALLOW = [f"127.0.0.1:{listener.port}"]
    settings.WEBHOOK_TIMEOUT_SECONDS = 0.3
    listener.scripts |= {
        "/gigabytes": endless,
        "/inside": says(redirect(INSIDE, 307)),
        "/packed": says(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\n\x1f\x8b\x00\xff"),
        "/hangs": lambda sock, request: listener.stopping.wait(10) and None,
        "/drips": dripping(listener),
        "/noise": says(b"\x00\x01\x02 noise\r\n\r\n"),
        "/cut": says(b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nshort"),
    }
    for path, status, code in (
        ("/gigabytes", 200, ""),
        ("/packed", 200, ""),
        ("/cut", 200, ""),
        ("/inside", 307, "redirects"),
        ("/hangs", None, "timeout"),
        ("/drips", None, "timeout"),
        ("/noise", None, "connection"),
    ):
        with subtests.test(path):
            began = time.monotonic()
            attempt = tried(ours, f"http://127.0.0.1:{listener.port}{path}", Network())
            assert (attempt.status_code, attempt.error_code) == (status, code)
            assert len(attempt.answer) <= 1024
            assert time.monotonic() - began < 3
            assert "169.254" not in attempt.error
    assert listener.connections == 7  # nobody followed the redirect


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        (["10.0.0.7"], "inside"),
        (["93.184.216.34", "127.0.0.1"], "inside"),
        (["::ffff:169.254.169.254"], "inside"),
        (["93.184.216.34"], "peer"),  # the name was public, the connection is not
    ],
)
def test_a_name_that_leads_inside_is_not_asked(ours: Tenant, listener: Listener, answers: list[str], code: str) -> None:
    attempt = tried(ours, "https://hook.example/?key=CANARY", leading_to(listener.port, *answers))
    assert (attempt.status_code, attempt.error_code) == (None, code)
    assert listener.requests == []
    assert not any(each in attempt.error for each in ("CANARY", *answers))
    assert deliveries(ours)[0].status == "WAITING"


def test_a_name_that_is_bound_anew_is_checked_anew(ours: Tenant, listener: Listener) -> None:
    """Public when it was tried first, inside at the second try."""
    answers = [["93.184.216.34"], ["127.0.0.1"]]
    connected: list[str] = []

    def connect(address: object, port: int, seconds: float) -> servers.socket.socket:
        connected.append(str(address))
        raise ConnectionRefusedError

    network = Network(resolve=lambda host, seconds: [parsed(each) for each in answers.pop(0)], connect=connect)
    assert tried(ours, "https://rebound.example/", network).error_code == "connection"
    (delivery,) = deliveries(ours)
    later = timezone.now() + timedelta(minutes=1)
    claim = claims.claim(brand_id=ours.id, endpoint_id=delivery.endpoint_id, at=later)
    assert claim is not None
    assert sending.send(claim, network=network).error_code == "inside"
    assert connected == ["93.184.216.34"]


def test_no_transaction_is_open_while_an_endpoint_is_asked(
    committed: None, ours: Tenant, settings: Settings, listener: Listener
) -> None:
    from django.db import connection

    from collaboration.webhooks import turns

    settings.EGRESS_ALLOW = ["127.0.0.1"]
    issued = endpoint(ours, f"http://127.0.0.1:{listener.port}/")
    happens(ours)
    read(ours)
    seen: list[bool] = []

    def look(sock: servers.socket.socket, request: bytes) -> None:
        with brand_scope(ours.brand), connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE state LIKE 'idle in transaction%%'"
                " AND datname = current_database() AND pid != pg_backend_pid()"
            )
            seen.append(cursor.fetchone() == (0,))
        connection.close()
        sock.sendall(servers.OK)

    listener.scripts["/"] = look
    turns.deliver(brand_id=ours.id, endpoint_id=issued.endpoint.pk)
    assert seen == [True]
    assert deliveries(ours)[0].status == "DELIVERED"
