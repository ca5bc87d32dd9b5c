"""The providers that are switched on (STUDIO_PROVIDERS), by name."""

from collections.abc import Mapping, Sequence
from functools import cache, cached_property

from django.conf import settings
from django.utils.module_loading import import_string

from ai_studio.providers.base import ModelInfo, Provider


class Providers(dict[str, Provider]):
    @cached_property
    def models(self) -> Mapping[str, Sequence[ModelInfo]]:
        """By the provider's name. Asked of every job: read once."""
        return {name: tuple(provider.models()) for name, provider in self.items()}


@cache
def providers() -> Providers:
    made: list[Provider] = [import_string(path)() for path in settings.STUDIO_PROVIDERS]
    return Providers((provider.name, provider) for provider in made)


def provider(name: str) -> Provider:
    return providers()[name]


def all_models() -> list[ModelInfo]:
    return [model for models in providers().models.values() for model in models]


def model(provider_name: str, name: str) -> ModelInfo | None:
    return next((each for each in providers().models.get(provider_name, ()) if each.name == name), None)
