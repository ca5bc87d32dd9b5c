"""Numbers of the people whom events are of, and what events say of who is who."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import psycopg

from analytics.ingest.arrays import texts
from analytics.ingest.identities import Claim, People, learned

_BEGIN = "SELECT last_person, kept_from, numbers, identified FROM analytics_begin_batch(%s, %b, %s)"


@dataclass(frozen=True)
class Begun:
    """What was known when a batch's turn came: the last person's number, the moment before which events were forgotten,
    the numbers of ids (merges followed), and who of these people is identified."""

    last_person: int
    kept_from: datetime | None
    numbers: dict[str, int]
    identified: set[int]


def begin(cursor: psycopg.Cursor, brand_id: UUID, ids: Sequence[str], *, claims: bool) -> Begun:
    """Waits for the lock of the brand's events, which is held to the end of the transaction."""
    row = cursor.execute(_BEGIN, [brand_id, texts(ids), claims], prepare=True, binary=True).fetchone()
    assert row is not None  # noqa: S101 - of a function
    last_person, kept_from, numbers, identified = row
    known = {id_: number for id_, number in zip(ids, numbers or (), strict=True) if number is not None}
    return Begun(last_person, kept_from, known, set(identified or ()))


def named(begun: Begun, ids: Sequence[str], claims: Sequence[Claim]) -> People:
    """Everybody, after the claims were believed and whoever is new was given a number."""
    people = learned(claims, numbers=begun.numbers, identified=begun.identified, last=begun.last_person)
    people.name_all(ids)
    return people
