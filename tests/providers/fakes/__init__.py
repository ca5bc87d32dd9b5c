"""The fakes by the names of their providers, where the adapters are that they stand in for, and what each is asked."""

from decimal import Decimal
from typing import Any

from tests.providers.fakes.base import Fake
from tests.providers.fakes.comfyui import ComfyUIFake
from tests.providers.fakes.fal import FalFake
from tests.providers.fakes.luma import LumaFake
from tests.providers.fakes.meshy import MeshyFake
from tests.providers.fakes.openai import OpenAIFake
from tests.providers.fakes.replicate import ReplicateFake
from tests.providers.fakes.runway import RunwayFake
from tests.providers.fakes.stability import StabilityFake
from tests.providers.fakes.tripo import TripoFake

FAKES: dict[str, type[Fake]] = {
    "openai": OpenAIFake,
    "stability": StabilityFake,
    "replicate": ReplicateFake,
    "fal": FalFake,
    "meshy": MeshyFake,
    "runway": RunwayFake,
    "tripo": TripoFake,
    "luma": LumaFake,
    "comfyui": ComfyUIFake,
}
PROVIDER_PATHS = {
    "openai": "ai_studio.providers.openai.provider.OpenAIProvider",
    "stability": "ai_studio.providers.stability.StabilityProvider",
    "replicate": "ai_studio.providers.replicate.provider.ReplicateProvider",
    "fal": "ai_studio.providers.fal.provider.FalProvider",
    "meshy": "ai_studio.providers.meshy.MeshyProvider",
    "runway": "ai_studio.providers.runway.RunwayProvider",
    "tripo": "ai_studio.providers.tripo.TripoProvider",
    "luma": "ai_studio.providers.luma.LumaProvider",
    "comfyui": "ai_studio.providers.comfyui.ComfyUIProvider",
}
# A wish that each provider can fulfil, for what is tested of all of them.
WISHES: dict[str, dict[str, Any]] = {
    "openai": {"type": "IMAGE_2D", "model": "gpt-image-1", "aspect_ratio": "1:1"},
    "stability": {"type": "IMAGE_2D", "model": "stable-image-core", "aspect_ratio": "1:1"},
    "replicate": {"type": "IMAGE_2D", "model": "black-forest-labs/flux-schnell", "aspect_ratio": "1:1"},
    "fal": {"type": "IMAGE_2D", "model": "fal-ai/flux/schnell", "aspect_ratio": "1:1"},
    "meshy": {"type": "MODEL_3D", "model": "meshy-6"},
    "runway": {"type": "ANIMATION", "model": "gen4.5", "quality": "high", "duration_seconds": Decimal(5)},
    "tripo": {"type": "MODEL_3D", "model": "v2.5-20250123"},
    "luma": {"type": "ANIMATION", "model": "ray-2", "duration_seconds": Decimal(5)},
    "comfyui": {"type": "IMAGE_2D", "model": "comfyui-text-to-image"},
}
