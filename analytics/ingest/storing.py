"""The one way into the store: a batch of events, whatever format they came in."""

from collections.abc import Iterable, Sequence, Set
from datetime import datetime
from uuid import UUID

import psycopg

from analytics.ingest import dead_letters, partitions, people
from analytics.ingest.arrays import binary_cursor, int8s, texts
from analytics.ingest.batches import Batch, Result, batched
from analytics.ingest.checking import Row, payload_of, row_of
from analytics.ingest.incoming import IncomingEvent, Kept, Outcome, Rejected
from analytics.ingest.people import Begun
from brands.tenancy.scope import brand_scope

_KEEP = f"SELECT analytics_keep_batch(%s, %s, %s, %s, {', '.join(['%b'] * 14)})"


def store(*, brand_id: UUID, events: Sequence[IncomingEvent | Rejected], source: str, received_at: datetime) -> Outcome:
    """Stores the good events and keeps the others as dead letters, in one transaction: all of a batch or, when the
    database is away, nothing of it. Batches of one brand come one after another."""
    results: list[Result | Row] = [
        event if isinstance(event, Rejected) else row_of(event, received_at=received_at) for event in events
    ]
    batch, added = batched(results, events), set[int]()

    def give_up(letters: Iterable[Rejected]) -> None:
        dead_letters.keep(brand_id=brand_id, letters=letters, source=source, received_at=received_at)

    with brand_scope(brand_id):
        give_up(result for result in results if isinstance(result, Rejected))
        if batch.rows:
            partitions.make(row.at for row in batch.rows)
            with binary_cursor() as cursor:
                begun = people.begin(cursor, brand_id, batch.ids, claims=bool(batch.claims))
                # From here to the commit the brand's other batches wait.
                if forgotten := _refuse_forgotten(results, events, begun.kept_from):
                    give_up(forgotten)
                    batch = batched(results, events)
                added = _keep(cursor, brand_id, batch, begun, received_at)
    return _outcome(results, added)


def _refuse_forgotten(
    results: list[Result | Row], events: Sequence[IncomingEvent | Rejected], kept_from: datetime | None
) -> list[Rejected]:
    """What was forgotten could not be told from what comes again: refused, in its place in `results`."""
    if kept_from is None:
        return []
    refused = []
    for place, (row, event) in enumerate(zip(results, events, strict=True)):
        if isinstance(row, Row) and row.at < kept_from and isinstance(event, IncomingEvent):
            reason = f"The brand keeps no events from before {kept_from:%Y-%m-%d}."
            results[place] = letter = Rejected("forgotten", reason, payload_of(event))
            refused.append(letter)
    return refused


def _keep(cursor: psycopg.Cursor, brand_id: UUID, batch: Batch, begun: Begun, received_at: datetime) -> set[int]:
    """Stores the batch; the places of its events that were not there already."""
    if not batch.rows:
        return set()
    everybody = people.named(begun, batch.ids, batch.claims)
    numbers = {id_: everybody.number(id_) for id_ in batch.ids} if batch.claims else everybody.numbers
    merges = everybody.merges
    columns = [
        texts(list(everybody.new_ids)),
        int8s(list(everybody.new_ids.values())),
        int8s(list(everybody.identified - begun.identified)),
        int8s(list(merges)),
        int8s(list(merges.values())),
        *batch.columns,
        int8s([numbers[row.distinct_id] for row in batch.rows]),
    ]
    given = [brand_id, received_at, begun.last_person + 1, everybody.last, *columns]
    row = cursor.execute(_KEEP, given, prepare=True).fetchone()
    return set(batch.places) - {batch.places[number - 1] for number in (row[0] if row else ())}


def _outcome(results: Sequence[Result | Row], added: Set[int]) -> Outcome:
    done = [
        (Kept.OK if place in added else Kept.DUPLICATE) if isinstance(result, Row) else result
        for place, result in enumerate(results)
    ]
    rejected = sum(isinstance(result, Rejected) for result in done)
    return Outcome(len(added), len(done) - len(added) - rejected, rejected, done)
