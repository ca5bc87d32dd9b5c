"""Keeps what events say of who is who. Under the lock of the brand's events."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection

from analytics.ingest.identities import Claim, People, learned
from analytics.models import DataVersion, DistinctId, Person

_KNOWN = """
SELECT d.distinct_id, p.number, p.identified
FROM analytics_distinctid d
LEFT JOIN analytics_personmerge m ON m.brand_id = d.brand_id AND m.merged = d.person
JOIN analytics_person p ON p.brand_id = d.brand_id AND p.number = coalesce(m."into", d.person)
WHERE d.brand_id = %s AND d.distinct_id = ANY(%s)
"""
_MERGE = "SELECT analytics_merge_people(%s, %s, %s, %s)"


def merge(*, brand_id: UUID, claims: Sequence[Claim], last_person: int, at: datetime) -> None:
    ids = sorted({id_ for claim in claims for id_ in (claim.distinct_id, claim.alias)})
    with connection.cursor() as cursor:
        cursor.execute(_KNOWN, [brand_id, ids])
        known = cursor.fetchall()
    identified = {number for _, number, is_identified in known if is_identified}
    numbers = {id_: number for id_, number, _ in known}
    people = learned(claims, numbers=numbers, identified=identified, last=last_person)
    _keep(brand_id, people, last_person, at)
    Person.objects.filter(number__in=people.identified - identified).update(identified=True)
    if merges := people.merges:
        with connection.cursor() as cursor:
            cursor.execute(_MERGE, [brand_id, at, list(merges), list(merges.values())])


def _keep(brand_id: UUID, people: People, last_person: int, at: datetime) -> None:
    Person.objects.bulk_create(
        Person(brand_id=brand_id, number=number, created_at=at) for number in range(last_person + 1, people.last + 1)
    )
    DistinctId.objects.bulk_create(
        DistinctId(brand_id=brand_id, distinct_id=id_, person=number) for id_, number in people.new_ids.items()
    )
    if people.last > last_person:
        DataVersion.objects.filter(brand_id=brand_id).update(last_person=people.last)
