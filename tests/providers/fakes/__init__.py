"""The fakes by the names of their providers, and where the adapters are that they stand in for."""

from tests.providers.fakes.base import Fake
from tests.providers.fakes.meshy import MeshyFake

FAKES: dict[str, type[Fake]] = {
    "meshy": MeshyFake,
}
PROVIDER_PATHS = {
    "meshy": "ai_studio.providers.meshy.MeshyProvider",
}
