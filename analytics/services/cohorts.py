"""Cohorts, kept as rows: who came in the same day, week or month, and what became of them."""

from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import models

from analytics.models import AnalyticsCohort, CohortBuild, DataVersion
from analytics.services import cohort_rows, cohort_sums
from analytics.services.cohort_sums import Asked, Built
from analytics.stores import postgres
from brands.models import Brand
from brands.tenancy.scope import brand_scope

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
    none, and no event is read, when neither the events nor the day is another than at the last time. Else only what is
    new is read, as far as it can be told.

    Cohorts from before the brand's oldest event that was not forgotten stay as they were."""
    version = postgres.store.version(brand_id=brand_id)
    with brand_scope(brand_id):
        brand = Brand.objects.get(pk=brand_id)
        known_date = at.astimezone(ZoneInfo(brand.timezone)).date()
        kept_from = DataVersion.objects.filter(brand_id=brand_id).values_list("kept_from", flat=True).first()
        former = CohortBuild.objects.filter(brand_id=brand_id).exclude(arrivals=None).first()
    rules = {"timezone": brand.timezone, "currency": brand.currency, "kept_from": kept_from}
    if former and (
        any(getattr(former, name) != rule for name, rule in rules.items()) or known_date < former.known_date
    ):
        former = None
    if former and (former.version, former.known_date) == (version, known_date):
        return 0
    asked = Asked(brand_id, brand.timezone, known_date, kept_from, at)
    built = cohort_sums.build(asked, former)
    made_of = {**rules, "version": version, "known_date": known_date, "built_at": at}
    return _save(asked, built, made_of, former)


def _save(asked: Asked, built: Built, made_of: dict[str, Any], former: CohortBuild | None) -> int:
    """Returns how many rows of cohorts were written; none when another build was quicker."""
    rows = cohort_rows.rows(built.sums, asked=asked, currency=made_of["currency"])
    kept_date = asked.kept_from.astimezone(ZoneInfo(asked.timezone)).date() if asked.kept_from else date.min
    with brand_scope(asked.brand_id):
        # Beat may have asked twice: the second waits here.
        Brand.objects.select_for_update(no_key=True).get(pk=asked.brand_id)
        last = CohortBuild.objects.filter(brand_id=asked.brand_id).values_list("built_at", flat=True).first()
        if not built.whole and last != (former and former.built_at):
            return 0
        written = _write(
            [row for row in rows if row.start_date >= kept_date],
            AnalyticsCohort.objects.filter(start_date__gte=kept_date),
        )
        goes_on = built.keep(asked.brand_id)
        CohortBuild.objects.update_or_create(brand_id=asked.brand_id, defaults={**made_of, **goes_on})
    return written


def _write(rows: list[AnalyticsCohort], kept: models.QuerySet[Any]) -> int:
    """Writes what says something else than `kept`, and forgets what is no cohort any more."""
    before = {row[1 : len(_KEY) + 1]: row for row in kept.values_list("pk", *_KEY, *_SAID)}
    now = {_key(row): row for row in rows}
    gone = [pk for key, (pk, *_) in before.items() if key not in now]
    changed = [row for key, row in now.items() if key not in before or before[key][len(_KEY) + 1 :] != _says(row)]
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
