"""What is let out is asked under its own name, and what comes back is bounded in time and size."""

import gzip
import io
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.checks import run_checks
from django.test import override_settings

from brands.egress import EgressFailed, EgressRefused, Fetched, Network, fetch
from brands.egress.addresses import parsed
from tests.unit.brands.egress import servers
from tests.unit.brands.egress.servers import Listener, leading_to, listening, named, redirect, says

LIMITS = {"max_bytes": 1000, "timeout_seconds": 5.0}
NAMES = named(api_example="127.0.0.1", other_example="127.0.0.1", six_example="::1")


@pytest.fixture
def server() -> Iterator[Listener]:
    """At api.example, which EGRESS_ALLOW lets in; other.example is let in as well."""
    with listening() as listener, override_settings(EGRESS_ALLOW=["api.example", f"other.example:{listener.port}"]):
        yield listener


def url(server: Listener, path: str = "/", host: str = "api.example") -> str:
    return f"http://{host}:{server.port}{path}"


def ask(server: Listener, path: str = "/", **options: object) -> Fetched:
    return fetch(url(server, path), **{**LIMITS, "network": NAMES, **options})  # type: ignore[arg-type]


def test_a_request_goes_out_as_it_was_meant_and_the_answer_comes_back_whole(server: Listener) -> None:
    head = b"HTTP/1.1 201 Made\r\nX-A: 1\r\nX-A: 2\r\nTransfer-Encoding: chunked\r\n\r\n"
    server.scripts["/a"] = says(head + b"3\r\nabc\r\n0\r\n\r\n")
    answer = ask(server, "/a?b=%20c", method="POST", body=b"payload", headers={"Authorization": "Bearer x"})
    assert (answer.status, answer.body, answer.headers["x-a"]) == (201, b"abc", "1, 2")
    assert answer.final_url == url(server, "/a?b=%20c")
    head, _, body = server.requests[0].partition(b"\r\n\r\n")
    assert (head.split(b"\r\n")[0], body) == (b"POST /a?b=%20c HTTP/1.1", b"payload")
    lines = set(head.lower().split(b"\r\n"))
    assert {f"host: api.example:{server.port}".encode(), b"authorization: bearer x", b"content-length: 7"} <= lines
    assert b"accept-encoding: identity" in lines


def test_a_body_can_go_into_a_file(server: Listener) -> None:
    file = io.BytesIO()
    assert ask(server, into=file).body == b""
    assert file.getvalue() == b"hello"


def test_a_full_disk_is_told_apart_from_a_broken_connection(server: Listener) -> None:
    with Path("/dev/full").open("wb", buffering=0) as full, pytest.raises(EgressFailed) as caught:
        ask(server, into=full)
    assert (caught.value.reason, caught.value.sent) == ("not_written", True)


def test_an_answer_of_an_error_is_an_answer(server: Listener) -> None:
    server.scripts["/"] = says(b"HTTP/1.1 503 Busy\r\nRetry-After: 3\r\nContent-Length: 0\r\n\r\n")
    answer = ask(server)
    assert (answer.status, answer.headers["retry-after"]) == (503, "3")


