"""CSV with the columns' names in its first row; separated by commas, semicolons or tabs, as most are in that row."""

import csv
from collections.abc import Iterator
from typing import BinaryIO

from analytics.imports.lines import Lines
from analytics.imports.sets import Row, RowSet, Unreadable
from analytics.ingest.incoming import Rejected

_DELIMITERS = ",;\t"
_SHOWN = 1000


class CsvReader:
    """A Reader."""

    def __init__(self, file: BinaryIO, *, size: int) -> None:
        self._lines = Lines(file, size=size)
        self._numbered = iter(self._lines)
        self._wrong: list[tuple[str, str]] = []
        self._line = 0
        self._first = next(self._numbered)
        self._rows = csv.reader(self._texts(), delimiter=max(_DELIMITERS, key=self._first.text.count))
        self.columns: list[str] = self._header()

    def sets(self, *, skip: int, size: int) -> Iterator[RowSet]:
        start, count, rows = 0, 0, []
        for row in self._each():
            if start + count >= skip:
                rows.append(row)
            count += 1
            if count == size or start + count == skip:
                yield RowSet(start, count, rows, self._lines.share())
                start, count, rows = start + count, 0, []
        if count:
            yield RowSet(start, count, rows, self._lines.share())

    def _each(self) -> Iterator[Row]:
        """A quote that is never closed takes in what follows up to the csv module's limit: that is one bad row."""
        while True:
            self._wrong.clear()
            first = self._line + 1
            try:
                cells = next(self._rows)
            except StopIteration:
                return
            except csv.Error as error:
                yield Row(f"line {first}", Rejected("malformed", f"Not CSV: {error}.", None))
                continue
            if cells:
                yield Row(f"line {first}", self._values(cells))

    def _values(self, cells: list[str]) -> dict[str, str] | Rejected:
        if self._wrong:
            code, sentence = self._wrong[0]
            return Rejected(code, f"It {sentence}.", ",".join(cells)[:_SHOWN])
        if len(cells) != len(self.columns):
            sentence = f"{len(cells)} cells, where the first row has {len(self.columns)}."
            return Rejected("wrong_cells", sentence, ",".join(cells)[:_SHOWN])
        return dict(zip(self.columns, cells, strict=True))

    def _texts(self) -> Iterator[str]:
        yield self._first.text
        self._line = 1
        for line in self._numbered:
            self._line = line.number
            if line.wrong:
                self._wrong.append(line.wrong)
            yield line.text

    def _header(self) -> list[str]:
        if self._first.wrong:
            raise Unreadable(f"Line 1, which names the columns, {self._first.wrong[1]}.")
        try:
            columns = [name.strip() for name in next(self._rows)]
        except (csv.Error, StopIteration) as error:
            raise Unreadable(f"Line 1 does not name columns: {error}.") from error
        if not any(columns):
            raise Unreadable("Line 1 does not name columns: it is empty.")
        if twice := sorted({name for name in columns if columns.count(name) > 1}):
            raise Unreadable(f"Line 1 names columns twice: {', '.join(twice)[:200]}.")
        self._line = max(self._line, 1)
        return columns
