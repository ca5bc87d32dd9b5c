"""The most a wish can cost when one model makes it. The one place that asks for a price before there is a job."""

from decimal import Decimal

from ai_studio import pricing
from ai_studio.providers.base import ModelInfo
from ai_studio.routing.wants import Want


def duration_of(model: ModelInfo, want: Want) -> Decimal | None:
    """Seconds to make: only animations last."""
    if want.type != "ANIMATION":
        return None
    return model.default_duration_seconds if want.duration_seconds is None else want.duration_seconds


def estimate_usd(model: ModelInfo, want: Want) -> Decimal | None:
    """None: not known, and then it is not made."""
    return pricing.tariff_usd(type=want.type, quality=want.quality, duration_seconds=duration_of(model, want))
