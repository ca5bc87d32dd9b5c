"""Parquet, a set of rows at a time: memory follows the file's row groups, never the file."""

from collections.abc import Iterator
from typing import Any, BinaryIO

from analytics.imports.sets import Row, RowSet, Unreadable
from analytics.ingest.incoming import Rejected

LARGEST_GROUP = 512 * 1024**2
# Moments beyond Python's, texts that are no UTF-8, time zones that nobody knows.
_NOT_HELD = (OverflowError, ValueError, LookupError)
_Values = dict[str, Any] | Rejected


class ParquetReader:
    """A Reader."""

    def __init__(self, file: BinaryIO, *, size: int) -> None:
        import pyarrow as pa
        from pyarrow import parquet

        if size == 0:
            raise Unreadable("The file is empty.")
        try:
            self._file = parquet.ParquetFile(file, pre_buffer=False)
        except (pa.ArrowException, OSError) as error:
            raise Unreadable(f"This is no Parquet file, or not a whole one: {_short(error)}.") from error
        self.columns: list[str] = self._file.schema_arrow.names
        if len(set(self.columns)) < len(self.columns):
            raise Unreadable("Two columns have the same name.")

    def sets(self, *, skip: int, size: int) -> Iterator[RowSet]:
        total, start = self._file.metadata.num_rows, 0
        for group in range(self._file.metadata.num_row_groups):
            facts = self._file.metadata.row_group(group)
            if start + facts.num_rows <= skip:  # not even read
                yield RowSet(start, facts.num_rows, [], (start + facts.num_rows) / total)
                start += facts.num_rows
                continue
            if facts.total_byte_size > LARGEST_GROUP:
                raise Unreadable(f"Row group {group} has more than {LARGEST_GROUP:,} bytes: write smaller ones.")
            for rows in self._batches(group, size):
                left = max(0, min(skip - start, len(rows)))
                if left:
                    yield RowSet(start, left, [], (start + left) / total)
                    start += left
                numbered = enumerate(rows[left:], start + 1)
                yield RowSet(start, len(rows) - left, [Row(f"row {n}", row) for n, row in numbered], start / total)
                start += len(rows) - left

    def _batches(self, group: int, size: int) -> Iterator[list[_Values]]:
        import pyarrow as pa

        try:
            for batch in self._file.iter_batches(batch_size=size, row_groups=[group], use_threads=False):
                yield _rows(pa.Table.from_batches([_whole_microseconds(batch)]))
        except (pa.ArrowException, OSError) as error:
            raise Unreadable(f"Row group {group} is damaged: {_short(error)}.") from error


def _rows(table: Any) -> list[_Values]:
    """A row that Python cannot hold, such as one of the year 20000, spoils no other."""
    try:
        rows: list[_Values] = table.to_pylist()
    except _NOT_HELD:
        rows = [_row(table.slice(n, 1)) for n in range(table.num_rows)]
    return rows


def _row(table: Any) -> _Values:
    try:
        values: _Values = table.to_pylist()[0]
    except _NOT_HELD as error:
        return Rejected("unreadable_row", f"It holds what cannot be read: {_short(error)}.", None)
    return values


def _whole_microseconds(batch: Any) -> Any:
    """Nanoseconds are cut off: Python's moments have none."""
    import pyarrow as pa

    if not any(pa.types.is_timestamp(field.type) and field.type.unit == "ns" for field in batch.schema):
        return batch
    columns = [
        column.cast(pa.timestamp("us", column.type.tz), safe=False)
        if pa.types.is_timestamp(column.type) and column.type.unit == "ns"
        else column
        for column in batch.columns
    ]
    return pa.RecordBatch.from_arrays(columns, names=batch.schema.names)


def _short(error: Exception) -> str:
    return str(error).split("\n", maxsplit=1)[0].rstrip(".")[:200]
