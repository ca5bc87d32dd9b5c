"""Brands with many events: a large one, and one in which a single person did most."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.db import connection, connections

from analytics.ingest import partitions
from brands.tenancy.scope import brand_scope
from tests.benchmarks.figures import say
from tests.factories import Tenant, make_tenant

START = datetime(2026, 8, 1, tzinfo=UTC)
DAYS = 60
DEEPEST = 16
GOES_ON = 0.6
EVENTS_OF_A_PERSON = 20
# Added in the order of time, as events come: an index that grows at its end grows quickly.
DAYS_AT_A_TIME = 6
# Visits: a person comes on any day, takes step 1, and after each step the next one some minutes later, or leaves.
_EVENTS = """
INSERT INTO analytics_event
    (brand_id, insert_id, at, name, person, distinct_id, session, properties, currency, received_at)
SELECT %(brand)s, %(prefix)s || lpad(v.n::text, 9, '0') || ' ' || step,
       v.at + step * make_interval(secs => 30 + 60 * v.pace), 'step ' || step,
       %(first)s + v.person, 'p' || v.person, 's' || v.n, '{}', '',
       coalesce(%(received)s, v.at + interval '1 hour')
FROM (
    SELECT n, %(start)s + random() * make_interval(secs => %(seconds)s) AS at, random() AS pace,
           floor(random() * %(people)s)::bigint AS person,
           least(%(deepest)s, 1 + floor(ln(1 - random()) / ln(%(goes_on)s)))::int AS depth
    FROM generate_series(1, %(visits)s) n
    ORDER BY at
) v CROSS JOIN LATERAL generate_series(1, v.depth) step
"""
_COUNTS = """
INSERT INTO analytics_dailycount (brand_id, day_date, name, events, people)
SELECT brand_id, (at AT TIME ZONE 'UTC')::date, name, count(*), count(DISTINCT person)
FROM analytics_event WHERE brand_id = %s GROUP BY 1, 2, 3
ON CONFLICT (brand_id, day_date, name) DO UPDATE SET events = excluded.events, people = excluded.people
"""
_VERSION = """
INSERT INTO analytics_dataversion (brand_id, version, last_person) VALUES (%s, 1, %s)
ON CONFLICT (brand_id) DO UPDATE SET version = analytics_dataversion.version + 1
"""


def large(events: int) -> Tenant:
    tenant = make_tenant("large")
    people = max(1, events // EVENTS_OF_A_PERSON)
    for day in range(0, DAYS, DAYS_AT_A_TIME):
        say(f"a large brand: {events * day // DAYS:,} of {events:,} events")
        _add(tenant.id, f"{day} ", events * DAYS_AT_A_TIME // DAYS, people, day=day, days=DAYS_AT_A_TIME)
    _settle(tenant.id, people)
    return tenant


def heavy_tail(events: int, people: int) -> Tenant:
    """`events` of one person, and twenty of each of `people` others."""
    tenant = make_tenant("heavy tail")
    _add(tenant.id, "tail ", events, 1)
    _add(tenant.id, "crowd ", people * EVENTS_OF_A_PERSON, people, first_person=2)
    _settle(tenant.id, people)
    return tenant


def more(tenant: Tenant, events: int, *, people: int, day: int) -> None:
    """New events of a large brand's people, which came the day after `day`: half of them are of that day, half of the
    month before."""
    received = START + timedelta(days=day + 1, minutes=30)
    _add(tenant.id, f"new {day} ", events // 2, people, day=day, days=1, received=received)
    _add(tenant.id, f"late {day} ", events - events // 2, people, day=day - 30, days=30, received=received)
    _settle(tenant.id, people)


def _add(
    brand_id: UUID,
    prefix: str,
    events: int,
    people: int,
    *,
    day: int = 0,
    days: int = DAYS,
    first_person: int = 1,
    received: datetime | None = None,
) -> None:
    """About as many `events`: so many visits as make them. Without `received` each came soon after it happened."""
    start = START + timedelta(days=day)
    partitions.make([start, start + timedelta(days=days + 2)])
    asked = {
        "brand": brand_id,
        "prefix": prefix,
        "first": first_person,
        "people": people,
        "start": start,
        "seconds": days * 86_400,
        "deepest": DEEPEST,
        "goes_on": GOES_ON,
        "visits": int(events * (1 - GOES_ON)),
        "received": received,
    }
    with brand_scope(brand_id), connection.cursor() as cursor:
        cursor.execute("SELECT setseed(%s)", [(day + 1) / 100])
        cursor.execute(_EVENTS, asked)


def _settle(brand_id: UUID, people: int) -> None:
    """As it is some time after: index-only scans need the visibility map."""
    with brand_scope(brand_id), connection.cursor() as cursor:
        cursor.execute(_COUNTS, [brand_id])
        cursor.execute(_VERSION, [brand_id, people + 1])
    with connections["migrate"].cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE) analytics_event")
