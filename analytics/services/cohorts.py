"""Cohorts, kept as rows: who came in the same day, week or month, and what became of them."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import models

from analytics.models import AnalyticsCohort, CohortBuild, DailyPerson, DataVersion
from analytics.services import cohort_rows
from analytics.stores import postgres
from brands.models import Brand
from brands.tenancy.scope import brand_scope

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
    none, and no event is read, when neither the events nor the day is another than at the last time.

    Cohorts from before the brand's oldest event that was not forgotten stay as they were."""
    version = postgres.store.version(brand_id=brand_id)
    with brand_scope(brand_id):
        brand = Brand.objects.get(pk=brand_id)
        zone = ZoneInfo(brand.timezone)
        known_date = at.astimezone(zone).date()
        made_of = {"version": version, "timezone": brand.timezone, "currency": brand.currency, "known_date": known_date}
        if CohortBuild.objects.filter(brand_id=brand_id, **made_of).exists():
            return 0
        kept_from = _kept_from(brand_id)
        older = _came_before(kept_from)
    kept_date = kept_from.astimezone(zone).date() if kept_from > _BEGINNING else date.min
    built = cohort_rows.build(brand_id=brand_id, timezone=brand.timezone, known_date=known_date, older=older)
    rows = [row for row in built if row.start_date >= kept_date]
    with brand_scope(brand_id):
        # Beat may have asked twice: the second waits here, and writes what is then the same.
        Brand.objects.select_for_update().get(pk=brand_id)
        written = _write(rows, AnalyticsCohort.objects.filter(start_date__gte=kept_date))
        CohortBuild.objects.update_or_create(brand_id=brand_id, defaults={**made_of, "built_at": at})
    return written


def _kept_from(brand_id: UUID) -> datetime:
    found = DataVersion.objects.filter(brand_id=brand_id).values_list("kept_from", flat=True).first()
    return found or _BEGINNING


def _came_before(moment: datetime) -> set[int]:
    """Who was there when events were that are forgotten now: the roll-ups still know."""
    if moment == _BEGINNING:
        return set()
    return set(DailyPerson.objects.filter(day_date__lt=moment.date()).values_list("person", flat=True).distinct())


def _write(rows: list[AnalyticsCohort], kept: models.QuerySet[Any]) -> int:
    """Writes what says something else than `kept`, and forgets what is no cohort any more."""
    before = {_key(row): row for row in kept}
    now = {_key(row): row for row in rows}
    gone = [row.pk for key, row in before.items() if key not in now]
    changed = [row for key, row in now.items() if key not in before or _says(before[key]) != _says(row)]
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
