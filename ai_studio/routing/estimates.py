"""The most a wish can cost when one model makes it. The one place that asks for a price before there is a job."""

from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

from ai_studio import pricing
from ai_studio.choices import GenerationType
from ai_studio.models import Price
from ai_studio.prices.table import Unpriced
from ai_studio.providers.base import InputFile, Job, ModelInfo
from ai_studio.routing.wants import Want

_NOBODY = UUID(int=0)


def duration_of(model: ModelInfo, want: Want) -> Decimal | None:
    """Seconds to make: only animations last."""
    if want.type != GenerationType.ANIMATION:
        return None
    return model.default_duration_seconds if want.duration_seconds is None else want.duration_seconds


def estimate_usd(model: ModelInfo, want: Want, prices: Sequence[Price]) -> Decimal | None:
    """By `prices`, all that are valid now. None: not known, and then it is not made."""
    try:
        return pricing.most_usd(_job(model, want), prices)
    except Unpriced:
        return None


def require_price(model: ModelInfo, want: Want, prices: Sequence[Price]) -> None:
    """Raises PriceUnknown, which names the unit that has none."""
    job = _job(model, want)
    try:
        pricing.most_usd(job, prices)
    except Unpriced as unpriced:
        raise pricing.unknown(job, unpriced) from unpriced


def _job(model: ModelInfo, want: Want) -> Job:
    """As it would be told; what it starts from is named and empty."""
    return Job(
        key=_NOBODY,
        brand_id=_NOBODY,
        type=want.type,
        model=model.name,
        prompt=want.prompt,
        negative_prompt=want.negative_prompt,
        quality=want.quality,
        aspect_ratio=want.aspect_ratio,
        seed=0,
        steps=want.steps,
        guidance=want.guidance,
        duration_seconds=duration_of(model, want),
        palette=want.palette,
        extras=want.extras,
        provider=model.provider,
        inputs=tuple(InputFile(role, "", "", b"") for role in want.inputs),
    )
