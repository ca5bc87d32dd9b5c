"""What work costs at most: by the price table, or by the tariff of providers without a price of their own.

Source: the studio's tariff (design: Money). A second is a second of what is made, so a still costs none.
"""

from collections.abc import Sequence
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

from ai_studio.choices import GenerationType, Quality
from ai_studio.errors import PriceUnknown
from ai_studio.models import Price
from ai_studio.prices import table
from ai_studio.prices.table import Unpriced
from ai_studio.providers import registry
from ai_studio.providers.base import Demand, Job

TARIFF_BASE_USD = {
    GenerationType.IMAGE_2D: Decimal("0.08"),
    GenerationType.TEMPLATE: Decimal("0.08"),
    GenerationType.MODEL_3D: Decimal("0.15"),
    GenerationType.ANIMATION: Decimal("0.20"),
}
TARIFF_SECOND_USD = Decimal("0.01")
TARIFF_FACTOR = {Quality.STANDARD: Decimal(1), Quality.HIGH: Decimal("1.5"), Quality.ULTRA: Decimal(2)}
_MILLIONTH = Decimal("0.000001")


def tariff_usd(*, type: str, quality: str, duration_seconds: Decimal | None) -> Decimal:  # noqa: A002
    """(base by type + .01 for each second made) × 1, 1.5 or 2 by quality, in US dollars to a millionth."""
    seconds = duration_seconds or Decimal(0)
    base = TARIFF_BASE_USD[GenerationType(type)] + TARIFF_SECOND_USD * seconds
    return (base * TARIFF_FACTOR[Quality(quality)]).quantize(_MILLIONTH, rounding=ROUND_HALF_UP)


def maximum_usd(job: Job, *, at: datetime) -> Decimal:
    """The most a job can cost: its provider's demand by the price table, or the tariff for providers without prices.
    Raises PriceUnknown naming the model."""
    try:
        return most_usd(job, table.valid(at=at, provider=job.provider, model=job.model))
    except Unpriced as unpriced:
        raise unknown(job, unpriced) from unpriced


def unknown(job: Job, unpriced: Unpriced) -> PriceUnknown:
    sentence = f"{job.provider} {job.model} has no price for {unpriced}: an installation's staff can add it."
    return PriceUnknown(sentence, fields={"model": [sentence]})


def most_usd(job: Job, prices: Sequence[Price]) -> Decimal:
    """The same by `prices`, all that are valid then, of whatever model. Raises Unpriced."""
    demand = registry.provider(job.provider).demand(job)
    if not demand.units:
        return tariff_of(job)
    rows = [row for row in prices if (row.provider, row.model) == (job.provider, job.model)]
    return table.priced(demand.units, table.best(rows, type=job.type, quality=job.quality, tier=demand.tier))[0]


def rows_for(job: Job, demand: Demand, *, at: datetime) -> dict[str, Price]:
    rows = table.valid(at=at, provider=job.provider, model=job.model)
    return table.best(rows, type=job.type, quality=job.quality, tier=demand.tier)


def tariff_of(job: Job) -> Decimal:
    return tariff_usd(type=job.type, quality=job.quality, duration_seconds=job.duration_seconds)
