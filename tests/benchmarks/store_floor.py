"""The floor of any store in this PostgreSQL: rows into a table with the events' indexes, and nothing else."""

import time
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg
from django.db import connections
from django.utils import timezone

from analytics.ingest import arrays, native
from analytics.ingest.arrays import Packed, encoded, int8s, moments, texts, texts_or_nulls
from analytics.ingest.checking import Row, row_of
from analytics.ingest.incoming import IncomingEvent
from tests.benchmarks import cpu
from tests.benchmarks.shop_events import Batch

TABLE = "CREATE TABLE bench_floor (LIKE analytics_event INCLUDING DEFAULTS INCLUDING INDEXES)"
INSERT = """
INSERT INTO bench_floor (brand_id, received_at, insert_id, at, name, person, distinct_id, session, properties, revenue,
                         currency)
SELECT %s, %s, insert_id, at, name, person, distinct_id, session, properties::jsonb, revenue::numeric, currency
FROM unnest(%b::text[], %b::timestamptz[], %b::text[], %b::bigint[], %b::text[], %b::text[], %b::text[],
            %b::text[], %b::text[])
    AS told (insert_id, at, name, person, distinct_id, session, properties, revenue, currency)
"""


def measure(brand_id: UUID, batches: Sequence[Batch]) -> tuple[float, float]:
    """Of native batches. Rows per second, and CPU seconds of PostgreSQL for 1,000 of them."""
    now, people = timezone.now(), dict[str, int]()
    rows = sum(len(batch.ids) for batch in batches)
    batched = [_columns(batch, people, now) for batch in batches]
    owner = connections["migrate"]
    owner.ensure_connection()
    postgres = cpu.servers()["postgres"]
    with arrays.adapted(psycopg.Cursor(owner.connection)) as cursor:
        cursor.execute(TABLE)
        used, began = cpu.seconds(postgres), time.perf_counter()
        for columns in batched:
            cursor.execute(INSERT, [brand_id, now, *columns], prepare=True)
        seconds, used = time.perf_counter() - began, cpu.seconds(postgres) - used
    owner.close()
    return rows / seconds, used / rows * 1000


def _columns(batch: Batch, people: dict[str, int], now: datetime) -> Sequence[Packed]:
    rows = [_row(event, now) for event in native.read(batch.body, received_at=now)]
    return [
        texts([row.insert_id for row in rows]),
        moments([row.at for row in rows]),
        texts([row.name for row in rows]),
        int8s([people.setdefault(row.distinct_id, len(people) + 1) for row in rows]),
        texts([row.distinct_id for row in rows]),
        texts([row.session for row in rows]),
        encoded([row.properties for row in rows]),
        texts_or_nulls([None if row.revenue is None else str(row.revenue) for row in rows]),
        texts([row.currency for row in rows]),
    ]


def _row(event: Any, now: datetime) -> Row:
    assert isinstance(event, IncomingEvent)
    row = row_of(event, received_at=now)
    assert isinstance(row, Row)
    return row
