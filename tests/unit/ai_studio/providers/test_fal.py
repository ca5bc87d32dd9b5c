"""What is fal's own: what it is asked, and what its answers mean."""

from collections.abc import Iterator
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from ai_studio.providers.base import Fault, ProviderError
from ai_studio.providers.fal.provider import FalProvider
from tests.unit.ai_studio.providers import hosting

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
def fake(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    with hosting.hosted("fal", settings, monkeypatch) as fake:
        yield fake


@pytest.fixture
def provider(fake: Any) -> FalProvider:
    return FalProvider()


def test_a_webhook_is_asked_for_where_we_can_be_called(fake: Any, provider: FalProvider, settings: Settings) -> None:
    hosting.submitted(provider, hosting.plain(provider))
    settings.PUBLIC_URL = "https://atelier.example"
    hosting.submitted(provider, hosting.plain(provider))
    without, with_one = (asked.query for asked in fake.requests)
    assert "fal_webhook" not in without
    assert with_one["fal_webhook"][0].startswith("https://atelier.example/api/v1/provider-webhooks/fal/")


@pytest.mark.parametrize(
    ("end", "fault", "code"),
    [
        ({"error": "Worker died", "error_type": "runner_disconnected"}, Fault.TRANSIENT, "provider_failed"),
        ({"error": "Something broke"}, Fault.TRANSIENT, "provider_failed"),
        ({"error": "Refused", "error_type": "content_policy_violation"}, Fault.PERMANENT, "content_filtered"),
        ({"error": "No such field", "error_type": "bad_request"}, Fault.PERMANENT, "bad_request"),
        ({"error": "Called off", "error_type": "client_cancelled"}, Fault.PERMANENT, "client_cancelled"),
        ({"nsfw": True}, Fault.PERMANENT, "content_filtered"),
    ],
)  # fmt: skip
def test_ends_without_a_file_are_ends_and_only_its_own_failure_may_be_tried_again(
    fake: Any, provider: FalProvider, end: dict[str, Any], fault: Fault, code: str
) -> None:
    fake.ends.append(end)
    job = hosting.plain(provider)
    name = hosting.submitted(provider, job)
    with pytest.raises(ProviderError) as caught:
        hosting.ended(provider, job, name)
    assert (caught.value.fault, caught.value.code) == (fault, code)
    assert caught.value.over == (fault is Fault.TRANSIENT)


def test_it_is_called_off_once_and_again_without_an_error(fake: Any, provider: FalProvider) -> None:
    job = hosting.plain(provider)
    name = hosting.submitted(provider, job)
    provider.cancel(job, name)
    provider.cancel(job, name)
    provider.cancel(job, "/fal-ai/flux/requests/never-was")
    assert {name.rpartition("/")[2]} == set(fake.called_off)
    with pytest.raises(ProviderError) as caught:
        provider.cancel(job, "")
    assert caught.value.fault is Fault.PERMANENT


def test_a_request_that_is_over_is_called_off_without_an_error(fake: Any, provider: FalProvider) -> None:
    job = hosting.plain(provider)
    name = hosting.submitted(provider, job)
    hosting.ended(provider, job, name)
    provider.cancel(job, name)
    assert fake.called_off == []


@pytest.mark.parametrize("elsewhere", ["https://evil.example", "http://127.0.0.1:1", "ftp://127.0.0.1"])
def test_the_key_goes_to_no_address_that_is_not_fals_own(fake: Any, provider: FalProvider, elsewhere: str) -> None:
    fake.elsewhere = elsewhere
    error = hosting.refusal(provider, hosting.plain(provider))
    assert (error.fault, error.code) == (Fault.AMBIGUOUS, "answer_garbled")
    assert len(fake.requests) == 1
