"""The formats there are."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from analytics.exports.columns import Column, Pages
from analytics.exports.parquet import parquet_chunks
from analytics.exports.texts import csv_chunks, ndjson_chunks


@dataclass(frozen=True)
class Format:
    media_type: str
    chunks: Callable[[Sequence[Column], Pages], Iterator[bytes]]


FORMATS = {
    "csv": Format("text/csv; charset=utf-8", csv_chunks),
    "ndjson": Format("application/x-ndjson", ndjson_chunks),
    "parquet": Format("application/vnd.apache.parquet", parquet_chunks),
}
