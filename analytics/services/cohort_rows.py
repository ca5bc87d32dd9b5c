"""The rows of a brand's cohorts, from its events."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID
from zoneinfo import ZoneInfo

from analytics.choices import Grain
from analytics.models import AnalyticsCohort
from analytics.stores import postgres
from analytics.stores.base import Range, Selection

if TYPE_CHECKING:
    from analytics.metrics.cohorts.sums import Sums
    from analytics.metrics.cohorts.table import Cell, Cohort
    from analytics.metrics.trends import Trend

# The newest of each grain are kept: beyond, a day's cohort is of little use.
KEPT_COHORTS = 400
_LONGEST = {Grain.DAY: 1, Grain.WEEK: 7, Grain.MONTH: 31}
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


def build(*, brand_id: UUID, timezone: str, known_date: date, older: Collection[int]) -> list[AnalyticsCohort]:
    """Not saved; of all people but the `older`, as known when `known_date` began."""
    from analytics.metrics.cohorts.lives import History, lives
    from analytics.metrics.cohorts.sums import sums
    from analytics.metrics.people import no_occurrences, without

    known_until = datetime.combine(known_date, time.min, ZoneInfo(timezone))
    events = postgres.store.occurrences(
        brand_id=brand_id, selection=Selection(None), within=Range(_BEGINNING, known_until)
    )
    events = without(events, older)
    added = sums(lives(History(events, events, no_occurrences()), timezone))
    if not len(added.people):
        return []
    return [row for grain in Grain for row in _of_grain(grain, added, timezone, known_until, brand_id)]


def _of_grain(grain: Grain, added: Sums, timezone: str, known_until: datetime, brand_id: UUID) -> list[AnalyticsCohort]:
    from analytics.metrics.cohorts.table import table
    from analytics.metrics.periods import Period, buckets, microseconds

    oldest = known_until - timedelta(days=_LONGEST[grain] * KEPT_COHORTS)
    first = datetime.combine(date.fromordinal(added.first_day), time.min, ZoneInfo(timezone))
    cut = buckets(max(first, oldest), known_until, Period(grain.lower()), timezone)
    found = table(added, cut, known_until=microseconds(known_until))
    return [
        _row(grain, start.date(), cohort, cell, known_date=known_until.date(), brand_id=brand_id)
        for start, cohort in zip(cut.starts(), found, strict=True)
        if cohort.people
        for cell in cohort.cells
    ]


def _row(grain: Grain, start: date, cohort: Cohort, cell: Cell, *, known_date: date, brand_id: UUID) -> AnalyticsCohort:
    retention, ltv = cell.retention, cell.ltv_interval or (None, None)
    low, high = retention.interval if retention else (None, None)
    return AnalyticsCohort(
        brand_id=brand_id,
        grain=grain,
        start_date=start,
        period_days=cell.period,
        matures_date=cell.matures_at,
        known_date=known_date,
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
