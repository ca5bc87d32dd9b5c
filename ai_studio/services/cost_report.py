"""What a brand spent, by any of user, provider, model, type, day and month: of cost records only.

A cost belongs to the day on which its generation was asked for, in the brand's time zone, because that is the month
whose budget it is taken from, whenever it was settled or adjusted.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, F, QuerySet, Sum
from django.db.models.functions import TruncDate, TruncMonth

from ai_studio.models import CostRecord
from ai_studio.services import periods
from ai_studio.services.periods import Period
from brands.errors import InvalidInput
from brands.models import Brand
from brands.permissions import Actor, require

DIMENSIONS = ("month", "day", "user", "provider", "model", "type")
MAX_ROWS = 50_000


@dataclass(frozen=True)
class Spent:
    """`keys` has a value for each of the report's dimensions: a date for day and month, (id, name) for user."""

    keys: Mapping[str, Any]
    amount_usd: Decimal
    generations: int


@dataclass(frozen=True)
class CostReport:
    """Rows in the order of their keys; none for what cost nothing. Σ rows = `total`."""

    period: Period
    group_by: tuple[str, ...]
    rows: Sequence[Spent]
    total: Spent


def cost_report(
    *,
    actor: Actor,
    at: datetime,
    group_by: Sequence[str] = (),
    from_date: date | None = None,
    to_date: date | None = None,
) -> CostReport:
    """In the brand's scope. Raises InvalidInput for unknown dimensions, days that do not fit and too many rows."""
    brand = Brand.objects.get(pk=actor.brand_id)
    require(actor, "budget.view", brand)
    if unknown := sorted(set(group_by) - set(DIMENSIONS)):
        raise InvalidInput(fields={"group_by": [f"Unknown: {', '.join(unknown)}."]})
    period = periods.period(timezone=brand.timezone, at=at, from_date=from_date, to_date=to_date)
    wanted = tuple(name for name in DIMENSIONS if name in group_by)
    records = _records(period)
    rows = _rows(records, wanted, period) if wanted else []
    counted = records.aggregate(amount=Sum("amount_usd"), count=Count("generation", distinct=True))
    return CostReport(period, wanted, rows, Spent({}, counted["amount"] or Decimal(0), counted["count"]))


def _records(period: Period) -> QuerySet[CostRecord]:
    first, *_, last = period.midnights()
    asked = {"generation__created_at__gte": first, "generation__created_at__lt": last}
    records: QuerySet[CostRecord] = CostRecord.objects.filter(**asked)
    return records


def _rows(records: QuerySet[CostRecord], wanted: tuple[str, ...], period: Period) -> list[Spent]:
    zone = ZoneInfo(period.timezone)
    expressions: dict[str, dict[str, Any]] = {
        "month": {"month": TruncMonth("generation__created_at", tzinfo=zone)},
        "day": {"day": TruncDate("generation__created_at", tzinfo=zone)},
        "user": {"user": F("generation__user_id"), "user_name": F("generation__user__email")},
        "provider": {"provider": F("generation__provider")},
        "model": {"model": F("generation__model")},
        "type": {"type": F("generation__type")},
    }
    keys = {alias: value for name in wanted for alias, value in expressions[name].items()}
    grouped = records.annotate(**{f"by_{alias}": value for alias, value in keys.items()}).values(
        *(f"by_{alias}" for alias in keys)
    )
    summed = grouped.annotate(amount=Sum("amount_usd"), count=Count("generation", distinct=True))
    found = list(summed.order_by(*(f"by_{alias}" for alias in keys))[: MAX_ROWS + 1])
    if len(found) > MAX_ROWS:
        raise InvalidInput(fields={"group_by": [f"More than {MAX_ROWS} rows: group by less, or ask for fewer days."]})
    return [Spent(_keys(row, wanted), row["amount"], row["count"]) for row in found]


def _keys(row: Mapping[str, Any], wanted: tuple[str, ...]) -> dict[str, Any]:
    return {name: _key(row, name) for name in wanted}


def _key(row: Mapping[str, Any], name: str) -> Any:
    if name == "user":
        return (row["by_user"], row["by_user_name"])
    if name == "month":
        return row["by_month"].date()
    return row[f"by_{name}"]
