"""What a table has, whatever the format it is written in."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any


class Kind(Enum):
    """`JSON` comes as its text; `MONEY` has six decimals; `MOMENT` is aware."""

    TEXT = "text"
    JSON = "json"
    INT = "int"
    FLOAT = "float"
    BOOL = "bool"
    MONEY = "money"
    MOMENT = "moment"
    DATE = "date"
    TEXTS = "texts"


@dataclass(frozen=True)
class Column:
    name: str
    kind: Kind = Kind.TEXT


# Rows as tuples, in the order of the columns; None where there is nothing.
Page = Sequence[Sequence[Any]]
Pages = Iterable[Page]
