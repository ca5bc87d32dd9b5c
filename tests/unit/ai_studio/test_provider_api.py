"""Hostile providers: whatever they answer, the key stays with them, and the fault says what may have been paid."""

from collections.abc import Iterator

import pytest
from django.test import override_settings

from ai_studio.providers.api import Api
from ai_studio.providers.base import Fault, ProviderError
from tests.unit.brands.egress.servers import Listener, listening, redirect, says

KEY = "sk-canary-1234567890"


@pytest.fixture
def provider() -> Iterator[Listener]:
    with listening() as listener, override_settings(EGRESS_ALLOW=["127.0.0.1"]):
        yield listener


def api(provider: Listener, key: str = KEY) -> Api:
    return Api(f"http://127.0.0.1:{provider.port}/v1", {"Authorization": f"Bearer {key}"})


def refused(provider: Listener, answer: bytes, *, method: str = "POST") -> ProviderError:
    provider.scripts["/v1/make"] = says(answer)
    with pytest.raises(ProviderError) as caught:
        api(provider).ask(method, "/make", paid=True, json={})
    assert KEY not in str(caught.value)
    assert KEY not in caught.value.code
    return caught.value


def answer(status: str, body: str = "", *headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers, "", body]
    return "\r\n".join(lines).encode()


@pytest.mark.parametrize("key", [f"{KEY}\nX-Other: 1", f"{KEY}\r\n", f"{KEY}\n", f"{KEY}\0", f"{KEY}\u2013"])
def test_a_key_that_cannot_be_sent_is_named_to_nobody(provider: Listener, key: str) -> None:
    with pytest.raises(ProviderError) as caught:
        api(provider, key).ask("POST", "/make", paid=True, json={})
    assert caught.value.fault is Fault.PERMANENT
    assert KEY not in repr((caught.value, caught.value.__cause__, caught.value.code))
    assert provider.connections == 0


@pytest.mark.parametrize("body", [
    f'{{"error": {{"message": "Wrong key: {KEY}", "code": "{KEY}"}}}}', f'{{"detail": "Bearer {KEY} is no key"}}',
])  # fmt: skip
def test_a_refusal_that_repeats_the_key_is_told_without_it(provider: Listener, body: str) -> None:
    assert "key" in refused(provider, answer("401 No", body)).message
    assert "key" in refused(provider, answer("500 No", body)).message


@pytest.mark.parametrize("status", ["300 Choose", "302 Found", "304 Not Modified"])
def test_no_answer_of_300_and_above_is_taken_for_a_success(provider: Listener, status: str) -> None:
    refused(provider, answer(status, '{"id": "job-1"}'))


def test_what_is_paid_is_not_sent_on(provider: Listener) -> None:
    with listening("127.0.0.1") as other:
        error = refused(provider, redirect(f"http://127.0.0.1:{other.port}/", 307))
        assert (error.fault, other.connections) == (Fault.AMBIGUOUS, 0)


def test_the_key_does_not_follow_a_redirect(provider: Listener) -> None:
    with listening("127.0.0.1") as other:
        provider.scripts["/v1/job"] = says(redirect(f"http://127.0.0.1:{other.port}/"))
        api(provider).ask("GET", "/job")
        assert KEY.encode() not in b"".join(other.requests)


@pytest.mark.parametrize("url", [
    "https://127.0.0.1:{port}/x", "http://127.0.0.1/x", "http://127.0.0.1:{port}@evil.example/x",
    "http://evil.example/127.0.0.1:{port}", "http://127.0.0.1:{port}.evil.example/", "http://127.0.0.1:{port}\\@evil.example/",
    "http://127.0.0.1:{port}#@evil.example/", ".evil.example/x", "@evil.example/x", "0/x",
])  # fmt: skip
def test_the_key_goes_to_no_address_but_the_providers_own(provider: Listener, url: str) -> None:
    mine = Api(f"http://127.0.0.1:{provider.port}", {"x-api-key": KEY})
    with pytest.raises(ProviderError) as caught:
        mine.ask("GET", url.format(port=provider.port))
    assert (caught.value.code, provider.connections) == ("foreign_address", 0)


@pytest.mark.parametrize("broken", [
    answer("200 OK", "not what it says", "Content-Encoding: gzip"),
    b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nshort",
    b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n", b"\x00\xff", b"HTTP/1.1 abc\r\n\r\n",
    answer("200 OK", "[" * 100_000), answer("200 OK", '"text"'), answer("502 Bad", "<html>"),
])  # fmt: skip
def test_an_answer_that_makes_no_sense_may_have_been_paid_for(provider: Listener, broken: bytes) -> None:
    provider.scripts["/v1/make"] = says(broken)
    with pytest.raises(ProviderError) as caught:
        api(provider).ask("POST", "/make", paid=True, json={}).json()
    assert caught.value.fault is Fault.AMBIGUOUS


@pytest.mark.parametrize(
    "said", ["9" * 400, "9" * 5000, "-5", "1e9", "nan", "Thu, 31 Dec 9999 23:59:59 GMT", "soon", "²"]
)
def test_no_wait_that_a_provider_names_is_too_long_to_be_waited(provider: Listener, said: str) -> None:
    error = refused(provider, answer("429 Slow", "", f"Retry-After: {said}"))
    assert error.fault is Fault.TRANSIENT
    assert error.retry_after is None or 0 <= error.retry_after <= 86_400
