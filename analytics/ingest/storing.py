"""The one way into the store: a batch of events, whatever format they came in."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection

from analytics.ingest import dead_letters, partitions, people
from analytics.ingest.checking import Row, payload_of, row_of
from analytics.ingest.cursors import binary_cursor
from analytics.ingest.identities import Claim
from analytics.ingest.incoming import Identity, IncomingEvent, Kept, Outcome, Rejected
from brands.tenancy.scope import brand_scope

_LOCK = "SELECT last_person, kept_from FROM analytics_lock_events(%s)"
_STORE = "SELECT analytics_store_events(%s, %s, %b, %b, %b, %b, %b, %b, %b, %b, %b)"

Result = Kept | Rejected


def store(*, brand_id: UUID, events: Sequence[IncomingEvent | Rejected], source: str, received_at: datetime) -> Outcome:
    """Stores the good events and keeps the others as dead letters, in one transaction: all of a batch or, when the
    database is away, nothing of it. Batches of one brand come one after another."""
    results: list[Result | Row] = [
        event if isinstance(event, Rejected) else row_of(event, received_at=received_at) for event in events
    ]
    with brand_scope(brand_id):
        partitions.make(row.at for row in results if isinstance(row, Row))
        last_person, kept_from = _lock(brand_id)
        _refuse_forgotten(results, events, kept_from)
        numbers = people.numbered(
            brand_id=brand_id,
            distinct_ids=(row.distinct_id for row in results if isinstance(row, Row)),
            claims=_claims(events, results),
            last_person=last_person,
            at=received_at,
        )
        done = _add(brand_id, results, numbers, received_at)
        rejected = [result for result in done if isinstance(result, Rejected)]
        dead_letters.keep(brand_id=brand_id, letters=rejected, source=source, received_at=received_at)
    duplicates = done.count(Kept.DUPLICATE)
    return Outcome(len(done) - duplicates - len(rejected), duplicates, len(rejected), done)


def _lock(brand_id: UUID) -> tuple[int, datetime | None]:
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [brand_id])
        last_person, kept_from = cursor.fetchone()
        return last_person, kept_from


def _refuse_forgotten(
    results: list[Result | Row], events: Sequence[IncomingEvent | Rejected], kept_from: datetime | None
) -> None:
    """What was forgotten could not be told from what comes again."""
    if kept_from is None:
        return
    for place, (row, event) in enumerate(zip(results, events, strict=True)):
        if isinstance(row, Row) and row.at < kept_from and isinstance(event, IncomingEvent):
            reason = f"The brand keeps no events from before {kept_from:%Y-%m-%d}."
            results[place] = Rejected("forgotten", reason, payload_of(event))


def _claims(events: Sequence[IncomingEvent | Rejected], results: Sequence[Result | Row]) -> list[Claim]:
    return [
        Claim(event.distinct_id, event.alias, event.identity)
        for event, row in zip(events, results, strict=True)
        if isinstance(row, Row)
        and isinstance(event, IncomingEvent)
        and event.identity is not Identity.NOTHING
        and event.alias != event.distinct_id
    ]


def _add(
    brand_id: UUID, results: Sequence[Result | Row], numbers: Mapping[str, int], received_at: datetime
) -> list[Result]:
    """What became of each: the first of an insert_id is added, unless it was here already."""
    first: dict[str, tuple[int, Row]] = {}
    for place, row in enumerate(results):
        if isinstance(row, Row):
            first.setdefault(row.insert_id, (place, row))
    places = [place for place, _ in first.values()]
    rows = [row for _, row in first.values()]
    already = {places[number - 1] for number in _call(brand_id, rows, numbers, received_at)} if rows else set()
    added = set(places) - already
    return [
        (Kept.OK if place in added else Kept.DUPLICATE) if isinstance(result, Row) else result
        for place, result in enumerate(results)
    ]


def _call(brand_id: UUID, rows: Sequence[Row], numbers: Mapping[str, int], received_at: datetime) -> Iterable[int]:
    columns = [
        [row.insert_id for row in rows],
        [row.at for row in rows],
        [row.name for row in rows],
        [numbers[row.distinct_id] for row in rows],
        [row.distinct_id for row in rows],
        [row.session for row in rows],
        [row.properties for row in rows],
        [row.revenue for row in rows],
        [row.currency for row in rows],
    ]
    with binary_cursor() as cursor:
        found = cursor.execute(_STORE, [brand_id, received_at, *columns], prepare=True).fetchone()
    return found[0] if found else ()
