"""The price files: data/<provider>.csv, and what a row must be to be taken."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError

from ai_studio.models import Price

DATA = Path(__file__).parent / "data"
HEADER = ["provider", "model", "type", "quality", "tier", "unit", "unit_price_usd", "valid_from", "source_url"]
KEY = ["provider", "model", "type", "quality", "tier", "unit", "valid_from"]


class BadPriceFile(Exception):
    """Which file and line, and what is wrong there."""


def read_all(folder: Path = DATA) -> list[Price]:
    """Every row of every file, unsaved. Raises BadPriceFile; nothing is taken of a file with a bad line."""
    prices: dict[tuple[Any, ...], Price] = {}
    for path in sorted(folder.glob("*.csv")):
        for line, price in _read(path):
            if key_of(price) in prices:
                raise BadPriceFile(f"{path.name}, line {line}: the same row stands there twice.")
            prices[key_of(price)] = price
    return list(prices.values())


def key_of(price: Price) -> tuple[Any, ...]:
    return tuple(getattr(price, name) for name in KEY)


def _read(path: Path) -> Iterator[tuple[int, Price]]:
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, strict=True)
        if rows.fieldnames != HEADER:
            raise BadPriceFile(f"{path.name}: its first line is not {','.join(HEADER)}.")
        for row in rows:
            yield rows.line_num, _price(row, path, rows.line_num)


def _price(row: dict[str, Any], path: Path, line: int) -> Price:
    if None in row or None in row.values():
        raise BadPriceFile(f"{path.name}, line {line}: not {len(HEADER)} columns.")
    if row["provider"] != path.stem:
        raise BadPriceFile(f"{path.name}, line {line}: it is not a row of {path.stem}.")
    price = Price(**row)
    try:
        price.clean_fields()
    except ValidationError as error:
        raise BadPriceFile(f"{path.name}, line {line}: {error.message_dict}") from error
    if price.unit_price_usd < 0:
        raise BadPriceFile(f"{path.name}, line {line}: the price is negative.")
    return price
