"""Putting the files' rows into the table. Again and again the same: what stands there already stays as it is."""

from pathlib import Path

from django.db import DEFAULT_DB_ALIAS

from ai_studio.models import Price
from ai_studio.prices import files
from ai_studio.prices.files import BadPriceFile


def load(*, using: str = DEFAULT_DB_ALIAS, folder: Path = files.DATA) -> int:
    """How many rows were new. Raises BadPriceFile, also for a row whose price differs from the one in the table: a new
    price is a new row, with the day it counts from."""
    known = {files.key_of(price): price for price in Price.objects.using(using)}
    wanted = files.read_all(folder)
    if changed := [price for price in wanted if _differs(price, known.get(files.key_of(price)))]:
        raise BadPriceFile("\n".join(f"Changed in place, add a row instead: {price}" for price in changed))
    new = [price for price in wanted if files.key_of(price) not in known]
    Price.objects.using(using).bulk_create(new, ignore_conflicts=True)
    return len(new)


def _differs(price: Price, known: Price | None) -> bool:
    return known is not None and known.unit_price_usd != price.unit_price_usd
