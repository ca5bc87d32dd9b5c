"""A fake that stands where its provider stands: this process asks it, with its key and through the egress guard."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import pytest
from pytest_django.fixtures import Settings

from ai_studio.providers import registry
from ai_studio.providers.base import Job, Outcome, Provider, Running
from tests.providers.fakes import FAKES, PROVIDER_PATHS
from tests.providers.fakes.base import Fake, running


@contextmanager
def standing(name: str, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Fake]:
    """It is the only provider beside the local one."""
    with running(FAKES[name]()) as fake:
        settings.EGRESS_ALLOW = ["127.0.0.1"]
        settings.STUDIO_PROVIDER_URLS = {name: fake.url}
        settings.STUDIO_PROVIDERS = ["ai_studio.providers.local.provider.LocalProvider", PROVIDER_PATHS[name]]
        monkeypatch.setenv(f"{name.upper()}_API_KEY", fake.key)
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
