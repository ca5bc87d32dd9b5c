"""The fakes by the names of their providers, and where the adapters are that they stand in for."""

from tests.providers.fakes.base import Fake
from tests.providers.fakes.openai import OpenAIFake

FAKES: dict[str, type[Fake]] = {
    "openai": OpenAIFake,
}
PROVIDER_PATHS = {
    "openai": "ai_studio.providers.openai.provider.OpenAIProvider",
}
