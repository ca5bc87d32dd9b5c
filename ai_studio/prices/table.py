"""The price table, as it is read: the most specific row that was valid, for each unit.

Of the rows of a provider's model that fit a job, one that names the job's type comes before one for any type; then
the same for quality, then for tier. Among equals the one that became valid last counts. Days are UTC's.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from ai_studio.models import Price

_MILLIONTH = Decimal("0.000001")
_MOST_USD = Decimal(999_999)


class Unpriced(Exception):
    """No row for these units, or no amount that can be: nothing may be made or settled by them."""

    def __init__(self, units: Iterable[str]) -> None:
        self.units = sorted(units)
        super().__init__(", ".join(self.units))


def valid(*, at: datetime, **which: str) -> list[Price]:
    """All rows valid at that moment; `which` names the provider and the model."""
    return list(Price.objects.filter(valid_from__lte=at.astimezone(UTC).date(), **which))


def best(rows: Sequence[Price], *, type: str, quality: str, tier: str) -> dict[str, Price]:  # noqa: A002
    """{unit: its row}, of the rows of one model."""
    wanted = {"type": type, "quality": quality, "tier": tier}
    fitting = [row for row in rows if all(getattr(row, name) in ("", value) for name, value in wanted.items())]
    return {row.unit: row for row in sorted(fitting, key=_weight)}


def priced(units: Mapping[str, Decimal], rows: Mapping[str, Price]) -> tuple[Decimal, dict[str, Any]]:
    """Σ units × prices, in US dollars to a millionth, and what it was made of. Raises Unpriced."""
    if missing := [unit for unit, amount in units.items() if amount and unit not in rows]:
        raise Unpriced(missing)
    used = {unit: amount for unit, amount in units.items() if unit in rows}
    total = sum((amount * rows[unit].unit_price_usd for unit, amount in used.items()), Decimal(0))
    if total > _MOST_USD:
        raise Unpriced(used)
    details = {
        "units": {unit: str(amount) for unit, amount in used.items()},
        "unit_prices_usd": {unit: str(rows[unit].unit_price_usd) for unit in used},
        "rows": [str(rows[unit].pk) for unit in used],
    }
    return total.quantize(_MILLIONTH, rounding=ROUND_HALF_UP), details


def _weight(row: Price) -> tuple[bool, bool, bool, date]:
    """Heavier rows come later, and the last one stays."""
    return (row.type != "", row.quality != "", row.tier != "", row.valid_from)
