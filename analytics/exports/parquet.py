"""Parquet, a row group for some pages at a time. Its end is its footer: without it, it is no Parquet file."""

import io
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any

from analytics.exports.columns import Column, Kind, Pages

GROUP_ROWS = 20_000


def parquet_chunks(columns: Sequence[Column], pages: Pages) -> Iterator[bytes]:
    import pyarrow as pa
    from pyarrow import parquet

    types = _types(pa)
    schema = pa.schema([pa.field(column.name, types[column.kind]) for column in columns])
    out = _Out()
    writer = parquet.ParquetWriter(out, schema, compression="zstd")
    for rows in _groups(pages):
        arrays = [pa.array(values, field.type) for field, values in zip(schema, zip(*rows, strict=True), strict=True)]
        writer.write_batch(pa.RecordBatch.from_arrays(arrays, schema=schema))
        yield from out.taken()
    writer.close()
    yield from out.taken()


def _types(pa: Any) -> dict[Kind, Any]:
    return {
        Kind.TEXT: pa.string(),
        Kind.JSON: pa.string(),
        Kind.TEXTS: pa.list_(pa.string()),
        Kind.INT: pa.int64(),
        Kind.FLOAT: pa.float64(),
        Kind.BOOL: pa.bool_(),
        Kind.MONEY: pa.decimal128(24, 6),
        Kind.MOMENT: pa.timestamp("us", "UTC"),
        Kind.DATE: pa.date32(),
    }


def _groups(pages: Pages) -> Iterator[list[Sequence[Any]]]:
    kept: list[Sequence[Any]] = []
    for row in chain.from_iterable(pages):
        kept.append(row)
        if len(kept) == GROUP_ROWS:
            yield kept
            kept = []
    if kept:
        yield kept


class _Out(io.RawIOBase):
    """The writer's file: what it wrote is taken away at once."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._written = 0

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        part = bytes(data)
        self._parts.append(part)
        self._written += len(part)
        return len(part)

    def tell(self) -> int:
        return self._written

    def taken(self) -> Iterator[bytes]:
        parts, self._parts = self._parts, []
        if whole := b"".join(parts):
            yield whole
