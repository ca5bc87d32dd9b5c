"""What every model of a series offers."""

from typing import Any, Protocol, Self

from analytics.metrics.stream import Floats


class Forecaster(Protocol):
    """Fitted to equally spaced values without gaps, of which it foretells those after the last."""

    NAME: str
    PAPER: str

    @classmethod
    def fit(cls, values: Floats, season: int, *, warm: Self | None = None) -> Self: ...
    def predict(self, horizon: int) -> Floats: ...
    def as_dict(self) -> dict[str, Any]: ...
