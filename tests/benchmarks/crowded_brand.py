"""Brands with many events: a large one, and one in which a single person did most."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.db import connection, connections

from analytics.ingest import partitions
from brands.tenancy.scope import brand_scope
from tests.factories import Tenant, make_tenant

START = datetime(2026, 8, 1, tzinfo=UTC)
DAYS = 60
DEEPEST = 16
GOES_ON = 0.6
# Visits: a person comes on any day, takes step 1, and after each step the next one some minutes later, or leaves.
_EVENTS = """
INSERT INTO analytics_event
    (brand_id, insert_id, at, name, person, distinct_id, session, properties, currency, received_at)
SELECT %s, %s || v.n || ' ' || step, v.at + step * make_interval(secs => 30 + 60 * v.pace), 'step ' || step,
       %s + (v.n %% %s), 'p' || (v.n %% %s), 's' || v.n, '{}', '', now()
FROM (
    SELECT n, %s + random() * make_interval(secs => %s) AS at, random() AS pace,
           least(%s, 1 + floor(ln(1 - random()) / ln(%s)))::int AS depth
    FROM generate_series(1, %s) n
) v CROSS JOIN LATERAL generate_series(1, v.depth) step
"""
_VERSION = """
INSERT INTO analytics_dataversion (brand_id, version, last_person) VALUES (%s, 1, %s)
ON CONFLICT (brand_id) DO UPDATE SET version = analytics_dataversion.version + 1
"""


def large(events: int) -> Tenant:
    """Twenty for each person."""
    tenant = make_tenant("large")
    _add(tenant.id, "large", events, first_person=1, people=max(1, events // 20))
    _settle()
    return tenant


def heavy_tail(events: int, people: int) -> Tenant:
    """`events` of one person, and twenty of each of `people` others."""
    tenant = make_tenant("heavy tail")
    _add(tenant.id, "tail", events, first_person=1, people=1)
    _add(tenant.id, "crowd", people * 20, first_person=2, people=people)
    _settle()
    return tenant


def _add(brand_id: UUID, prefix: str, events: int, *, first_person: int, people: int) -> None:
    """About as many `events`: so many visits as make them."""
    partitions.make([START + timedelta(days=day) for day in range(DAYS + 2)])
    visits = int(events * (1 - GOES_ON))
    with brand_scope(brand_id), connection.cursor() as cursor:
        cursor.execute("SELECT setseed(0.42)")
        which = [brand_id, prefix, first_person, people, people]
        cursor.execute(_EVENTS, [*which, START, DAYS * 86_400, DEEPEST, GOES_ON, visits])
        cursor.execute(_VERSION, [brand_id, first_person + people])


def _settle() -> None:
    """As it is some time after: index-only scans need the visibility map."""
    with connections["migrate"].cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE) analytics_event")
