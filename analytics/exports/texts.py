"""CSV and NDJSON, a chunk for each page."""

import csv
import io
import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from ai_studio.services.cost_csv import safe
from analytics.exports.columns import Column, Kind, Pages

_dumps = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode


def csv_chunks(columns: Sequence[Column], pages: Pages) -> Iterator[bytes]:
    """UTF-8 with a header. Texts that a spreadsheet would take for a formula begin with a quote; several in one cell
    are JSON."""
    # With the first page: a table that cannot be read has not even a header.
    header = _lines([[column.name for column in columns]])
    cells = [_CELLS.get(column.kind, str) for column in columns]
    for page in pages:
        if page:
            yield header + _lines(
                ["" if value is None else cell(value) for cell, value in zip(cells, row, strict=True)] for row in page
            )
            header = b""
    if header:
        yield header


def ndjson_chunks(columns: Sequence[Column], pages: Pages) -> Iterator[bytes]:
    """An object on each line; money is a string, as in the API."""
    names = [_dumps(column.name) for column in columns]
    words = [_WORDS.get(column.kind, _dumps) for column in columns]
    for page in pages:
        if page:
            yield "".join(_object(names, words, row) for row in page).encode()


def _object(names: list[str], words: list[Callable[[Any], str]], row: Sequence[Any]) -> str:
    each = (
        f"{name}:{'null' if value is None else word(value)}"
        for name, word, value in zip(names, words, row, strict=True)
    )
    return f"{{{','.join(each)}}}\n"


def _lines(rows: Any) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    return out.getvalue().encode()


_CELLS: dict[Kind, Callable[[Any], str]] = {
    Kind.TEXT: safe,
    Kind.JSON: safe,
    Kind.TEXTS: lambda value: safe(_dumps(value)),
    Kind.BOOL: lambda value: "true" if value else "false",
    Kind.MOMENT: lambda value: value.isoformat(),
    Kind.DATE: lambda value: value.isoformat(),
    Kind.FLOAT: repr,
}
_WORDS: dict[Kind, Callable[[Any], str]] = {
    Kind.JSON: str,
    Kind.MONEY: lambda value: f'"{value}"',
    Kind.MOMENT: lambda value: f'"{value.isoformat()}"',
    Kind.DATE: lambda value: f'"{value.isoformat()}"',
}
