"""What work costs: the tariff of providers without a price of their own.

Source: the studio's tariff (design: Money). A second is a second of what is made, so a still costs none.
"""

from decimal import ROUND_HALF_UP, Decimal

from ai_studio.choices import GenerationType, Quality

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