def test_neither_proxies_nor_netrc_of_the_environment_count(
    server: Listener, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine api.example login someone password CANARY\n")
    monkeypatch.setenv("NETRC", str(netrc))
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    assert ask(server).body == b"hello"
    assert b"uthorization" not in server.requests[0]


def test_the_head_of_an_answer_has_no_body(server: Listener) -> None:
    server.scripts["/"] = says(b"HTTP/1.1 200 OK\r\nContent-Length: 5000000000\r\n\r\n")
    assert ask(server, method="HEAD").headers["content-length"] == "5000000000"


def test_nobody_at_home_is_nothing_sent(server: Listener) -> None:
    server.stop()
    with pytest.raises(EgressFailed) as caught:
        ask(server)
    assert (caught.value.reason, caught.value.sent) == ("connection", False)


# --- names -------------------------------------------------------------------------------------------------


def test_a_name_is_resolved_once_and_the_checked_address_is_connected_to() -> None:
    """Rebinding: the first answer is public, every later one is not."""
    answers = [["93.184.216.34"], ["127.0.0.1"], ["127.0.0.1"]]
    connected = []

    def connect(address, port, seconds):
        connected.append(str(address))
        raise ConnectionRefusedError

    network = Network(resolve=lambda host, seconds: [parsed(each) for each in answers.pop(0)], connect=connect)
    with pytest.raises(EgressFailed):
        fetch("https://rebound.example/", **LIMITS, network=network)
    assert (connected, len(answers)) == (["93.184.216.34"], 2)


def test_a_connection_that_led_elsewhere_is_dropped_before_a_byte() -> None:
    with listening() as listener:
        with pytest.raises(EgressRefused) as caught:
            fetch("https://public.example/", **LIMITS, network=leading_to(listener.port, "93.184.216.34"))
        assert (caught.value.reason, caught.value.sent) == ("peer", False)
    assert (listener.connections, listener.requests) == (1, [])


def test_the_next_address_is_tried_when_one_does_not_answer(server: Listener) -> None:
    network = Network(resolve=lambda host, seconds: [parsed("::1"), parsed("127.0.0.1")])
    assert ask(server, network=network).body == b"hello"


@pytest.mark.parametrize("answers", [[], None])
def test_a_name_without_an_address_may_have_one_later(server: Listener, answers: list | None) -> None:
    network = named() if answers is None else Network(resolve=lambda host, seconds: [])
    with pytest.raises(EgressFailed) as caught:
        ask(server, network=network)
    assert (caught.value.reason, caught.value.sent) == ("unresolved", False)


def test_names_are_resolved_to_all_their_addresses() -> None:
    found = Network().resolve("localhost", 5)
    assert found
    assert all(address.is_loopback for address in found)
    assert len(set(found)) == len(found)


def test_a_resolver_that_hangs_is_left_behind(server: Listener, monkeypatch: pytest.MonkeyPatch) -> None:
    def hang(*args: object, **options: object) -> None:
        server.stopping.wait(10)
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", hang)
    started = time.monotonic()
    with pytest.raises(EgressFailed) as caught:
        ask(server, network=Network(), timeout_seconds=0.3)
    assert caught.value.reason == "timeout"
    assert time.monotonic() - started < 2


# --- TLS ---------------------------------------------------------------------------------------------------


def test_certificate_and_sni_are_those_of_the_name(tmp_path: Path) -> None:
    hosts = ["api.example", "xn--bcher-kva.example", "a_b.example", "127.0.0.1"]
    pem, asked = servers.certificate(tmp_path, *hosts), []
    with listening(tls=servers.server_context(pem, asked)) as server:
        allow = [*hosts, f"other.example:{server.port}"]
        network = leading_to(server.port)
        with override_settings(EGRESS_ALLOW=allow, EGRESS_CA_FILE=str(pem)):
            for host in hosts:
                answer = fetch(f"https://{host}:{server.port}/", **LIMITS, network=network)
                assert answer.body == b"hello"
            with pytest.raises(EgressRefused) as caught:
                fetch(f"https://other.example:{server.port}/", **LIMITS, network=network)
            assert (caught.value.reason, caught.value.sent) == ("certificate", False)
    assert asked == [*hosts[:-1], None, "other.example"]
    assert len(server.requests) == len(hosts)


def test_a_certificate_that_nobody_vouches_for_is_refused(tmp_path: Path) -> None:
    pem = servers.certificate(tmp_path, "api.example")
    allowed, refused = override_settings(EGRESS_ALLOW=["api.example"]), pytest.raises(EgressRefused)
    with listening(tls=servers.server_context(pem, [])) as server, allowed, refused as caught:
        fetch(f"https://api.example:{server.port}/", **LIMITS, network=NAMES)
    assert (caught.value.reason, server.requests) == ("certificate", [])


# --- redirects -----------------------------------------------------------------------------------------------


def test_three_redirects_are_followed_and_a_fourth_is_not(server: Listener) -> None:
    for number in range(4):
        server.scripts[f"/{number}"] = says(redirect(f"/{number + 1}"))
    assert ask(server, "/1").final_url == url(server, "/4")
    with pytest.raises(EgressRefused) as caught:
        ask(server, "/0")
    assert caught.value.reason == "redirects"


@pytest.mark.parametrize(
    ("location", "reason"),
    [
        ("http://127.0.0.1:{port}/secret", "scheme"),
        ("https://127.0.0.1/secret", "inside"),
        ("https://metadata.example/secret", "inside"),
        ("//127.0.0.1:{port}/secret", "scheme"),
        ("http://other.example:1/secret", "scheme"),
        ("file:///etc/passwd", "scheme"),
        ("http://api.example@127.0.0.1:{port}/secret", "user_info"),
        ("http://[::ffff:127.0.0.1]:{port}/secret", "scheme"),
        ("http://127.0.0.1:{port}\\@api.example/", "characters"),
        ("http://[::1/", "not_a_url"),
        ("/#fragment", "characters"),
    ],
)
def test_a_redirect_is_checked_like_the_first_address(server: Listener, location: str, reason: str) -> None:
    server.scripts["/"] = says(redirect(location.format(port=server.port)))
    network = named(api_example="127.0.0.1", metadata_example="169.254.169.254")
    with pytest.raises(EgressRefused) as caught:
        ask(server, network=network)
    assert caught.value.reason == reason
    assert server.connections == 1


def test_credentials_stay_with_the_origin_they_were_meant_for(server: Listener) -> None:
    server.scripts["/start"] = says(redirect("/same"))
    server.scripts["/same"] = says(redirect(url(server, "/away", "other.example")))
    server.scripts["/away"] = says(redirect(url(server, "/back")))
    headers = {"Authorization": "Key CANARY", "X-Api-Key": "CANARY", "Cookie": "CANARY", "Accept": "image/png"}
    assert ask(server, "/start", headers=headers).final_url == url(server, "/back")
    assert [request.count(b"CANARY") for request in server.requests] == [3, 3, 0, 0]
    assert all(b"Accept: image/png" in request for request in server.requests)


def test_what_may_cost_is_not_sent_on(server: Listener) -> None:
    server.scripts["/"] = says(redirect(url(server, "/again"), 307))
    with pytest.raises(EgressRefused) as caught:
        ask(server, method="POST", body=b"pay")
    assert (caught.value.reason, caught.value.sent, len(server.requests)) == ("redirects", True, 1)


# --- time ----------------------------------------------------------------------------------------------------


def drip(first: bytes, again: bytes):
    def script(sock, request):
        sock.sendall(first)
        while True:
            sock.sendall(again)
            time.sleep(0.02)

    return script


@pytest.mark.parametrize(
    "script",
    [
        drip(b"", b"H"),
        drip(b"HTTP/1.1 200 OK\r\n", b"X: y\r\n"),
        drip(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
        drip(b"HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n", b"x"),
        drip(b"HTTP/1.1 200 OK\r\n\r\n", b"x"),
        drip(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
        lambda sock, request: time.sleep(1),
    ],
    ids=["status", "headers", "continue", "body", "endless body", "chunks", "silence"],
)
@pytest.mark.parametrize("tls", [False, True], ids=["http", "https"])
def test_a_server_that_drips_is_cut_off(tmp_path: Path, script, tls: bool) -> None:
    pem = servers.certificate(tmp_path, "api.example")
    context = servers.server_context(pem, []) if tls else None
    with listening(tls=context) as server:
        server.scripts["/"] = script
        started = time.monotonic()
        allowed = override_settings(EGRESS_ALLOW=["api.example"], EGRESS_CA_FILE=str(pem))
        address = f"{'https' if tls else 'http'}://api.example:{server.port}/"
        with allowed, pytest.raises(EgressFailed) as caught:
            fetch(address, max_bytes=10**6, timeout_seconds=0.4, network=NAMES)
        assert time.monotonic() - started < 3
    assert (caught.value.reason, caught.value.sent) == ("timeout", True)


def test_a_handshake_that_never_ends_is_cut_off() -> None:
    with listening() as server, override_settings(EGRESS_ALLOW=["api.example"]):
        started = time.monotonic()
        with pytest.raises(EgressFailed) as caught:
            fetch(f"https://api.example:{server.port}/", max_bytes=9, timeout_seconds=0.3, network=NAMES)
    assert (caught.value.reason, caught.value.sent) == ("timeout", False)
    assert time.monotonic() - started < 2


# --- size ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "fits"),
    [
        (b"Content-Length: 1000\r\n\r\n" + b"x" * 1000, True),
        (b"\r\n" + b"x" * 1000, True),
        (b"Content-Length: 5000000000\r\n\r\nx", False),
        (b"Content-Length: 1001\r\n\r\n" + b"x" * 1001, False),
        (b"\r\n" + b"x" * 1001, False),
        (b"Content-Length: -1\r\n\r\n" + b"x" * 1001, False),
        (b"Transfer-Encoding: chunked\r\n\r\n3e9\r\n" + b"x" * 1001 + b"\r\n0\r\n\r\n", False),
        (b"Transfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n3e9\r\n" + b"x" * 1001 + b"\r\n0\r\n\r\n", False),
    ],
)
def test_a_body_is_as_large_as_it_may_be_and_no_larger(server: Listener, answer: bytes, fits: bool) -> None:
    server.scripts["/"] = says(b"HTTP/1.1 200 OK\r\n" + answer)
    if fits:
        assert ask(server).body == b"x" * 1000
        return
    file = io.BytesIO()
    with pytest.raises(EgressRefused) as caught:
        ask(server, into=file)
    assert (caught.value.reason, caught.value.sent) == ("too_large", True)
    assert len(file.getvalue()) <= 1000


def test_a_chunk_of_less_than_nothing_is_not_read_to_its_end(server: Listener) -> None:
    """http.client takes its length for read()'s, where -1 means all."""
    sent = []

    def script(sock: socket.socket, request: bytes) -> None:
        sock.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n")
        for _ in range(100):
            sock.sendall(bytes(10**6))
            sent.append(10**6)

    server.scripts["/"] = script
    with pytest.raises(EgressRefused) as caught:
        ask(server)
    assert caught.value.reason == "too_large"
    assert sum(sent) < 20 * 10**6  # what buffers on the way hold


def test_a_bomb_is_not_unpacked(server: Listener) -> None:
    bomb = gzip.compress(bytes(10**6))
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(bomb)
    server.scripts["/"] = says(head + bomb)
    with pytest.raises(EgressRefused) as caught:
        ask(server, max_bytes=10**5, headers={"Accept-Encoding": "gzip"})
    assert caught.value.reason == "encoding"
    assert b"gzip" not in server.requests[0]


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"garbage\r\n\r\n",
        b"HTTP/1.1 2000 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-5\r\nab",
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200 + b"\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"y" * 100_000 + b"\r\n\r\n",
    ],
    ids=[
        "nothing",
        "garbage",
        "status",
        "short",
        "chunk size",
        "short chunk",
        "chunk below 0",
        "many headers",
        "long header",
    ],
)
def test_an_answer_that_is_none_fails_and_says_that_the_request_was_sent(server: Listener, answer: bytes) -> None:
    server.scripts["/"] = says(answer)
    with pytest.raises(EgressFailed) as caught:
        ask(server)
    assert caught.value.sent is True


