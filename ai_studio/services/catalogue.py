"""What one can choose from: every model with its prices and what was measured of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID, uuid4

from ai_studio import models
from ai_studio.choices import GenerationType
from ai_studio.prices import table
from ai_studio.prices.table import Unpriced
from ai_studio.pricing import tariff_usd
from ai_studio.providers import registry
from ai_studio.providers.base import Demand, Job, ModelInfo
from ai_studio.services import statistics
from ai_studio.services.statistics import Measured


@dataclass(frozen=True)
class Price:
    """What one costs: `estimate_usd` with the model's own choices, None while a price is not known.

    By the tariff: a base, and each second of it on top (only animations last). By the price table: its `rows`.
    """

    type: str
    quality: str
    estimate_usd: Decimal | None
    base_usd: Decimal | None = None
    second_usd: Decimal | None = None
    rows: Sequence[models.Price] = ()


@dataclass(frozen=True)
class Offer:
    """`measured` by type; what this brand never made is missing."""

    model: ModelInfo
    prices: tuple[Price, ...]
    measured: Mapping[str, Measured]


def offers(*, brand_id: UUID, at: datetime) -> list[Offer]:
    measured = statistics.measured(brand_id=brand_id)
    known = table.valid(at=at)
    return [_offer(model, brand_id, measured, known) for model in registry.all_models()]


def _offer(
    model: ModelInfo,
    brand_id: UUID,
    measured: Mapping[tuple[str, str, str], Measured],
    known: Sequence[models.Price],
) -> Offer:
    rows = [row for row in known if (row.provider, row.model) == (model.provider, model.name)]
    jobs = [_plain_job(model, brand_id, kind, quality) for kind in model.types for quality in model.qualities]
    prices = tuple(_price(job, rows) for job in jobs)
    found = {kind: measured.get((model.provider, model.name, kind)) for kind in model.types}
    return Offer(model, prices, {kind: each for kind, each in found.items() if each is not None})


def _price(job: Job, rows: Sequence[models.Price]) -> Price:
    demand = registry.provider(job.provider).demand(job)
    if not demand.units:
        return _by_tariff(job)
    best = table.best(rows, type=job.type, quality=job.quality, tier=demand.tier)
    return Price(job.type, job.quality, _estimate(demand, best), rows=[best[unit] for unit in sorted(best)])


def _estimate(demand: Demand, best: Mapping[str, models.Price]) -> Decimal | None:
    try:
        return table.priced(demand.units, best)[0]
    except Unpriced:
        return None


def _by_tariff(job: Job) -> Price:
    base = tariff_usd(type=job.type, quality=job.quality, duration_seconds=None)
    whole = tariff_usd(type=job.type, quality=job.quality, duration_seconds=job.duration_seconds)
    if job.type != GenerationType.ANIMATION:
        return Price(job.type, job.quality, whole, base, Decimal(0))
    second = tariff_usd(type=job.type, quality=job.quality, duration_seconds=Decimal(1)) - base
    return Price(job.type, job.quality, whole, base, second)


def _plain_job(model: ModelInfo, brand_id: UUID, kind: str, quality: str) -> Job:
    """What somebody gets who asks for no more than a type and a quality."""
    return Job(
        key=uuid4(),
        brand_id=brand_id,
        type=kind,
        model=model.name,
        prompt="a mug",
        negative_prompt="",
        quality=quality,
        aspect_ratio=model.aspect_ratios[0],
        seed=0,
        steps=None,
        guidance=None,
        duration_seconds=model.default_duration_seconds if kind == GenerationType.ANIMATION else None,
        palette=(),
        extras={},
        provider=model.provider,
    )
