"""Cohorts, built from the events and kept as rows: who came in the same day, week or month, and what became of them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import models

from analytics.choices import Grain
from analytics.models import AnalyticsCohort, CohortBuild, DataVersion
from analytics.stores import postgres
from analytics.stores.base import Range, Selection
from brands.models import Brand
from brands.tenancy.scope import brand_scope

if TYPE_CHECKING:
    from analytics.metrics.cohorts.sums import Sums
    from analytics.metrics.cohorts.table import Cell, Cohort
    from analytics.metrics.trends import Trend

# The newest of each grain are kept: beyond, a day's cohort is of little use.
KEPT_COHORTS = 400
_LONGEST = {Grain.DAY: 1, Grain.WEEK: 7, Grain.MONTH: 31}
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
_KEY = ("grain", "start_date", "period_days")
# A row that says the same still knows as much as it did: it is not written again every day.
_SAID = [
    field.name for field in AnalyticsCohort._meta.local_fields if field.name not in {"id", "brand", "known_date", *_KEY}
]


def due() -> list[UUID]:
    """Brands with events. Whether anything is to be done, `rebuild` sees for each."""
    return list(DataVersion.objects.all_brands(reason="cohorts").order_by().values_list("brand_id", flat=True))


def rebuild(*, brand_id: UUID, at: datetime) -> int:
    """Of all events until the end of yesterday, as the brand's calendar has it. Returns how many rows were written;
    none, and no event is read, when neither the events nor the day is another than at the last time."""
    version = postgres.store.version(brand_id=brand_id)
    with brand_scope(brand_id):
        brand = Brand.objects.get(pk=brand_id)
        known_date = at.astimezone(ZoneInfo(brand.timezone)).date()
        made_of = {
            "version": version,
            "timezone": brand.timezone,
            "currency": brand.currency,
            "known_date": known_date,
        }
        if CohortBuild.objects.filter(brand_id=brand_id, **made_of).exists():
            return 0
    rows = _rows(brand_id, brand.timezone, known_date)
    with brand_scope(brand_id):
        # Beat may have asked twice: the second waits here, and writes what is then the same.
        Brand.objects.select_for_update().get(pk=brand_id)
        written = _write(brand_id, rows)
        CohortBuild.objects.update_or_create(brand_id=brand_id, defaults={**made_of, "built_at": at})
    return written


def _rows(brand_id: UUID, timezone: str, known_date: date) -> list[AnalyticsCohort]:
    from analytics.metrics.cohorts.lives import History, lives
    from analytics.metrics.cohorts.sums import sums
    from analytics.metrics.people import no_occurrences

    known_until = datetime.combine(known_date, time.min, ZoneInfo(timezone))
    events = postgres.store.occurrences(
        brand_id=brand_id, selection=Selection(None), within=Range(_BEGINNING, known_until)
    )
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
        seen=retention and retention.seen,
        retention=retention and retention.rate,
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


def _write(brand_id: UUID, rows: list[AnalyticsCohort]) -> int:
    """Writes what says something else than before, and forgets what is no cohort any more."""
    before = {_key(row): row for row in AnalyticsCohort.objects.all()}
    gone = [row.pk for key, row in before.items() if key not in {_key(row) for row in rows}]
    changed = [row for row in rows if _key(row) not in before or _says(before[_key(row)]) != _says(row)]
    AnalyticsCohort.objects.filter(pk__in=gone).delete()
    AnalyticsCohort.objects.bulk_create(
        changed,
        batch_size=500,
        update_conflicts=True,
        unique_fields=["brand", *_KEY],
        update_fields=[*_SAID, "known_date"],
    )
    return len(changed) + len(gone)


def _key(row: models.Model) -> tuple[Any, ...]:
    return tuple(getattr(row, name) for name in _KEY)


def _says(row: models.Model) -> tuple[Any, ...]:
    return tuple(getattr(row, name) for name in _SAID)
