"""The fakes by the names of their providers, where the adapters are that they stand in for, and what each is asked."""

from typing import Any

from tests.providers.fakes.base import Fake
from tests.providers.fakes.openai import OpenAIFake
from tests.providers.fakes.stability import StabilityFake

FAKES: dict[str, type[Fake]] = {
    "openai": OpenAIFake,
    "stability": StabilityFake,
}
PROVIDER_PATHS = {
    "openai": "ai_studio.providers.openai.provider.OpenAIProvider",
    "stability": "ai_studio.providers.stability.StabilityProvider",
}
# A wish that each provider can fulfil, for what is tested of all of them.
WISHES: dict[str, dict[str, Any]] = {
    "openai": {"type": "IMAGE_2D", "model": "gpt-image-1", "aspect_ratio": "1:1"},
    "stability": {"type": "IMAGE_2D", "model": "stable-image-core", "aspect_ratio": "1:1"},
}
