"""A JSON object on each line."""

from collections.abc import Iterator
from itertools import islice
from typing import BinaryIO

from analytics.imports.lines import Line, Lines
from analytics.imports.sets import Row, RowSet
from analytics.ingest import bodies
from analytics.ingest.incoming import Rejected
from brands.errors import InvalidInput

_SHOWN = 1000


class NdjsonReader:
    """A Reader. Empty lines are no rows."""

    columns = None

    def __init__(self, file: BinaryIO, *, size: int) -> None:
        self._lines = Lines(file, size=size)

    def sets(self, *, skip: int, size: int) -> Iterator[RowSet]:
        lines = (line for line in self._lines if line.wrong or line.text.strip())
        start = 0
        while chunk := list(islice(lines, min(size, skip - start) if start < skip else size)):
            rows = [_row(line) for line in chunk] if start >= skip else []
            yield RowSet(start, len(chunk), rows, self._lines.share())
            start += len(chunk)


def _row(line: Line) -> Row:
    place = f"line {line.number}"
    if line.wrong:
        return Row(place, Rejected(line.wrong[0], f"It {line.wrong[1]}.", line.text[:_SHOWN]))
    try:
        values = bodies.loaded(line.text.encode())
    except InvalidInput as error:
        return Row(place, Rejected("malformed", error.detail, line.text[:_SHOWN]))
    if not isinstance(values, dict):
        return Row(place, Rejected("not_an_object", "An event is an object.", line.text[:_SHOWN]))
    return Row(place, values)
