"""What became of the generations of a period, counted by the database in one query."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection

from ai_studio.services.periods import Period

# Ids begin with the millisecond they were made in, so the index of UNIQUE (brand_id, id) finds the period. The moment
# itself decides; a day's slack is for clocks that were set.
_CLOCKS = timedelta(days=1)
_COUNT = """
WITH asked AS (
    SELECT type, provider, model, status, cost_usd, created_at >= %(start)s AS current,
           width_bucket(created_at, %(midnights)s::timestamptz[]) AS day,
           CASE WHEN status = 'COMPLETED' THEN extract(epoch FROM completed_at - started_at) END AS seconds
    FROM ai_studio_generation
    WHERE brand_id = %(brand)s AND id >= %(first_id)s AND created_at >= %(first)s AND created_at < %(end)s
      AND (%(types)s::text[] = '{}' OR type = ANY(%(types)s::text[]))
)
SELECT grouping(type, provider, day), current, type, provider, model, day,
       count(*),
       count(*) FILTER (WHERE status = 'PENDING'),
       count(*) FILTER (WHERE status = 'PROCESSING'),
       count(*) FILTER (WHERE status = 'COMPLETED'),
       count(*) FILTER (WHERE status = 'FAILED'),
       count(*) FILTER (WHERE status = 'CANCELLED'),
       coalesce(sum(cost_usd), 0), round(avg(cost_usd) FILTER (WHERE status = 'COMPLETED'), 6),
       avg(seconds), percentile_cont(ARRAY[0.5, 0.95]) WITHIN GROUP (ORDER BY seconds)
FROM asked
GROUP BY GROUPING SETS ((current), (current, type), (current, provider, model), (current, day))
ORDER BY type, provider, model, day
"""
# grouping() has a bit for each of type, provider and day that a row is not grouped by.
_ALL, _BY_TYPE, _BY_MODEL, _BY_DAY = 0b111, 0b011, 0b101, 0b110


@dataclass(frozen=True)
class Figures:
    """Seconds are of completed ones, from their first start to their end. None where there is nothing to measure."""

    total: int = 0
    pending: int = 0
    processing: int = 0
    completed: int = 0
    failed: int = 0
    cancelled: int = 0
    cost_usd: Decimal = Decimal(0)
    average_cost_usd: Decimal | None = None
    average_seconds: float | None = None
    p50_seconds: float | None = None
    p95_seconds: float | None = None

    @property
    def success_rate(self) -> float | None:
        """completed / (completed + failed), 0–1; what people cancelled says nothing about the models."""
        ended = self.completed + self.failed
        return self.completed / ended if ended else None


@dataclass
class Counted:
    """`by_day` from 1, the first day; days, types and models without a generation are missing."""

    totals: Figures = Figures()
    former: Figures = Figures()
    by_type: dict[str, Figures] = field(default_factory=dict)
    by_model: dict[tuple[str, str], Figures] = field(default_factory=dict)
    by_day: dict[int, Figures] = field(default_factory=dict)


def count(*, brand_id: UUID, period: Period, types: Collection[str] = ()) -> Counted:
    """Generations asked for in the period and, in all, in the former one; of `types`, or of all."""
    midnights, first = period.midnights(), period.former.midnights()[0]
    facts: dict[str, Any] = {
        "brand": brand_id,
        "first_id": _first_id(first - _CLOCKS),
        "first": first,
        "start": midnights[0],
        "end": midnights[-1],
        "midnights": list(midnights),
        "types": list(types),
    }
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, facts)
        return _counted(cursor.fetchall())


def _first_id(at: datetime) -> UUID:
    """Not above any UUIDv7 (RFC 9562, 5.7) made at `at` or later."""
    return UUID(int=int(at.timestamp() * 1000) << 80)


def _counted(rows: list[tuple[Any, ...]]) -> Counted:
    found = Counted()
    for grouped, current, kind, provider, model, day, *values in rows:
        figures = _figures(*values)
        if grouped == _ALL and current:
            found.totals = figures
        elif grouped == _ALL:
            found.former = figures
        elif grouped == _BY_TYPE and current:
            found.by_type[kind] = figures
        elif grouped == _BY_MODEL and current:
            found.by_model[provider, model] = figures
        elif grouped == _BY_DAY and current:
            found.by_day[day] = figures
    return found


def _figures(*values: Any) -> Figures:
    *counts_and_costs, average, percentiles = values
    seconds = (average, *(percentiles or (None, None)))
    return Figures(*counts_and_costs, *(None if s is None else round(float(s), 3) for s in seconds))
