"""The fakes by the names of their providers, and where the adapters are that they stand in for."""

from tests.providers.fakes.base import Fake
from tests.providers.fakes.comfyui import ComfyUIFake
from tests.providers.fakes.luma import LumaFake
from tests.providers.fakes.meshy import MeshyFake
from tests.providers.fakes.runway import RunwayFake
from tests.providers.fakes.tripo import TripoFake

FAKES: dict[str, type[Fake]] = {
    "meshy": MeshyFake,
    "runway": RunwayFake,
    "tripo": TripoFake,
    "luma": LumaFake,
    "comfyui": ComfyUIFake,
}
PROVIDER_PATHS = {
    "meshy": "ai_studio.providers.meshy.MeshyProvider",
    "runway": "ai_studio.providers.runway.RunwayProvider",
    "tripo": "ai_studio.providers.tripo.TripoProvider",
    "luma": "ai_studio.providers.luma.LumaProvider",
    "comfyui": "ai_studio.providers.comfyui.ComfyUIProvider",
}
