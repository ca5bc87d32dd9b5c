"""Prices of the test provider `priced`, whose model is priced-1."""

from datetime import date
from decimal import Decimal

from ai_studio.models import Price

TABLE = {
    ("", "", "", "image"): "0.050000",
    ("", "high", "", "image"): "0.070000",
    ("", "", "1024x1024", "image"): "0.060000",
    ("", "", "", "output_token"): "0.000040",
    ("", "", "", "credit"): "0.010000",
}


def price(usd: str, *, unit: str = "image", valid_from: date = date(2026, 1, 1), **which: str) -> Price:
    """Prices stay in the test's database: the same one is made once."""
    wanted = {"provider": "priced", "model": "priced-1", "type": "", "quality": "", "tier": "", "unit": unit} | which
    facts = {"unit_price_usd": Decimal(usd), "source_url": "https://example.com/prices"}
    made, _ = Price.objects.get_or_create(**wanted, valid_from=valid_from, defaults=facts)
    return made


def table() -> None:
    for (kind, quality, tier, unit), usd in TABLE.items():
        price(usd, unit=unit, type=kind, quality=quality, tier=tier)
