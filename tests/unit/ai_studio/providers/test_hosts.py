"""What is true of each host of models, fal and Replicate: what it is asked, and what its answers mean.

How a submission can go wrong is tried of every provider at once, in test_every_provider.py.
"""

import csv
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.utils.module_loading import import_string
from pytest_django.fixtures import Settings

from ai_studio.providers.base import Fault, Provider, ProviderError, Running
from tests.providers.fakes import PROVIDER_PATHS
from tests.unit.ai_studio.providers import hosting

pytestmark = pytest.mark.usefixtures("db")

PRICES = Path(__file__).parents[4] / "ai_studio" / "prices" / "data"
POLL = {"fal": "GET /fal-ai", "replicate": "GET /predictions"}


@pytest.fixture(params=hosting.VARIABLES)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def fake(name: str, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    with hosting.hosted(name, settings, monkeypatch) as fake:
        yield fake


@pytest.fixture
def provider(name: str, fake: Any) -> Provider:
    return import_string(PROVIDER_PATHS[name])()


def test_every_wish_a_model_says_it_grants_is_one_that_the_host_takes(fake: Any, provider: Provider) -> None:
    jobs = hosting.everything(provider)
    for job in jobs:
        hosting.submitted(provider, job)
    assert len(fake.accepted) == len(jobs)


def test_every_model_comes_to_an_end_with_files_of_its_type(fake: Any, provider: Provider) -> None:
    for model in provider.models():
        job = hosting.job(model)
        done = hosting.ended(provider, job, hosting.submitted(provider, job))
        assert {file.role for file in done.files} >= {"RESULT", "THUMBNAIL"}
        assert "input" not in done.raw


def test_every_model_has_a_price_for_the_unit_that_it_counts(provider: Provider, name: str) -> None:
    rows = csv.DictReader((PRICES / f"{name}.csv").read_text().splitlines())
    priced = {(row["model"], row["unit"]) for row in rows}
    assert {(m.name, next(iter(provider.demand(hosting.job(m)).units))) for m in provider.models()} == priced


def test_seconds_that_it_cannot_make_are_rounded_up_to_those_it_can(provider: Provider) -> None:
    film = next(model for model in provider.models() if model.durations_seconds)
    for asked, made in (("1", 4), ("4", 4), ("4.5", 6), ("8", 8), (None, 8)):
        seconds = None if asked is None else Decimal(asked)
        assert provider.demand(hosting.job(film, duration_seconds=seconds)).units == {"second": Decimal(made)}


@pytest.mark.parametrize("word", ["garbage", "cut", "status:503", "reset", "busy", "truncated"])
def test_a_poll_that_goes_wrong_is_only_tried_again(fake: Any, provider: Provider, name: str, word: str) -> None:
    job = hosting.plain(provider)
    external_id = hosting.submitted(provider, job)
    fake.misbehave(word, on=POLL[name])
    with pytest.raises(ProviderError) as caught:
        provider.poll(job, external_id)
    assert caught.value.fault is Fault.TRANSIENT


def test_a_status_nobody_has_heard_of_is_still_running(fake: Any, provider: Provider, name: str) -> None:
    job = hosting.plain(provider)
    external_id = hosting.submitted(provider, job)
    fake.misbehave("unknown", on=POLL[name])
    assert isinstance(provider.poll(job, external_id), Running)


@pytest.mark.parametrize("word", ["truncated", "garbage", "huge"])
def test_a_file_that_is_none_is_refused(fake: Any, provider: Provider, word: str) -> None:
    job = hosting.plain(provider)
    external_id = hosting.submitted(provider, job)
    fake.misbehave(word, on="GET /files")
    with pytest.raises(ProviderError) as caught:
        hosting.ended(provider, job, external_id)
    assert caught.value.fault is Fault.PERMANENT
    assert caught.value.code == ("file_too_large" if word == "huge" else "bad_result")


def test_a_wrong_key_is_said_to_be_one(
    fake: Any, provider: Provider, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(hosting.VARIABLES[name], "wrong")
    error = hosting.refusal(provider, hosting.plain(provider))
    assert (error.fault, error.code) == (Fault.PERMANENT, "key_refused")


def test_what_is_needed_and_missing_is_refused_before_anything_is_sent(fake: Any, provider: Provider) -> None:
    model = next(model for model in provider.models() if model.needs)
    assert hosting.refusal(provider, hosting.job(model, inputs=())).code == "image_needed"
    assert hosting.refusal(provider, hosting.plain(provider, extras={"nonsense": 1})).code == "unknown_parameter"
    assert hosting.refusal(provider, hosting.plain(provider, model="nobody/nothing")).code == "unknown_model"
    assert not fake.requests
