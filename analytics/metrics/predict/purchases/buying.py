"""What both models of buying offer, so that what builds on them does not care which it is."""

from typing import Any, Protocol, Self

import numpy as np

from analytics.metrics.predict.purchases.histories import Histories
from analytics.metrics.stream import Floats


class Buying(Protocol):
    """A fitted model of how often people buy."""

    NAME: str
    PAPER: str

    @classmethod
    def fit(cls, known: Histories, *, warm: Self | None = None) -> Self: ...
    def predict(self, known: Histories, horizon: float) -> Floats: ...
    def alive(self, known: Histories) -> Floats: ...
    def silent(self, known: Histories, horizon: float) -> Floats: ...
    def draws(self, known: Histories, horizon: float, rng: np.random.Generator, rounds: int) -> Floats: ...
    def as_dict(self) -> dict[str, Any]: ...
