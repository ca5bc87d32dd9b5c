"""Retention beside plain SQL: python -m tests.benchmarks.retention [--events 4000000] [--rounds 3]

One run on one server: by day, who of those that take step 1 takes it again, for 60 cohorts and the 29 days after. Ours
is the whole answer, from the question to what the API sends, computed anew, with intervals. SQL answers only how many
people each cell counts: by joining events to later ones of the same person, as analytics products write it, and by
joining each person's days, made distinct before. Then cohorts, from all events and going on with 1 % of new ones, of
which half are late. Each figure is the fastest of its rounds; all must count the same, or
the run fails.
"""

import argparse
import os
import sys
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import django

if TYPE_CHECKING:
    from analytics.services.retention_questions import Asked
    from tests.factories import Tenant

COLUMNS = 30
_CELLS = (
    "SELECT s.day - %(first)s::date AS cohort, r.day - s.day AS col, count(DISTINCT s.person) FROM {days} s "
    "JOIN {days} r ON r.person = s.person AND r.day BETWEEN s.day AND s.day + %(columns)s - 1 GROUP BY 1, 2"
)
_DAYS = (
    "(SELECT {distinct} person, (at AT TIME ZONE 'UTC')::date AS day FROM analytics_event WHERE brand_id = %(brand)s "
    "AND person > 0 AND name = 'step 1' AND at >= %(start)s AND at < %(end)s)"
)


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    given = arguments()
    from tests.benchmarks import cohorts, crowded_brand
    from tests.benchmarks.figures import figure, say
    from tests.benchmarks.funnel import fastest

    tenant = crowded_brand.large(given.events)
    asked = question(tenant)
    answer, ours = fastest(lambda: computed(asked), given.rounds)
    counts = {
        (row, column): cell["retained"]
        for row, cohort in enumerate(answer["cohorts"])
        for column, cell in enumerate(cohort["cells"])
        if cell["retained"]
    }
    wrong = 0
    for name, distinct in (("join_form", ""), ("join_of_distinct_days", "DISTINCT")):
        found, seconds = fastest(lambda distinct=distinct: counted(tenant, asked, distinct), 1)
        wrong += found != counts
        say(f"{name}: {seconds:.2f} s, ours {ours:.2f} s{'' if found == counts else '; it counts otherwise'}")
        figure(f"speedup_to_{name}", seconds / ours, digits=2)
    wrong += cohorts.measure(tenant, given.events, given.rounds)
    return 1 if wrong else 0


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.retention", description=__doc__)
    parser.add_argument("--events", type=int, default=4_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    return parser.parse_args()


def question(tenant: "Tenant") -> "Asked":
    from ai_studio.services.periods import Period
    from analytics.services.retention_questions import Asked
    from tests.benchmarks.crowded_brand import DAYS, START

    return Asked(
        brand_id=tenant.id,
        start={"event": "step 1"},
        back={"event": "step 1"},
        days=Period(START.date(), (START + timedelta(days=DAYS - 1)).date(), "UTC"),
        at=START + timedelta(days=400),
        period="day",
        columns=COLUMNS,
        entry="recurring",
        match="on",
        windows="calendar",
        week_start="monday",
    )


def computed(asked: "Asked") -> dict[str, Any]:
    from django.core.cache import cache

    from analytics.services import retention_tables
    from brands.tenancy.scope import brand_scope

    cache.clear()
    with brand_scope(asked.brand_id):
        return retention_tables.result(asked)


def counted(tenant: "Tenant", asked: "Asked", distinct: str) -> dict[tuple[int, int], int]:
    from django.db import connection

    from brands.tenancy.scope import brand_scope

    midnights = asked.days.midnights()
    span = {"brand": tenant.id, "first": asked.days.from_date, "columns": COLUMNS, "start": midnights[0]}
    query = _CELLS.format(days=_DAYS.format(distinct=distinct))
    with brand_scope(tenant.brand), connection.cursor() as cursor:
        cursor.execute(query, {**span, "end": midnights[-1] + timedelta(days=COLUMNS)})
        return {(row, column): people for row, column, people in cursor.fetchall() if row < asked.days.days}


if __name__ == "__main__":
    sys.exit(main())
