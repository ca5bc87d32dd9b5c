from collections.abc import Iterator

import pytest
from pytest_django.fixtures import Settings

from ai_studio.providers import registry
from tests.providers import adapter
from tests.providers.server import ProviderServer


@pytest.fixture
def provider(
    committed: None, provider_server: ProviderServer, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> Iterator[ProviderServer]:
    """This process knows the test server's providers too; the server has forgotten earlier tests."""
    monkeypatch.setenv(adapter.ADDRESS, provider_server.url)
    settings.STUDIO_PROVIDERS = adapter.PROVIDERS
    registry.providers.cache_clear()
    provider_server.forget()
    yield provider_server
    registry.providers.cache_clear()
