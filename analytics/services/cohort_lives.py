"""Kept lives: what each person adds to the sums of the cohorts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import connection

from analytics.models import CohortLife
from analytics.models.cohort import PERIODS
from analytics.stores.packed import packed

if TYPE_CHECKING:
    from analytics.metrics.cohorts.lives import Lives
    from analytics.metrics.stream import Int64s

_COUNT = len(PERIODS)
_KINDS = ("seen", "revenue_micros", "cost_micros")
_CHUNK = 20_000
# Dates as the numbers that date.fromordinal reads.
_DAY_ONE = "DATE '0001-01-01'"
_READ = f"""
SELECT {
    packed(
        "int8send(person)",
        f"int8send((came_date - {_DAY_ONE} + 1)::bigint)",
        *(f"int8send(coalesce({kind}[{period}], 0)::bigint)" for kind in _KINDS for period in range(1, _COUNT + 1)),
    )
} FROM analytics_cohortlife WHERE brand_id = %s AND person = ANY (%s::bigint[])
"""  # noqa: S608
_TOLD = [f"{kind[0]}{period}" for kind in _KINDS for period in range(_COUNT)]


def _array(kind: str, type_: str) -> str:
    return f"ARRAY[{', '.join(f'{kind[0]}{period}' for period in range(_COUNT))}]::{type_}[]"


def _money(kind: str) -> str:
    some = " OR ".join(f"{kind[0]}{period} <> 0" for period in range(_COUNT))
    return f"CASE WHEN {some} THEN {_array(kind, 'bigint')} END"


_WRITE = f"""
INSERT INTO analytics_cohortlife (brand_id, person, came_date, seen, revenue_micros, cost_micros)
SELECT %s, person, {_DAY_ONE} + (came - 1), {_array("seen", "smallint")}, {_money("revenue_micros")},
    {_money("cost_micros")}
FROM unnest({", ".join(["%s::bigint[]", "%s::int[]", *["%s::bigint[]"] * len(_TOLD)])})
    AS told (person, came, {", ".join(_TOLD)})
ON CONFLICT (brand_id, person) DO UPDATE SET came_date = excluded.came_date, seen = excluded.seen,
    revenue_micros = excluded.revenue_micros, cost_micros = excluded.cost_micros
"""  # noqa: S608


def kept(brand_id: UUID, people: Int64s) -> Lives:
    """Of those of them who have one. In the brand's scope, as all here."""
    import numpy as np

    from analytics.metrics.cohorts.lives import Lives

    with connection.cursor() as cursor:
        cursor.execute(_READ, [brand_id, _written(people)])
        (values,) = cursor.fetchone()
    rows = np.frombuffer(values or b"", ">i8").reshape(-1, 2 + len(_TOLD)).astype(np.int64)
    seen, revenue, cost = (rows[:, 2 + _COUNT * place :][:, :_COUNT].copy() for place in range(len(_KINDS)))
    return Lives(rows[:, 0].copy(), rows[:, 1].copy(), seen, revenue, cost)


def replace(brand_id: UUID, lives: Lives) -> None:
    """All that are kept by these."""
    CohortLife.objects.filter(brand_id=brand_id).delete()
    keep(brand_id, lives)


def keep(brand_id: UUID, lives: Lives, *, gone: Sequence[int] = ()) -> None:
    CohortLife.objects.filter(brand_id=brand_id, person__in=gone).delete()
    with connection.cursor() as cursor:
        for columns in _chunks(lives):
            cursor.execute(_WRITE, [brand_id, *columns])


def _chunks(lives: Lives) -> Iterator[list[str]]:
    for start in range(0, len(lives), _CHUNK):
        part = slice(start, start + _CHUNK)
        of_periods = [column for kind in _KINDS for column in getattr(lives, kind)[part].T]
        yield [_written(column) for column in (lives.people[part], lives.came[part], *of_periods)]


def _written(numbers: Int64s) -> str:
    """As PostgreSQL reads an array; psycopg looks at each element for longer."""
    return f"{{{','.join(map(str, numbers.tolist()))}}}"
