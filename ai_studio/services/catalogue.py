"""What one can choose from: every model with its prices and what was measured of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from ai_studio.choices import GenerationType
from ai_studio.pricing import tariff_usd
from ai_studio.providers.base import ModelInfo
from ai_studio.providers.registry import all_models
from ai_studio.services import statistics
from ai_studio.services.statistics import Measured


@dataclass(frozen=True)
class Price:
    """What one costs, and what each second of it costs on top: only animations last."""

    type: str
    quality: str
    base_usd: Decimal
    second_usd: Decimal


@dataclass(frozen=True)
class Offer:
    """`measured` by type; what this brand never made is missing."""

    model: ModelInfo
    prices: tuple[Price, ...]
    measured: Mapping[str, Measured]


def offers(*, brand_id: UUID) -> list[Offer]:
    measured = statistics.measured(brand_id=brand_id)
    return [_offer(model, measured) for model in all_models()]


def _offer(model: ModelInfo, measured: Mapping[tuple[str, str, str], Measured]) -> Offer:
    prices = tuple(_price(kind, quality) for kind in model.types for quality in model.qualities)
    known = {kind: measured.get((model.provider, model.name, kind)) for kind in model.types}
    return Offer(model, prices, {kind: found for kind, found in known.items() if found is not None})


def _price(kind: str, quality: str) -> Price:
    base = tariff_usd(type=kind, quality=quality, duration_seconds=None)
    if kind != GenerationType.ANIMATION:
        return Price(kind, quality, base, Decimal(0))
    second = tariff_usd(type=kind, quality=quality, duration_seconds=Decimal(1)) - base
    return Price(kind, quality, base, second)
