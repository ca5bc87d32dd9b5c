"""A fake host of models, its adapter, and orders made by hand."""

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from pytest_django.fixtures import Settings

from ai_studio.providers import registry
from ai_studio.providers.base import Finished, InputFile, Job, ModelInfo, Outcome, Provider, ProviderError, Running
from tests.hostile import good
from tests.providers.fakes import FAKES, PROVIDER_PATHS
from tests.providers.fakes.base import running

VARIABLES = {"fal": "FAL_KEY", "replicate": "REPLICATE_API_TOKEN"}


@contextmanager
def hosted(name: str, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The fake; the adapter asks it with its key, through the egress guard."""
    with running(FAKES[name]()) as fake:
        settings.EGRESS_ALLOW = ["127.0.0.1"]
        settings.STUDIO_PROVIDER_URLS = {name: fake.url}
        settings.STUDIO_PROVIDERS = [PROVIDER_PATHS[name]]
        monkeypatch.setenv(VARIABLES[name], fake.key)
        registry.providers.cache_clear()
        yield fake
    registry.providers.cache_clear()


def job(model: ModelInfo, /, **wish: Any) -> Job:
    """The plainest wish that this model grants."""
    picture = InputFile("image", "mug.png", "image/png", good.picture("PNG"))
    plain: dict[str, Any] = {
        "key": uuid4(), "brand_id": uuid4(), "type": model.types[0], "model": model.name, "prompt": "a red mug",
        "negative_prompt": "", "quality": model.qualities[0], "aspect_ratio": model.aspect_ratios[0], "seed": 7,
        "steps": None, "guidance": None, "duration_seconds": None, "palette": (), "extras": {},
        "provider": model.provider, "inputs": (picture,) if model.needs else (),
    }  # fmt: skip
    return Job(**plain | wish)


def plain(provider: Provider, **wish: Any) -> Job:
    """The plainest wish of its first model."""
    return job(provider.models()[0], **wish)


def refusal(provider: Provider, wanted: Job) -> ProviderError:
    with pytest.raises(ProviderError) as caught:
        provider.submit(wanted, lambda _: None)
    return caught.value


def everything(provider: Provider) -> list[Job]:
    """Wishes that use each model's whole range."""
    jobs = []
    for model in provider.models():
        jobs += [job(model, quality=quality) for quality in model.qualities]
        jobs += [job(model, aspect_ratio=ratio, negative_prompt="no text") for ratio in model.aspect_ratios]
        jobs += [job(model, steps=steps) for steps in model.steps_range or ()]
        jobs += [job(model, guidance=guidance) for guidance in model.guidance_range or ()]
        jobs += [job(model, duration_seconds=Decimal(seconds)) for seconds in (1, 5, 99) if model.durations_seconds]
    return jobs


def submitted(provider: Provider, wanted: Job) -> str:
    """The external id."""
    outcome = provider.submit(wanted, lambda _: None)
    assert isinstance(outcome, Running)
    return outcome.external_id


def ended(provider: Provider, wanted: Job, external_id: str) -> Finished:
    """Polled until there is nothing to wait for."""
    outcome: Outcome
    for _ in range(8):
        outcome = provider.poll(wanted, external_id)
        if isinstance(outcome, Finished):
            return outcome
    raise AssertionError(f"It never ended: {outcome}")
