"""How a brand's generations went in a period, beside the period before. Numbers of the database only."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from ai_studio.services import figures, periods
from ai_studio.services.figures import Figures
from ai_studio.services.periods import Period
from brands.models import Brand
from brands.permissions import Actor, require

Number = int | float | Decimal

COMPARED = (
    "total", "completed", "failed", "cancelled", "success_rate", "average_seconds", "p50_seconds", "p95_seconds",
    "cost_usd", "average_cost_usd",
)  # fmt: skip


@dataclass(frozen=True)
class Trend:
    """Against the former period. None where either has nothing to compare; `relative` also where the former is 0."""

    absolute: Number | None
    relative: float | None


@dataclass(frozen=True)
class Report:
    """`days` has every day of the period, in order."""

    period: Period
    totals: Figures
    former: Figures
    trend: Mapping[str, Trend]
    by_type: Mapping[str, Figures]
    by_model: Mapping[tuple[str, str], Figures]
    days: Mapping[date, Figures]


def report(
    *,
    actor: Actor,
    at: datetime,
    from_date: date | None = None,
    to_date: date | None = None,
    types: Collection[str] = (),
) -> Report:
    """Of the generations asked for from the first to the last day. Raises InvalidInput for days that do not fit."""
    brand = Brand.objects.get(pk=actor.brand_id)
    require(actor, "analytics.view", brand)
    period = periods.period(timezone=brand.timezone, at=at, from_date=from_date, to_date=to_date)
    counted = figures.count(brand_id=brand.id, period=period, types=types)
    return Report(
        period=period,
        totals=counted.totals,
        former=counted.former,
        trend={name: _trend(counted.totals, counted.former, name) for name in COMPARED},
        by_type=counted.by_type,
        by_model=counted.by_model,
        days={day: counted.by_day.get(n, Figures()) for n, day in enumerate(period.dates, start=1)},
    )


def _trend(now: Figures, former: Figures, name: str) -> Trend:
    after, before = getattr(now, name), getattr(former, name)
    if not former.total or after is None or before is None:
        return Trend(None, None)
    absolute = after - before
    if isinstance(absolute, float):
        absolute = round(absolute, 6)  # of 3 decimals each: more would be the noise of binary fractions
    return Trend(absolute, round(float(after - before) / float(before), 6) if before else None)
