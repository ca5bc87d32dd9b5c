"""Many rows of whole numbers as one value: one by one a row costs the server, the driver and Arrow more than all its
numbers do. A value has room for 1 GB, which is some 60 million events of one name."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa

    from analytics.metrics.stream import Int64s

PERSON = "int8send(person)"
AT = "timestamptz_send(at)"
# PostgreSQL counts its microseconds from 2000.
_FROM_1970 = 946_684_800_000_000


def packed(*columns: str) -> str:
    """`columns`: PERSON, AT, or the int8send or float8send of anything that is never null. Of no rows it is null."""
    return f"string_agg({' || '.join(columns)}, NULL)"


def unpacked(table: "pa.Table", width: int, *, moments: Sequence[int] = ()) -> list["Int64s"]:
    """The columns that the values of the column `packed` hold, all rows together. `moments`: which of them are
    moments; they become microseconds since 1970. Doubles are there as their bits."""
    import numpy as np

    values = [value.as_buffer() for chunk in table["packed"].chunks for value in chunk if value.is_valid]
    parts = [np.frombuffer(value, ">i8").reshape(-1, width) for value in values]
    rows = sum(len(part) for part in parts)
    columns = [np.empty(rows, np.int64) for _ in range(width)]
    for number, column in enumerate(columns):
        np.concatenate([np.zeros(0, np.int64), *(part[:, number] for part in parts)], out=column)
    for number in moments:
        columns[number] += _FROM_1970
    return columns


def repeated(table: "pa.Table", name: str, width: int) -> "Int64s":
    """A whole number beside each value of `packed`, once for each of its rows."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    sizes = pc.binary_length(table["packed"]).fill_null(0).to_numpy() // (8 * width)
    return np.repeat(table[name].cast(pa.int64()).to_numpy(), sizes)
