"""What is Replicate's own: what it is asked, and what its answers mean."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from ai_studio.providers.base import Fault, Finished, ProviderError, Running
from ai_studio.providers.replicate.provider import ReplicateProvider
from tests.unit.ai_studio.providers import hosting

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
def fake(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    with hosting.hosted("replicate", settings, monkeypatch) as fake:
        yield fake


@pytest.fixture
def provider(fake: Any) -> ReplicateProvider:
    return ReplicateProvider()


def test_what_is_done_at_once_is_fetched_by_the_next_poll_and_never_bought_again(
    fake: Any, provider: ReplicateProvider
) -> None:
    fake.at_once = True
    job = hosting.plain(provider)
    first = provider.submit(job, lambda _: None)
    assert isinstance(first, Running)
    assert first.poll_after_seconds < 1
    fake.misbehave("status:500", on="GET /files")
    with pytest.raises(ProviderError) as caught:
        provider.poll(job, first.external_id)
    assert caught.value.fault is Fault.TRANSIENT
    assert isinstance(provider.poll(job, first.external_id), Finished)
    assert len(fake.accepted) == 1


def test_a_webhook_is_asked_for_where_we_can_be_called(
    fake: Any, provider: ReplicateProvider, settings: Settings
) -> None:
    hosting.submitted(provider, hosting.plain(provider))
    settings.PUBLIC_URL = "https://atelier.example"
    hosting.submitted(provider, hosting.plain(provider))
    without, with_one = fake.accepted
    assert "webhook" not in without
    assert with_one["webhook"].startswith("https://atelier.example/api/v1/provider-webhooks/replicate/")


@pytest.mark.parametrize(
    ("end", "fault", "code"),
    [
        ({"status": "failed", "error": "CUDA out of memory", "output": None}, Fault.TRANSIENT, "provider_failed"),
        ({"status": "failed", "error": "NSFW content detected. Try another prompt.", "output": None},
         Fault.PERMANENT, "content_filtered"),
        ({"status": "failed", "error": "The prompt was flagged as sensitive (E005)", "output": None},
         Fault.PERMANENT, "content_filtered"),
        ({"status": "canceled", "output": None}, Fault.PERMANENT, "provider_cancelled"),
        ({"status": "aborted", "output": None}, Fault.PERMANENT, "provider_cancelled"),
        ({"output": None, "data_removed": True}, Fault.PERMANENT, "file_gone"),
        ({"output": []}, Fault.PERMANENT, "file_gone"),
        ({"output": 7}, Fault.PERMANENT, "file_gone"),
    ],
)  # fmt: skip
def test_ends_without_a_file_are_ends_and_only_its_own_failure_may_be_tried_again(
    fake: Any, provider: ReplicateProvider, end: dict[str, Any], fault: Fault, code: str
) -> None:
    fake.ends.append(end)
    job = hosting.plain(provider)
    name = hosting.submitted(provider, job)
    with pytest.raises(ProviderError) as caught:
        hosting.ended(provider, job, name)
    assert (caught.value.fault, caught.value.code) == (fault, code)
    assert caught.value.over == (fault is Fault.TRANSIENT)


def test_it_is_called_off_once_and_again_without_an_error(fake: Any, provider: ReplicateProvider) -> None:
    job = hosting.plain(provider)
    name = hosting.submitted(provider, job)
    provider.cancel(job, name)
    provider.cancel(job, name)
    provider.cancel(job, "never-was")
    assert fake.called_off == [name]
    with pytest.raises(ProviderError) as caught:
        provider.cancel(job, "")
    assert caught.value.fault is Fault.PERMANENT


def test_what_replicate_counted_is_what_was_used(fake: Any, provider: ReplicateProvider) -> None:
    film = next(model for model in provider.models() if model.durations_seconds)
    fake.ends.append({"metrics": {"predict_time": 40.0, "video_output_duration_seconds": 6}})
    job = hosting.job(film)
    done = hosting.ended(provider, job, hosting.submitted(provider, job))
    assert done.usage == {"second": Decimal(6)}
    fake.ends.append({"metrics": {"predict_time": 1, "image_count": "NaN"}})
    job = hosting.plain(provider)
    assert hosting.ended(provider, job, hosting.submitted(provider, job)).usage == {}
