"""Kept cohorts as a table."""

from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from uuid import UUID

from analytics.choices import Grain
from analytics.models import AnalyticsCohort, CohortBuild


@dataclass(frozen=True)
class KeptCohort:
    """`cells`: one for each period, the shortest first."""

    start_date: date
    people: int
    complete: bool
    cells: list[AnalyticsCohort]


@dataclass(frozen=True)
class CohortTable:
    """`built_at`, `known_date`: None while none was built yet."""

    grain: str
    built_at: datetime | None
    known_date: date | None
    cohorts: list[KeptCohort]


def table(*, brand_id: UUID, grain: Grain, from_date: date | None = None, to_date: date | None = None) -> CohortTable:
    """Cohorts that begin from the first to the last day, the oldest first. In the brand's scope; two queries."""
    rows = AnalyticsCohort.objects.for_brand(brand_id).filter(grain=grain).order_by("start_date", "period_days")
    if from_date is not None:
        rows = rows.filter(start_date__gte=from_date)
    if to_date is not None:
        rows = rows.filter(start_date__lte=to_date)
    build = CohortBuild.objects.filter(brand_id=brand_id).defer("sums", "arrivals").first()
    found = []
    for start_date, grouped in groupby(rows, key=lambda row: row.start_date):
        cells = list(grouped)
        found.append(KeptCohort(start_date, cells[0].people, cells[0].complete, cells))
    return CohortTable(grain, build and build.built_at, build and build.known_date, found)
