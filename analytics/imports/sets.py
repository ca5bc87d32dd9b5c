"""What the readers of all formats give."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from analytics.ingest.incoming import Rejected
from brands.errors import InvalidInput


@dataclass(frozen=True, slots=True)
class Row:
    """`place` says where it is, as people count: "line 17". `values`: by column, or why it is none."""

    place: str
    values: Mapping[str, Any] | Rejected


@dataclass(frozen=True)
class RowSet:
    """Rows one after another, the first of which is the file's row `start`, from 0. `share`: of the file, read by then.

    Rows that were not asked for are only counted: `rows` is empty and `count` says how many they are."""

    start: int
    count: int
    rows: Sequence[Row]
    share: float


class Reader(Protocol):
    @property
    def columns(self) -> Sequence[str] | None:
        """Of the file; None where each row has its own."""

    def sets(self, *, skip: int, size: int) -> Iterator[RowSet]:
        """The rows behind the first `skip`, `size` at a time; the others are counted, a set at a time. Raises
        Unreadable for what ends the reading; what is wrong with one row is a Rejected."""


class Unreadable(InvalidInput):
    """Why a file cannot be read (any further)."""

    code = "unreadable_file"
    title = "The file cannot be read"

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence, fields={"file": [sentence]})
