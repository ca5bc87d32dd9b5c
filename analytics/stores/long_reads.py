"""Rows of a long question, a page at a time: on a connection of its own, which holds one moment of the data and no
request's transaction."""

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from threading import Lock
from typing import Any
from uuid import UUID

import psycopg
from django.db import connections

from brands.errors import AtelierError

PAGE_ROWS = 2_000
# Whoever reads more slowly than that holds up what PostgreSQL could clean away.
LONGEST_SECONDS = 3_600.0
# Of this process; and of one brand, whose slow readers shall not keep the others waiting.
MOST_AT_ONCE, MOST_OF_A_BRAND = 4, 2
_going: Counter[UUID] = Counter()
_counting = Lock()
_BEGIN = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"


class TooManyLongReads(AtelierError):
    status = 503
    code = "busy"
    title = "As many files are being sent as can be at once"


class ReadTooSlowly(RuntimeError):
    """The file ends here, and its reader sees that it is not whole."""


def pages(statement: str, parameters: Sequence[Any], *, brand_id: UUID) -> Iterator[list[tuple[Any, ...]]]:
    """Close it, read or not. Raises TooManyLongReads, psycopg.Error."""
    _begin(brand_id)
    try:
        with _connected() as connection:
            connection.execute(_BEGIN)
            connection.execute("SELECT set_config('app.brand_id', %s, true)", [str(brand_id)])
            yield from _pages(connection, statement, parameters)
    finally:
        _end(brand_id)


def _begin(brand_id: UUID) -> None:
    with _counting:
        if _going.total() >= MOST_AT_ONCE or _going[brand_id] >= MOST_OF_A_BRAND:
            raise TooManyLongReads(retry_after=10)
        _going[brand_id] += 1


def _end(brand_id: UUID) -> None:
    with _counting:
        _going[brand_id] -= 1
        if not _going[brand_id]:
            del _going[brand_id]


def _pages(
    connection: psycopg.Connection, statement: str, parameters: Sequence[Any]
) -> Iterator[list[tuple[Any, ...]]]:
    ends = time.monotonic() + LONGEST_SECONDS
    # A cursor of the server knows no parameters: they are quoted into the text by the client.
    text = psycopg.ClientCursor(connection).mogrify(statement, parameters)
    with connection.cursor(name="long_read") as cursor:
        cursor.execute(text.encode())
        while page := cursor.fetchmany(PAGE_ROWS):
            yield page
            if time.monotonic() > ends:
                raise ReadTooSlowly(f"Not read within {LONGEST_SECONDS:.0f} s.")


def _connected() -> psycopg.Connection:
    given = connections["default"].get_connection_params()
    kept: dict[str, Any] = {name: value for name, value in given.items() if isinstance(value, str | int)}
    kept.pop("prepare_threshold", None)
    return psycopg.connect(**kept, autocommit=True)
