"""A model that may make a wish, with what the filters and strategies ask of it. No input or output: a simulation
makes its own."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from ai_studio.providers.base import ModelInfo


@dataclass(frozen=True)
class Measured:
    """Of one model and type over a window of attempts; `p50_seconds` of the last few good ones. None: nothing to
    measure by."""

    calls: int = 0
    succeeded: int = 0
    p50_seconds: float | None = None
    quality_score: float | None = None

    @property
    def success_rate(self) -> float | None:
        return self.succeeded / self.calls if self.calls else None


NOTHING = Measured()


@dataclass(frozen=True)
class Candidate:
    """`place`: in the order of STUDIO_PROVIDERS. `load`: running jobs ÷ what the provider takes at once. `key`: whose
    key it is asked with: brand, installation, or none where it needs none; empty where there is none. `rests_seconds`:
    how long its breaker keeps it from being asked. `calls_left`: of its rate limit; None: it has none. `is_full`: it
    has as many jobs as it takes at once."""

    model: ModelInfo
    place: int
    price_usd: Decimal | None
    key: str = "none"
    enabled: bool = True
    rests_seconds: float = 0
    calls_left: int | None = None
    is_full: bool = False
    load: float = 0
    measured: Measured = NOTHING

    @property
    def name(self) -> dict[str, str]:
        return {"provider": self.model.provider, "model": self.model.name}

    @property
    def step(self) -> dict[str, Any]:
        """As it stands in a generation's chain."""
        return {**self.name, "queue": str(self.model.queue), "key": self.key}


Facts = Mapping[tuple[str, str, str], Measured]
