"""The rows of a brand's cohorts, from what they add up to."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from analytics.choices import Grain
from analytics.models import AnalyticsCohort
from analytics.services.cohort_sums import Asked

if TYPE_CHECKING:
    from analytics.metrics.cohorts.sums import Sums
    from analytics.metrics.cohorts.table import Cell, Cohort
    from analytics.metrics.trends import Trend

# The newest of each grain are kept: beyond, a day's cohort is of little use.
KEPT_COHORTS = 400
_LONGEST = {Grain.DAY: 1, Grain.WEEK: 7, Grain.MONTH: 31}


def rows(added: Sums, *, asked: Asked, currency: str) -> list[AnalyticsCohort]:
    """Not saved."""
    if not added.people.any():
        return []
    return [row for grain in Grain for row in _of_grain(grain, added, asked, currency)]


def _of_grain(grain: Grain, added: Sums, asked: Asked, currency: str) -> list[AnalyticsCohort]:
    from analytics.metrics.cohorts.table import table
    from analytics.metrics.periods import Period, buckets, microseconds

    oldest = asked.until - timedelta(days=_LONGEST[grain] * KEPT_COHORTS)
    first = asked.midnight(date.fromordinal(added.first_day + int((added.people > 0).argmax())))
    cut = buckets(max(first, oldest), asked.until, Period(grain.lower()), asked.timezone)
    found = table(added, cut, known_until=microseconds(asked.until))
    return [
        _row(grain, start.date(), cohort, cell, asked=asked, currency=currency)
        for start, cohort in zip(cut.starts(), found, strict=True)
        if cohort.people
        for cell in cohort.cells
    ]


def _row(grain: Grain, start: date, cohort: Cohort, cell: Cell, *, asked: Asked, currency: str) -> AnalyticsCohort:
    is_usd = currency == "USD"
    retention, ltv = cell.retention, cell.ltv_interval or (None, None)
    low, high = retention.interval if retention else (None, None)
    return AnalyticsCohort(
        brand_id=asked.brand_id,
        grain=grain,
        start_date=start,
        period_days=cell.period,
        matures_date=cell.matures_at,
        known_date=asked.known_date,
        people=cohort.people,
        complete=cohort.complete,
        seen=retention.seen if retention else None,
        retention=retention.rate if retention else None,
        retention_low=low,
        retention_high=high,
        revenue=cell.revenue,
        ltv=cell.ltv,
        ltv_low=ltv[0],
        ltv_high=ltv[1],
        cost_usd=cell.cost,
        cost=cell.cost if is_usd else None,
        margin=cell.margin if is_usd else None,
        **_trend("retention", cell.retention_trend),
        **_trend("ltv", cell.ltv_trend),
    )


def _trend(name: str, trend: Trend | None) -> dict[str, Any]:
    if trend is None:
        return {}
    return {
        f"{name}_trend": trend.direction.value.upper(),
        f"{name}_change": trend.change,
        f"{name}_p": trend.p_value,
    }