# --- what is sent, and what is told ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "headers",
    [{"X-Key": "a\r\nX-Evil: 1"}, {"X-Key": "a\n"}, {"X-Key": "CANARY\x00"}, {"X-Key": "CANARY €"}, {"X Key": "a"},
     {"Host": "127.0.0.1"}, {"Content-Length": "0"}, {"Transfer-Encoding": "chunked"}],
)  # fmt: skip
def test_a_header_that_would_change_the_request_is_refused_without_its_value(server: Listener, headers: dict) -> None:
    with pytest.raises(EgressRefused) as caught:
        ask(server, headers=headers)
    assert caught.value.reason == "header"
    assert "CANARY" not in str(caught.value)
    assert server.connections == 0


def test_errors_and_logs_name_the_host_and_nothing_else_of_the_address(
    server: Listener, caplog: pytest.LogCaptureFixture
) -> None:
    server.scripts["/CANARY"] = says(b"HTTP/1.1 200 OK\r\nContent-Length: 5000000000\r\n\r\n")
    with pytest.raises(EgressRefused) as caught:
        ask(server, "/CANARY?token=CANARY", headers={"Authorization": "CANARY"})
    told = [str(caught.value), str(caught.value.extra), *(record.getMessage() for record in caplog.records)]
    assert "api.example" in told[0]
    assert [text for text in told if "CANARY" in text] == []


