"""The reader of a file."""

import hashlib
from collections.abc import Callable
from pathlib import PurePath
from typing import BinaryIO

from analytics.choices import ImportFormat
from analytics.imports.csv_rows import CsvReader
from analytics.imports.ndjson import NdjsonReader
from analytics.imports.parquet import ParquetReader
from analytics.imports.sets import Reader
from brands.errors import InvalidInput

_READERS: dict[ImportFormat, Callable[..., Reader]] = {
    ImportFormat.CSV: CsvReader,
    ImportFormat.NDJSON: NdjsonReader,
    ImportFormat.PARQUET: ParquetReader,
}
_ENDINGS = {
    ".csv": ImportFormat.CSV,
    ".tsv": ImportFormat.CSV,
    ".ndjson": ImportFormat.NDJSON,
    ".jsonl": ImportFormat.NDJSON,
    ".parquet": ImportFormat.PARQUET,
}


def reader(file: BinaryIO, *, size: int, format: str) -> Reader:  # noqa: A002
    """Raises Unreadable."""
    return _READERS[ImportFormat(format)](file, size=size)


def format_of(name: str) -> ImportFormat:
    """By the end of the file's name. Raises InvalidInput naming `format`."""
    endings = [ending for ending in reversed(PurePath(name.lower()).suffixes) if ending != ".gz"]
    if endings and endings[0] in _ENDINGS:
        return _ENDINGS[endings[0]]
    raise InvalidInput(fields={"format": [f"{name!r} does not tell: csv, ndjson or parquet?"]})


def sha256_of(file: BinaryIO) -> str:
    file.seek(0)
    digest = hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]  # it has readinto
    file.seek(0)
    return digest
