"""Columns of events as PostgreSQL's arrays, in its binary form.

psycopg makes arrays of any type in Python, element by element, which takes longer than PostgreSQL does to store them;
the three that events need are quicker made here, before any lock is taken.
https://github.com/postgres/postgres/blob/REL_18_STABLE/src/backend/utils/adt/arrayfuncs.c (array_recv)
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from struct import Struct

import psycopg
from django.db import connection
from psycopg.adapt import Dumper
from psycopg.pq import Format
from psycopg.types import TypeInfo

_HEAD = Struct(">5i")  # dimensions, whether there are nulls, type of an element, elements, first index
_LENGTH = Struct(">i").pack
_NULL = _LENGTH(-1)
_INT8 = Struct(">iq").pack
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Packed:
    """An array's bytes."""

    data: bytes


class Texts(Packed):
    """text[]"""


class Int8s(Packed):
    """bigint[]"""


class Moments(Packed):
    """timestamptz[]"""


def _oids(name: str) -> tuple[int, int]:
    info = psycopg.adapters.types[name]
    assert isinstance(info, TypeInfo)  # noqa: S101 - one of PostgreSQL's own types
    return info.oid, info.array_oid


class _PackedDumper(Dumper):
    format = Format.BINARY

    def dump(self, obj: Packed) -> bytes:
        return obj.data


class _TextsDumper(_PackedDumper):
    oid = _oids("text")[1]


class _Int8sDumper(_PackedDumper):
    oid = _oids("int8")[1]


class _MomentsDumper(_PackedDumper):
    oid = _oids("timestamptz")[1]


@contextmanager
def binary_cursor() -> Iterator[psycopg.Cursor]:
    """For arrays: Django's cursor writes parameters into the statement, and as text they cost more than all the rest.
    Its errors are Django's, by which PostgreSQL being away is known."""
    with connection.wrap_database_errors, adapted(psycopg.Cursor(connection.connection)) as cursor:
        yield cursor


def adapted(cursor: psycopg.Cursor) -> psycopg.Cursor:
    """Takes these arrays as parameters."""
    for kind, dumper in ((Texts, _TextsDumper), (Int8s, _Int8sDumper), (Moments, _MomentsDumper)):
        cursor.adapters.register_dumper(kind, dumper)
    return cursor


def texts(values: Sequence[str]) -> Texts:
    return encoded([value.encode() for value in values])


def encoded(values: Sequence[bytes]) -> Texts:
    """Of what is UTF-8 already."""
    parts = [part for value in values for part in (_LENGTH(len(value)), value)]
    return Texts(_head("text", len(values)) + b"".join(parts))


def texts_or_nulls(values: Sequence[str | None]) -> Texts:
    parts = [_NULL if value is None else _LENGTH(len(text := value.encode())) + text for value in values]
    return Texts(_head("text", len(values), nulls=True) + b"".join(parts))


def int8s(values: Sequence[int]) -> Int8s:
    return Int8s(_head("int8", len(values)) + b"".join([_INT8(8, value) for value in values]))


def moments(values: Sequence[datetime]) -> Moments:
    since: Iterable[int] = [(value - _EPOCH) // _MICROSECOND for value in values]
    return Moments(_head("timestamptz", len(values)) + b"".join([_INT8(8, value) for value in since]))


def _head(name: str, count: int, *, nulls: bool = False) -> bytes:
    oid = _oids(name)[0]
    return _HEAD.pack(1, nulls, oid, count, 1) if count else _HEAD.pack(0, 0, oid, 0, 0)[:12]
