"""A fake that stands where its provider stands: this process asks it, with its key and through the egress guard."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import environ
import pytest
from django.utils.module_loading import import_string
from pytest_django.fixtures import Settings

from ai_studio.providers import registry
from ai_studio.providers.base import Job, Outcome, Provider, ProviderError, Running
from tests.providers.fakes import FAKES, PROVIDER_PATHS
from tests.providers.fakes.base import Fake, running

LOCAL = "ai_studio.providers.local.provider.LocalProvider"
env = environ.Env()


def environment(*fakes: Fake) -> dict[str, str]:
    """What a process needs to know these providers, and no others, beside the local one."""
    return {
        "EGRESS_ALLOW": "127.0.0.1",
        "STUDIO_PROVIDERS": ",".join([LOCAL, *(PROVIDER_PATHS[fake.name] for fake in fakes)]),
        "STUDIO_PROVIDER_URLS": ",".join(f"{fake.name}={fake.url}" for fake in fakes),
        **{_key_variable(fake): fake.key for fake in fakes},
    }


def _key_variable(fake: Fake) -> str:
    provider = import_string(PROVIDER_PATHS[fake.name])
    return provider.key_variable or f"{fake.name.upper()}_API_KEY"  # one that needs none ignores it


@contextmanager
def standing(name: str, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Fake]:
    """It is the only provider beside the local one."""
    with running(FAKES[name]()) as fake:
        for variable, value in environment(fake).items():
            monkeypatch.setenv(variable, value)
        settings.EGRESS_ALLOW = env.list("EGRESS_ALLOW")
        settings.STUDIO_PROVIDERS = env.list("STUDIO_PROVIDERS")
        settings.STUDIO_PROVIDER_URLS = env.dict("STUDIO_PROVIDER_URLS")
        registry.providers.cache_clear()
        yield fake
    registry.providers.cache_clear()


def job(**wish: Any) -> Job:
    """An order made by hand."""
    plain: dict[str, Any] = {
        "key": uuid4(), "brand_id": uuid4(), "type": "MODEL_3D", "model": "", "prompt": "a red mug",
        "negative_prompt": "", "quality": "standard", "aspect_ratio": "16:9", "seed": 7, "steps": None,
        "guidance": None, "duration_seconds": None, "palette": (), "extras": {},
    }  # fmt: skip
    return Job(**plain | wish)


def offered(provider: Provider) -> list[dict[str, Any]]:
    """A wish for every quality and aspect ratio of every model."""
    return [
        {
            "provider": provider.name, "type": model.types[0], "model": model.name, "quality": quality,
            "aspect_ratio": ratio, "duration_seconds": model.default_duration_seconds,
        }
        for model in provider.models()
        for quality in model.qualities
        for ratio in model.aspect_ratios
    ]  # fmt: skip


def taken(provider: Provider, wanted: Job, fake: Fake) -> None:
    """The server checks the order and takes it on. Its answer is lost: no file is decoded, for that takes long."""
    fake.misbehave("lost")
    with pytest.raises(ProviderError) as caught:
        provider.submit(wanted, lambda _: None)
    assert caught.value.code == "answer_lost", caught.value.message


def submitted(provider: Provider, wanted: Job) -> str:
    """The external id."""
    outcome = provider.submit(wanted, lambda _: None)
    assert isinstance(outcome, Running)
    return outcome.external_id


def ended(provider: Provider, wanted: Job, external_id: str) -> Outcome:
    """Polled until there is nothing to wait for."""
    for _ in range(12):
        outcome = provider.poll(wanted, external_id)
        if not isinstance(outcome, Running):
            return outcome
        external_id = outcome.external_id
    raise AssertionError(f"It never ended: {outcome}")
