"""A batch ready to be stored: what can be done before its brand's lock is taken."""

from collections.abc import Sequence
from dataclasses import dataclass

from analytics.ingest.arrays import Packed, encoded, moments, texts, texts_or_nulls
from analytics.ingest.checking import Row
from analytics.ingest.identities import Claim
from analytics.ingest.incoming import Identity, IncomingEvent, Kept, Rejected

Result = Kept | Rejected


@dataclass(frozen=True)
class Batch:
    """Good events, the first of each insert_id, and their places among all that came. `ids` are those that they and
    their claims name; `columns` is what analytics_keep_batch takes of the events, but for their persons."""

    places: list[int]
    rows: list[Row]
    claims: list[Claim]
    ids: list[str]
    columns: tuple[Packed, ...]


def batched(results: Sequence[Result | Row], events: Sequence[IncomingEvent | Rejected]) -> Batch:
    """Of the rows among `results`, which came as `events`."""
    first: dict[str, tuple[int, Row]] = {}
    for place, row in enumerate(results):
        if isinstance(row, Row):
            first.setdefault(row.insert_id, (place, row))
    rows = [row for _, row in first.values()]
    claims = _claims(results, events)
    claimed = [id_ for claim in claims for id_ in (claim.distinct_id, claim.alias)]
    ids = dict.fromkeys([row.distinct_id for row in rows] + claimed)
    return Batch([place for place, _ in first.values()], rows, claims, list(ids), _columns(rows))


def _columns(rows: Sequence[Row]) -> tuple[Packed, ...]:
    return (
        texts([row.insert_id for row in rows]),
        moments([row.at for row in rows]),
        texts([row.name for row in rows]),
        texts([row.distinct_id for row in rows]),
        texts([row.session for row in rows]),
        encoded([row.properties for row in rows]),
        texts_or_nulls([None if row.revenue is None else str(row.revenue) for row in rows]),
        texts([row.currency for row in rows]),
    )


def _claims(results: Sequence[Result | Row], events: Sequence[IncomingEvent | Rejected]) -> list[Claim]:
    return [
        Claim(event.distinct_id, event.alias, event.identity)
        for row, event in zip(results, events, strict=True)
        if isinstance(event, IncomingEvent)
        and event.identity is not Identity.NOTHING
        and isinstance(row, Row)
        and event.alias != event.distinct_id
    ]
