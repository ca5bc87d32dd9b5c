"""The lines of a text file, gzipped or not, with bounded memory whatever it holds."""

import gzip
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from analytics.imports.sets import Unreadable

LONGEST_LINE = 1_000_000
_GZIP = b"\x1f\x8b"
_BOM = b"\xef\xbb\xbf"
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_PARQUET = b"PAR1"


@dataclass(frozen=True, slots=True)
class Line:
    """`number` as editors count. `wrong`: code and sentence where it is no text that can be read."""

    number: int
    text: str
    wrong: tuple[str, str] | None = None


class Lines:
    """Iterated once. `share()`: of the file's bytes, read so far."""

    def __init__(self, file: BinaryIO, *, size: int) -> None:
        self._file, self._size = file, size
        start = file.read(4)
        file.seek(0)
        if not start:
            raise Unreadable("The file is empty.")
        if start == _PARQUET:
            raise Unreadable("This is a Parquet file; say so with the format.")
        self._bytes: BinaryIO = gzip.GzipFile(fileobj=file) if start.startswith(_GZIP) else file  # type: ignore[assignment]

    def share(self) -> float:
        return min(1.0, self._file.tell() / self._size)

    def __iter__(self) -> Iterator[Line]:
        number = 0
        while raw := self._next(number):
            number += 1
            if number == 1:
                if raw.startswith(_UTF_16):
                    raise Unreadable("The file is UTF-16. Save it as UTF-8.")
                raw = raw.removeprefix(_BOM)
            yield self._line(number, raw)

    def _line(self, number: int, raw: bytes) -> Line:
        if len(raw) > LONGEST_LINE:
            self._pass_over(number, raw)
            return Line(number, "\n", ("too_large", f"has more than {LONGEST_LINE:,} bytes"))
        try:
            return Line(number, raw.decode())
        except UnicodeDecodeError as error:
            sentence = f"is not UTF-8: byte 0x{raw[error.start]:02x} at {error.start + 1}"
            return Line(number, raw.decode(errors="replace"), ("bad_encoding", sentence))

    def _pass_over(self, number: int, raw: bytes) -> None:
        """To the end of a line that is too long."""
        while raw and not raw.endswith(b"\n"):
            raw = self._next(number)

    def _next(self, number: int) -> bytes:
        try:
            return self._bytes.readline(LONGEST_LINE + 1)
        except EOFError as error:
            raise Unreadable(f"The compressed file is cut off after line {number}.") from error
        except (gzip.BadGzipFile, zlib.error) as error:
            raise Unreadable(f"The compressed file is damaged after line {number}.") from error
