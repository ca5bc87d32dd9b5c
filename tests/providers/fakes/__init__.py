"""The fakes by the names of their providers, and where the adapters are that they stand in for."""

from tests.providers.fakes.base import Fake
from tests.providers.fakes.fal import FalFake
from tests.providers.fakes.replicate import ReplicateFake

FAKES: dict[str, type[Fake]] = {
    "fal": FalFake,
    "replicate": ReplicateFake,
}
PROVIDER_PATHS = {
    "fal": "ai_studio.providers.fal.provider.FalProvider",
    "replicate": "ai_studio.providers.replicate.provider.ReplicateProvider",
}
