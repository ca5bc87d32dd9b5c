"""Rows of a long question, a page at a time: on a connection of its own, which holds one moment of the data and no
request's transaction."""

import time
from collections.abc import Iterator, Sequence
from threading import BoundedSemaphore
from typing import Any
from uuid import UUID

import psycopg
from django.db import connections

from brands.errors import AtelierError

PAGE_ROWS = 2_000
# Whoever reads more slowly than that holds up what PostgreSQL could clean away.
LONGEST_SECONDS = 3_600.0
# Of this process.
MOST_AT_ONCE = 4
_free = BoundedSemaphore(MOST_AT_ONCE)
_BEGIN = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"


class TooManyLongReads(AtelierError):
    status = 503
    code = "busy"
    title = "As many files are being sent as can be at once"


class ReadTooSlowly(RuntimeError):
    """The file ends here, and its reader sees that it is not whole."""


def pages(statement: str, parameters: Sequence[Any], *, brand_id: UUID) -> Iterator[list[tuple[Any, ...]]]:
    """Close it, read or not. Raises TooManyLongReads, psycopg.Error."""
    if not _free.acquire(blocking=False):
        raise TooManyLongReads(retry_after=10)
    try:
        with _connected() as connection:
            connection.execute(_BEGIN)
            connection.execute("SELECT set_config('app.brand_id', %s, true)", [str(brand_id)])
            yield from _pages(connection, statement, parameters)
    finally:
        _free.release()


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
