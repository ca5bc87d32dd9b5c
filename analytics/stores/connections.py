"""Connections that answer in Arrow, as the runtime role, a few for each process."""

import atexit
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from queue import Empty, LifoQueue
from threading import BoundedSemaphore
from typing import TYPE_CHECKING, Any
from uuid import UUID

import psycopg.conninfo
from django.db import OperationalError, connections
from psycopg import sql

if TYPE_CHECKING:
    import pyarrow as pa

SIZE = 4
WAIT_SECONDS = 30
# One moment of the data for all questions of a transaction; and nothing here writes.
_BEGIN = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
_PLACE = re.compile(r"\$([1-9][0-9]*)")
_SCOPE = "SELECT set_config('app.brand_id', $1, true)"


class ArrowTransaction:
    """In the scope of one brand, as brand_scope is for Django's connection."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def fetch(self, statement: str, parameters: Sequence[Any] = ()) -> "pa.Table":
        """`$1` and so on in `statement` are `parameters`, put there as literals that libpq has quoted: the driver reads
        rows while the server still looks for others, but only those of a statement that has no parameters left."""
        with self._connection.cursor() as cursor:
            cursor.execute(with_literals(statement, parameters))
            return cursor.fetch_arrow_table()

    def run(self, statement: str) -> None:
        with self._connection.cursor() as cursor:
            cursor.execute(statement)


class Pool:
    """At most SIZE connections. One that failed is closed, not used again."""

    def __init__(self) -> None:
        self._idle: LifoQueue[Any] = LifoQueue()
        self._free = BoundedSemaphore(SIZE)

    @contextmanager
    def transaction(self, brand_id: UUID) -> Iterator[ArrowTransaction]:
        """Raises Django's OperationalError when PostgreSQL is away, or every connection is busy for WAIT_SECONDS."""
        if not self._free.acquire(timeout=WAIT_SECONDS):
            raise OperationalError("No analytics connection became free.")
        try:
            with _as_django_says():
                yield from self._within(brand_id)
        finally:
            self._free.release()

    def _within(self, brand_id: UUID) -> Iterator[ArrowTransaction]:
        connection = self._begun()
        asked = ArrowTransaction(connection)
        try:
            asked.fetch(_SCOPE, [str(brand_id)])
            yield asked
            asked.run("COMMIT")
        except BaseException:
            connection.close()
            raise
        self._idle.put(connection)

    def _begun(self) -> Any:
        """An idle connection may have died unnoticed: then a new one is made, once."""
        import adbc_driver_manager

        try:
            connection = self._idle.get_nowait()
        except Empty:
            connection = None
        if connection is not None:
            try:
                ArrowTransaction(connection).run(_BEGIN)
            except adbc_driver_manager.Error:
                connection.close()
            else:
                return connection
        connection = _connect()
        ArrowTransaction(connection).run(_BEGIN)
        return connection

    def close(self) -> None:
        """Closes what is idle."""
        while True:
            try:
                self._idle.get_nowait().close()
            except Empty:
                return


def pool() -> Pool:
    """This process's: connections do not survive a fork."""
    return _pool(os.getpid())


@cache
def _pool(process: int) -> Pool:
    made = Pool()
    atexit.register(lambda: made.close() if os.getpid() == process else None)
    return made


def _connect() -> Any:
    import adbc_driver_postgresql.dbapi

    parameters = connections["default"].get_connection_params()
    kept: dict[str, Any] = {name: value for name, value in parameters.items() if isinstance(value, str | int)}
    kept.pop("prepare_threshold", None)
    return adbc_driver_postgresql.dbapi.connect(psycopg.conninfo.make_conninfo(**kept), autocommit=True)


def with_literals(statement: str, parameters: Sequence[Any]) -> str:
    literals = [sql.Literal(value).as_string(None) for value in parameters]
    return _PLACE.sub(lambda place: literals[int(place[1]) - 1], statement)


@contextmanager
def _as_django_says() -> Iterator[None]:
    import adbc_driver_manager

    try:
        yield
    except adbc_driver_manager.OperationalError as error:
        raise OperationalError(str(error)) from error
