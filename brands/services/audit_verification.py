"""Whether chains of audit entries are whole: the walk of one, and of every brand's. By the maintenance role."""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import connections, transaction
from django.utils import timezone

from brands.audit_chain import FIRST, SELECT, SEQ, hash_of
from brands.tenancy.models import MAINTENANCE, cross_brand_reads

logger = logging.getLogger(__name__)

REASON = "verification of audit chains"
_PAGE_ROWS = 2_000
_SNAPSHOT = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"
_ENTRIES = f"{SELECT} WHERE brand_id = %s ORDER BY seq NULLS LAST, id"
_ID = 3


@dataclass(frozen=True)
class Verified:
    """`entries`: how many were read, up to the first that is broken; `finding`: what is broken, empty when nothing is;
    `hash`: of the last entry. Whoever notes the last two elsewhere can prove later that nobody wrote the chain anew."""

    brand_id: UUID
    entries: int
    hash: str
    finding: str


def verify(*, brand_id: UUID | None = None) -> Iterator[Verified]:
    """Each brand's chain, or the one's, as it is at one moment; the next is read when it is asked for. Nothing for a
    brand that is not there."""
    cross_brand_reads.labels(reason=REASON).inc()
    with connections[MAINTENANCE].cursor() as cursor:
        cursor.execute("SELECT id FROM brands_brand WHERE id = coalesce(%s, id) ORDER BY id", [brand_id])
        brands = [found for (found,) in cursor.fetchall()]
    yield from map(_verified, brands)


def watch() -> None:
    """Verify every chain and note how it was found; what is broken is logged as an error, for whoever is on call."""
    for verified in verify():
        note(verified)
        if verified.finding:
            logger.error("the audit chain of brand %s is broken: %s", verified.brand_id, verified.finding)


def note(verified: Verified) -> None:
    """Keep how a chain was found, for the admin."""
    with connections[MAINTENANCE].cursor() as cursor:
        cursor.execute(
            "UPDATE brands_auditchain SET verified_at = %s, verified_length = %s, finding = %s WHERE brand_id = %s",
            [timezone.now(), verified.entries, verified.finding, verified.brand_id],
        )


def _verified(brand_id: UUID) -> Verified:
    with transaction.atomic(using=MAINTENANCE):
        with connections[MAINTENANCE].cursor() as cursor:
            cursor.execute(_SNAPSHOT)
            cursor.execute("SELECT length, hash FROM brands_auditchain WHERE brand_id = %s", [brand_id])
            head = cursor.fetchone()
        return _walked(brand_id, *(head or (0, "")))


def _walked(brand_id: UUID, length: int, head_hash: str) -> Verified:
    """`head_hash` is empty when nothing says where the chain ends."""
    last, before = 0, FIRST
    for values, stored in _entries(brand_id):
        if finding := _broken(values, stored, last, before, length):
            return Verified(brand_id, last, before, finding)
        last, before = last + 1, stored
    return Verified(brand_id, last, before, _ends_wrong(last, before, length, head_hash))


def _entries(brand_id: UUID) -> Iterator[tuple[Sequence[str], str]]:
    """(values of FIELDS, stored hash), by a cursor of the server: memory does not follow the chain's length."""
    with connections[MAINTENANCE].chunked_cursor() as cursor:
        cursor.execute(_ENTRIES, [brand_id])
        while page := cursor.fetchmany(_PAGE_ROWS):
            yield from ((row[:-1], row[-1]) for row in page)


def _broken(values: Sequence[str], stored: str, last: int, before: str, length: int) -> str:
    """What is wrong with the entry that comes after the number `last`, whose hash is `before`."""
    if not values[SEQ]:
        return f"forged: row {values[_ID]} is in no chain"
    seq = int(values[SEQ])
    if seq <= last:
        return f"forked: there is another entry {seq}, row {values[_ID]}"
    if seq > last + 1:
        return f"missing: entry {last + 1} is gone"
    if hash_of(values) != stored:
        return _changed(values, stored, length)
    if values[0] != before:
        return f"forked: entry {seq} does not continue entry {last}, which was replaced, or itself was forged"
    return ""


def _changed(values: Sequence[str], stored: str, length: int) -> str:
    """An entry under a number that is not its own still has the hash that it had under that one."""
    seq = values[SEQ]
    former = (n for n in range(1, length + 1) if hash_of([*values[:SEQ], str(n), *values[SEQ + 1 :]]) == stored)
    if number := next(former, None):
        return f"reordered: entry {seq} was entry {number}"
    return f"changed: entry {seq} is not what was hashed"


def _ends_wrong(last: int, hash_: str, length: int, head_hash: str) -> str:
    if not head_hash:
        return f"the end disagrees: there is none, but {last} entries" if last else ""
    if last < length:
        return f"cut off: entry {last + 1} is gone, and all up to {length}"
    if last > length:
        return f"forged: entry {length + 1} is beyond the end of the chain"
    return "" if hash_ == head_hash else f"the end disagrees: entry {last} is not the one that the chain ends with"
