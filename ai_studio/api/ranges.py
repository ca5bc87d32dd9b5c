"""Parts of files: RFC 9110, section 14. One range at a time; several get the whole file, as is allowed."""

import re
from dataclasses import dataclass

_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.ASCII | re.IGNORECASE)


class UnsatisfiableRange(ValueError):
    """The range begins behind the end."""


@dataclass(frozen=True)
class Span:
    start: int
    length: int

    def content_range(self, size: int) -> str:
        return f"bytes {self.start}-{self.start + self.length - 1}/{size}"


def parse(header: str, *, size: int) -> Span | None:
    """The part of `size` bytes that a Range header asks for; None when it says nothing that must be followed.

    Raises UnsatisfiableRange (416).
    """
    match = _RANGE.fullmatch(header.strip())
    if match is None or match.groups() == ("", ""):
        return None
    first, last = match.groups()
    if not first:
        return _suffix(int(last), size)
    start, end = int(first), min(int(last or size), size - 1)
    if last and int(last) < start:
        return None
    if start >= size:
        raise UnsatisfiableRange(header)
    return Span(start, end - start + 1)


def _suffix(length: int, size: int) -> Span:
    if length == 0 or size == 0:
        raise UnsatisfiableRange(f"bytes=-{length}")
    return Span(max(0, size - length), min(length, size))
