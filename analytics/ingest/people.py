"""Numbers of the people whom events are of, and what events say of who is who. Under the lock of the brand's events."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

import psycopg

from analytics.ingest.cursors import binary_cursor
from analytics.ingest.identities import Claim, People, learned
from analytics.models import Person

_KNOWN = "SELECT analytics_known_people(%s, %b)"
_ADD = "SELECT analytics_add_people(%s, %s, %s, %s, %b, %b)"
_MERGE = "SELECT analytics_merge_people(%s, %s, %b, %b)"


def numbered(
    *, brand_id: UUID, distinct_ids: Iterable[str], claims: Sequence[Claim], last_person: int, at: datetime
) -> Mapping[str, int]:
    """Everybody's number, after whoever is new was given one and the claims were believed."""
    ids = list(dict.fromkeys([*distinct_ids, *(claim.alias for claim in claims)]))
    with binary_cursor() as cursor:
        numbers = _known(cursor, brand_id, ids)
        identified = _identified(numbers.values()) if claims else set()
        people = learned(claims, numbers=numbers, identified=identified, last=last_person)
        people.name_all(ids)
        if people.new_ids:
            new = [list(people.new_ids), list(people.new_ids.values())]
            cursor.execute(_ADD, [brand_id, at, last_person + 1, people.last, *new], prepare=True)
        _keep_identities(cursor, brand_id, people, identified, at)
    return {id_: people.number(id_) for id_ in ids} if claims else people.numbers


def _known(cursor: psycopg.Cursor, brand_id: UUID, ids: list[str]) -> dict[str, int]:
    row = cursor.execute(_KNOWN, [brand_id, ids], prepare=True).fetchone()
    found = row[0] if row and ids else ()
    return {id_: number for id_, number in zip(ids, found, strict=True) if number is not None}


def _identified(numbers: Iterable[int]) -> set[int]:
    known = Person.objects.filter(number__in=set(numbers), identified=True)
    return set(known.values_list("number", flat=True))


def _keep_identities(
    cursor: psycopg.Cursor, brand_id: UUID, people: People, identified: set[int], at: datetime
) -> None:
    if new := people.identified - identified:
        Person.objects.filter(number__in=new).update(identified=True)
    if merges := people.merges:
        cursor.execute(_MERGE, [brand_id, at, list(merges), list(merges.values())])
