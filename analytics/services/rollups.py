"""The roll-ups anew, from the events alone: what they are as the events come, they are after this too."""

from uuid import UUID

from django.db import connection

from analytics.ingest.checking import OLDEST
from brands.tenancy.scope import brand_scope

_LOCK = "SELECT kept_from FROM analytics_lock_events(%s)"
# Days whose events were forgotten keep what they came to.
_STATEMENTS = (
    "DELETE FROM analytics_dailyperson WHERE brand_id = %(brand)s AND day_date >= (%(since)s AT TIME ZONE 'UTC')::date",
    "DELETE FROM analytics_dailycount WHERE brand_id = %(brand)s AND day_date >= (%(since)s AT TIME ZONE 'UTC')::date",
    """
    INSERT INTO analytics_dailyperson (brand_id, person, day_date, name)
    SELECT DISTINCT e.brand_id, coalesce(m."into", e.person), (e.at AT TIME ZONE 'UTC')::date, e.name
    FROM analytics_event e
    LEFT JOIN analytics_personmerge m ON m.brand_id = e.brand_id AND m.merged = e.person
    WHERE e.brand_id = %(brand)s AND e.at >= %(since)s
    """,
    """
    INSERT INTO analytics_dailycount (brand_id, day_date, name, events, people)
    SELECT e.brand_id, (e.at AT TIME ZONE 'UTC')::date, e.name, count(*), count(DISTINCT coalesce(m."into", e.person))
    FROM analytics_event e
    LEFT JOIN analytics_personmerge m ON m.brand_id = e.brand_id AND m.merged = e.person
    WHERE e.brand_id = %(brand)s AND e.at >= %(since)s
    GROUP BY 1, 2, 3
    """,
    "UPDATE analytics_dataversion SET version = version + 1 WHERE brand_id = %(brand)s",
)


def rebuild(brand_id: UUID) -> None:
    """In one transaction, during which the brand's new events wait."""
    with brand_scope(brand_id), connection.cursor() as cursor:
        cursor.execute(_LOCK, [brand_id])
        (kept_from,) = cursor.fetchone()
        for statement in _STATEMENTS:
            cursor.execute(statement, {"brand": brand_id, "since": kept_from or OLDEST})