# --- EGRESS_ALLOW ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("allow", "host", "let_in"),
    [
        ("api.example", "api.example", True),
        ("API.example", "api.example", True),
        ("api.example:{port}", "api.example", True),
        ("api.example:1", "api.example", False),
        ("example", "api.example", False),
        ("other.example", "api.example", False),
        ("127.0.0.0/8", "api.example", True),
        ("10.0.0.0/8", "api.example", False),
        ("127.0.0.1", "127.0.0.1", True),
        ("127.0.0.1:{port}", "127.0.0.1", True),
        ("127.0.0.1:{port}", "api.example", False),
    ],
)
def test_the_allow_list_lets_in_what_it_names(allow: str, host: str, let_in: bool) -> None:
    with listening() as server, override_settings(EGRESS_ALLOW=[allow.format(port=server.port)]):
        address = url(server, host=host)
        if let_in:
            assert fetch(address, **LIMITS, network=NAMES).body == b"hello"
            return
        with pytest.raises(EgressRefused):
            fetch(address, **LIMITS, network=NAMES)
    assert server.connections == 0


@pytest.mark.parametrize("entry", ["http://api.example", "10.0.0.1/8", "user@host", "host:0", "a b", "host/path"])
def test_an_entry_that_is_not_understood_stops_the_checks(entry: str) -> None:
    with override_settings(EGRESS_ALLOW=[entry]):
        assert "brands.E002" in {message.id for message in run_checks(tags=["security"])}


def test_certificates_that_are_not_there_stop_the_checks(tmp_path: Path) -> None:
    odd = tmp_path / "odd.pem"
    odd.write_text("not a certificate")
    for file in (odd, tmp_path / "gone.pem"):
        with override_settings(EGRESS_CA_FILE=str(file)):
            assert "brands.E003" in {message.id for message in run_checks(tags=["security"])}
