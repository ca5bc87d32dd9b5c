"""Providers whose prices, speeds, quality and failures drift, as true as the simulation's clock: seeded."""

from dataclasses import dataclass, field
from decimal import Decimal
from math import exp, sin
from random import Random

from ai_studio.choices import AspectRatio, GenerationType, Quality, Queue
from ai_studio.providers.base import ModelInfo

TYPE = GenerationType.IMAGE_2D
SECONDS_BETWEEN = 0.5
# name, price in US dollars, seconds, share of failures, quality, jobs at once
PROVIDERS = [
    ("alder", 0.060, 9.0, 0.02, 0.80, 20),
    ("birch", 0.030, 14.0, 0.06, 0.60, 10),
    ("cedar", 0.045, 6.0, 0.10, 0.70, 15),
    ("dogwood", 0.120, 11.0, 0.01, 0.92, 30),
    ("elm", 0.050, 8.0, 0.04, 0.75, 8),
]
RANKS = {"alder": 3, "birch": 1, "cedar": 2, "dogwood": 5, "elm": 3}
OUTAGE_CHANCE, OUTAGE_SECONDS = 0.0004, (30.0, 180.0)


@dataclass
class Truth:
    """One provider as it is now."""

    name: str
    price_usd: float
    seconds: float
    failing: float
    quality: float
    at_once: int
    phase: float
    away_until: float = 0
    ends: list[float] = field(default_factory=list)

    def drift(self, now: float, random: Random) -> None:
        self.price_usd *= exp(random.gauss(0, 0.004))
        self.seconds *= exp(random.gauss(0, 0.006) + 0.002 * sin(now / 400 + self.phase))
        self.seconds = min(max(self.seconds, 2.0), 40.0)
        self.quality = min(max(self.quality + random.gauss(0, 0.0015), 0.3), 1.0)
        if random.random() < OUTAGE_CHANCE:
            self.away_until = now + random.uniform(*OUTAGE_SECONDS)
        self.ends = [end for end in self.ends if end > now]

    def is_away(self, now: float) -> bool:
        return now < self.away_until

    def expected_seconds(self) -> float:
        return self.seconds / (1 - self.failing)

    def load(self) -> float:
        return len(self.ends) / self.at_once

    def model(self) -> ModelInfo:
        every = (tuple(Quality.values), tuple(AspectRatio.values))
        return ModelInfo(
            self.name, "one", self.name, (TYPE,), *every, parameters=(), queue=Queue.IO, quality_rank=RANKS[self.name]
        )

    def listed_usd(self) -> Decimal:
        return Decimal(str(round(self.price_usd, 6)))


def truths(random: Random) -> list[Truth]:
    return [Truth(*facts, phase=random.uniform(0, 6)) for facts in PROVIDERS]
