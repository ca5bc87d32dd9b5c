"""A session of requests fails in egress' own words, whatever requests itself would say."""

import traceback

import pytest
from django.test import override_settings

from brands.egress import EgressRefused, session
from tests.unit.brands.egress.servers import listening, named


@pytest.mark.parametrize("value", ["CANARY\nX: 1", " CANARY"])
def test_a_key_that_cannot_be_a_header_is_refused_and_not_repeated(value: str) -> None:
    with listening() as server, override_settings(EGRESS_ALLOW=["api.example"]):
        network = named(api_example="127.0.0.1")
        with (
            session(max_bytes=1000, timeout_seconds=5, network=network) as asking,
            pytest.raises(EgressRefused) as caught,
        ):
            asking.get(f"http://api.example:{server.port}/", headers={"X-Key": value})
    assert (caught.value.reason, caught.value.sent, server.requests) == ("not_a_request", False, [])
    assert "CANARY" not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize("url", ["http://[::1", "no address", "http://*.x/"])
def test_what_is_no_address_is_refused(url: str) -> None:
    with session(max_bytes=1000, timeout_seconds=5) as asking, pytest.raises(EgressRefused):
        asking.get(url)
