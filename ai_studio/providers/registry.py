"""The providers that are switched on (STUDIO_PROVIDERS), by name."""

from functools import cache

from django.conf import settings
from django.utils.module_loading import import_string

from ai_studio.providers.base import ModelInfo, Provider


@cache
def providers() -> dict[str, Provider]:
    made: list[Provider] = [import_string(path)() for path in settings.STUDIO_PROVIDERS]
    return {provider.name: provider for provider in made}


def provider(name: str) -> Provider:
    return providers()[name]


def all_models() -> list[ModelInfo]:
    return [model for provider in providers().values() for model in provider.models()]


def model(provider_name: str, name: str) -> ModelInfo | None:
    return next((m for m in all_models() if m.provider == provider_name and m.name == name), None)
