"""What Replicate is asked, and what its answers mean."""

import csv
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from ai_studio.providers.base import Fault, Finished, ProviderError, Running
from ai_studio.providers.replicate.provider import ReplicateProvider
from tests.unit.ai_studio.providers import hosting

pytestmark = pytest.mark.usefixtures("db")

PRICES = Path(__file__).parents[4] / "ai_studio" / "prices" / "data" / "replicate.csv"


@pytest.fixture
def fake(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    with hosting.hosted("replicate", "REPLICATE_API_TOKEN", settings, monkeypatch) as fake:
        yield fake


@pytest.fixture
def provider(fake: Any) -> ReplicateProvider:
    return ReplicateProvider()


def plain(provider: ReplicateProvider, **wish: Any) -> Any:
    return hosting.job(provider.models()[0], **wish)


def refusal(provider: ReplicateProvider, job: Any) -> ProviderError:
    with pytest.raises(ProviderError) as caught:
        provider.submit(job, lambda _: None)
    return caught.value


def test_every_wish_a_model_says_it_grants_is_one_that_replicate_takes(fake: Any, provider: ReplicateProvider) -> None:
    jobs = hosting.everything(provider)
    for job in jobs:
        hosting.submitted(provider, job)
    assert len(fake.accepted) == len(jobs)


def test_every_model_comes_to_an_end_with_files_of_its_type(fake: Any, provider: ReplicateProvider) -> None:
    for model in provider.models():
        job = hosting.job(model)
        done = hosting.ended(provider, job, hosting.submitted(provider, job))
        assert {file.role for file in done.files} >= {"RESULT", "THUMBNAIL"}
        assert "input" not in done.raw


def test_every_model_has_a_price_for_the_unit_that_it_counts(provider: ReplicateProvider) -> None:
    priced = {(row["model"], row["unit"]) for row in csv.DictReader(PRICES.read_text().splitlines())}
    assert {(m.name, next(iter(provider.demand(hosting.job(m)).units))) for m in provider.models()} == priced


def test_seconds_that_it_cannot_make_are_rounded_up_to_those_it_can(provider: ReplicateProvider) -> None:
    film = next(model for model in provider.models() if model.durations_seconds)
    for asked, made in (("1", 4), ("4", 4), ("4.5", 6), ("8", 8), (None, 8)):
        seconds = None if asked is None else Decimal(asked)
        assert provider.demand(hosting.job(film, duration_seconds=seconds)).units == {"second": Decimal(made)}


def test_what_is_done_at_once_is_fetched_by_the_next_poll_and_never_bought_again(
    fake: Any, provider: ReplicateProvider
) -> None:
    fake.at_once = True
    job = plain(provider)
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
    hosting.submitted(provider, plain(provider))
    settings.PUBLIC_URL = "https://atelier.example"
    hosting.submitted(provider, plain(provider))
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
    job = plain(provider)
    name = hosting.submitted(provider, job)
    with pytest.raises(ProviderError) as caught:
        hosting.ended(provider, job, name)
    assert (caught.value.fault, caught.value.code) == (fault, code)
    assert caught.value.over == (fault is Fault.TRANSIENT)


@pytest.mark.parametrize(
    ("word", "fault", "code"),
    [
        ("busy:7", Fault.TRANSIENT, "rate_limited"),
        ("status:422", Fault.PERMANENT, "scripted_422"),
        ("status:402", Fault.PERMANENT, "no_credit"),
        ("status:500", Fault.AMBIGUOUS, "scripted_500"),
        ("reset", Fault.AMBIGUOUS, "answer_lost"),
        ("lost", Fault.AMBIGUOUS, "answer_lost"),
        ("broken", Fault.AMBIGUOUS, "scripted_500"),
        ("garbage", Fault.AMBIGUOUS, "answer_garbled"),
        ("cut", Fault.AMBIGUOUS, "answer_lost"),
        ("truncated", Fault.AMBIGUOUS, "answer_garbled"),
    ],
)
def test_each_way_a_submission_goes_wrong_has_its_fault(
    fake: Any, provider: ReplicateProvider, word: str, fault: Fault, code: str
) -> None:
    fake.misbehave(word)
    error = refusal(provider, plain(provider))
    assert (error.fault, error.code) == (fault, code)
    assert sum(count for line, count in fake.asked.items() if line.startswith("POST")) == 1
    assert error.retry_after == (7 if word == "busy:7" else None)


@pytest.mark.parametrize("word", ["garbage", "cut", "status:503", "reset", "busy", "truncated"])
def test_a_poll_that_goes_wrong_is_only_tried_again(fake: Any, provider: ReplicateProvider, word: str) -> None:
    job = plain(provider)
    name = hosting.submitted(provider, job)
    fake.misbehave(word, on="GET /predictions")
    with pytest.raises(ProviderError) as caught:
        provider.poll(job, name)
    assert caught.value.fault is Fault.TRANSIENT


def test_a_status_nobody_has_heard_of_is_still_running(fake: Any, provider: ReplicateProvider) -> None:
    job = plain(provider)
    name = hosting.submitted(provider, job)
    fake.misbehave("unknown", on="GET /predictions")
    assert isinstance(provider.poll(job, name), Running)


@pytest.mark.parametrize("word", ["truncated", "garbage"])
def test_a_file_that_is_none_is_refused(fake: Any, provider: ReplicateProvider, word: str) -> None:
    job = plain(provider)
    name = hosting.submitted(provider, job)
    fake.misbehave(word, on="GET /files")
    with pytest.raises(ProviderError) as caught:
        hosting.ended(provider, job, name)
    assert (caught.value.fault, caught.value.code) == (Fault.PERMANENT, "bad_result")


def test_a_file_without_end_is_not_read(fake: Any, provider: ReplicateProvider) -> None:
    job = plain(provider)
    name = hosting.submitted(provider, job)
    fake.misbehave("huge", on="GET /files")
    with pytest.raises(ProviderError) as caught:
        hosting.ended(provider, job, name)
    assert caught.value.code.startswith("file_")


def test_a_wrong_key_is_said_to_be_one(fake: Any, provider: ReplicateProvider, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REPLICATE_API_TOKEN", "wrong")
    error = refusal(provider, plain(provider))
    assert (error.fault, error.code) == (Fault.PERMANENT, "key_refused")


def test_what_is_needed_and_missing_is_refused_before_anything_is_sent(fake: Any, provider: ReplicateProvider) -> None:
    model = next(model for model in provider.models() if model.needs)
    assert refusal(provider, hosting.job(model, inputs=())).code == "image_needed"
    assert refusal(provider, plain(provider, extras={"nonsense": 1})).code == "unknown_parameter"
    assert refusal(provider, plain(provider, model="nobody/nothing")).code == "unknown_model"
    assert not fake.requests


def test_it_is_called_off_once_and_again_without_an_error(fake: Any, provider: ReplicateProvider) -> None:
    job = plain(provider)
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
    job = plain(provider)
    assert hosting.ended(provider, job, hosting.submitted(provider, job)).usage == {}
