"""Every provider, by name. A new one is one line here."""

from functools import cache

from ai_studio.providers.base import ModelInfo, Provider
from ai_studio.providers.local.provider import LocalProvider

_PROVIDERS: tuple[type[Provider], ...] = (LocalProvider,)


@cache
def providers() -> dict[str, Provider]:
    made = [provider() for provider in _PROVIDERS]
    return {provider.name: provider for provider in made}


def provider(name: str) -> Provider:
    return providers()[name]


def all_models() -> list[ModelInfo]:
    return [model for provider in providers().values() for model in provider.models()]


def model(provider_name: str, name: str) -> ModelInfo | None:
    return next((m for m in all_models() if m.provider == provider_name and m.name == name), None)
