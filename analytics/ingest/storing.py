"""The one way into the store: a batch of events, whatever format they came in."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import psycopg

from analytics.ingest import dead_letters, partitions, people
from analytics.ingest.arrays import Packed, binary_cursor, encoded, int8s, moments, texts, texts_or_nulls
from analytics.ingest.checking import Row, payload_of, row_of
from analytics.ingest.identities import Claim
from analytics.ingest.incoming import Identity, IncomingEvent, Kept, Outcome, Rejected
from analytics.ingest.people import Begun
from brands.tenancy.scope import brand_scope

_KEEP = f"SELECT analytics_keep_batch(%s, %s, %s, %s, {', '.join(['%b'] * 14)})"

Result = Kept | Rejected


@dataclass(frozen=True)
class _Batch:
    """The good events, the first of each insert_id, with their places among all, ready to be stored."""

    places: list[int]
    rows: list[Row]
    claims: list[Claim]
    ids: list[str]
    before: list[Packed]
    after: list[Packed]


def store(*, brand_id: UUID, events: Sequence[IncomingEvent | Rejected], source: str, received_at: datetime) -> Outcome:
    """Stores the good events and keeps the others as dead letters, in one transaction: all of a batch or, when the
    database is away, nothing of it. Batches of one brand come one after another."""
    results: list[Result | Row] = [
        event if isinstance(event, Rejected) else row_of(event, received_at=received_at) for event in events
    ]
    batch = _batch(results, events)

    def give_up(letters: Iterable[Rejected]) -> None:
        dead_letters.keep(brand_id=brand_id, letters=letters, source=source, received_at=received_at)

    with brand_scope(brand_id):
        give_up(result for result in results if isinstance(result, Rejected))
        if batch.rows:
            partitions.make(row.at for row in batch.rows)
            with binary_cursor() as cursor:
                # From here on other batches of the brand wait: what can be done before is done.
                begun = people.begin(cursor, brand_id, batch.ids, claims=bool(batch.claims))
                if forgotten := _forgotten(results, events, begun.kept_from):
                    give_up(forgotten)
                    batch = _batch(results, events)
                already = _keep(cursor, brand_id, batch, begun, received_at)
                _mark(results, batch, already)
    done = [Kept.DUPLICATE if isinstance(result, Row) else result for result in results]
    stored = done.count(Kept.OK)
    rejected = sum(isinstance(result, Rejected) for result in done)
    return Outcome(stored, len(done) - stored - rejected, rejected, done)


def _batch(results: Sequence[Result | Row], events: Sequence[IncomingEvent | Rejected]) -> _Batch:
    first: dict[str, int] = {}
    for place, result in enumerate(results):
        if isinstance(result, Row):
            first.setdefault(result.insert_id, place)
    places = list(first.values())
    rows = [row for place in places if isinstance(row := results[place], Row)]
    claims = _claims(events, results)
    before = [
        texts([row.insert_id for row in rows]),
        moments([row.at for row in rows]),
        texts([row.name for row in rows]),
    ]
    after = [
        texts([row.distinct_id for row in rows]),
        texts([row.session for row in rows]),
        encoded([row.properties for row in rows]),
        texts_or_nulls([None if row.revenue is None else str(row.revenue) for row in rows]),
        texts([row.currency for row in rows]),
    ]
    ids = [row.distinct_id for row in rows]
    return _Batch(places, rows, claims, list(dict.fromkeys([*ids, *_named(claims)])), before, after)


def _claims(events: Sequence[IncomingEvent | Rejected], results: Sequence[Result | Row]) -> list[Claim]:
    return [
        Claim(event.distinct_id, event.alias, event.identity)
        for event, row in zip(events, results, strict=True)
        if isinstance(event, IncomingEvent)
        and event.identity is not Identity.NOTHING
        and isinstance(row, Row)
        and event.alias != event.distinct_id
    ]


def _named(claims: Iterable[Claim]) -> list[str]:
    """Of events that are not the first of their insert_id, too: what these say is believed as well."""
    return [id_ for claim in claims for id_ in (claim.distinct_id, claim.alias)]


def _forgotten(
    results: list[Result | Row], events: Sequence[IncomingEvent | Rejected], kept_from: datetime | None
) -> list[Rejected]:
    """What was forgotten could not be told from what comes again: refused, in its place in `results`."""
    refused = []
    for place, (row, event) in enumerate(zip(results, events, strict=True) if kept_from else ()):
        if kept_from and isinstance(row, Row) and row.at < kept_from and isinstance(event, IncomingEvent):
            reason = f"The brand keeps no events from before {kept_from:%Y-%m-%d}."
            results[place] = letter = Rejected("forgotten", reason, payload_of(event))
            refused.append(letter)
    return refused


def _keep(cursor: psycopg.Cursor, brand_id: UUID, batch: _Batch, begun: Begun, received_at: datetime) -> Sequence[int]:
    """Stores the batch; the numbers, from 1, of its events that were there already."""
    if not batch.rows:
        return ()
    everybody = people.named(begun, batch.ids, batch.claims)
    numbers = {id_: everybody.number(id_) for id_ in batch.ids} if batch.claims else everybody.numbers
    merges = everybody.merges
    told = [
        texts(list(everybody.new_ids)),
        int8s(list(everybody.new_ids.values())),
        int8s(list(everybody.identified - begun.identified)),
        int8s(list(merges)),
        int8s(list(merges.values())),
    ]
    persons = int8s([numbers[row.distinct_id] for row in batch.rows])
    columns = [*told, *batch.before, persons, *batch.after]
    people_range = [begun.last_person + 1, everybody.last]
    row = cursor.execute(_KEEP, [brand_id, received_at, *people_range, *columns], prepare=True).fetchone()
    return row[0] if row else ()


def _mark(results: list[Result | Row], batch: _Batch, already: Sequence[int]) -> None:
    """Those that were added, in their places in `results`."""
    known = {batch.places[number - 1] for number in already}
    for place in batch.places:
        if place not in known:
            results[place] = Kept.OK
