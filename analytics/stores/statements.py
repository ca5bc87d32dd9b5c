"""What statements about events have in common."""

from datetime import UTC, datetime
from string import Template
from typing import TYPE_CHECKING
from uuid import UUID

from analytics.stores.base import Range
from analytics.stores.conditions import Parameters
from analytics.stores.connections import ArrowTransaction
from analytics.stores.packed import packed, unpacked

if TYPE_CHECKING:
    from analytics.metrics.stream import Int64s

REVENUE_MICROS = Template("""
CASE WHEN currency = (SELECT currency FROM brands_brand WHERE id = $brand::uuid)
     THEN coalesce(revenue, 0) * 1000000 ELSE 0 END
""")
_MERGES = f"""SELECT {packed("int8send(merged)", 'int8send("into")')} AS packed
FROM analytics_personmerge WHERE brand_id = $1::uuid"""  # noqa: S608


def where(brand_id: UUID, within: Range, parameters: Parameters) -> str:
    return (
        f"brand_id = {parameters.of(str(brand_id))}::uuid AND person > 0 "
        f"AND at >= {moment(within.start)} AND at < {moment(within.end)}"
    )


def moment(at: datetime) -> str:
    """A constant: so months outside the range are left out before they are even planned."""
    return f"timestamptz '{at.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}+00'"


def merged(transaction: ArrowTransaction, brand_id: UUID, person: "Int64s") -> "Int64s":
    """The same people, by the number of whoever they turned out to be."""
    import numpy as np

    former, into = unpacked(transaction.fetch(_MERGES, [str(brand_id)]), 2)
    if not len(former) or not len(person):
        return person
    # Numbers of people are 1, 2, 3 …: a table of them all is looked up at once.
    number = np.arange(max(int(person.max()), int(former.max())) + 1)
    number[former] = into
    return number[person]
