"""Who a brand's people are, merged ones once, as Arrow."""

from typing import TYPE_CHECKING
from uuid import UUID

from analytics.stores.connections import pool

if TYPE_CHECKING:
    from analytics.metrics.segments.conditions import Everyone
    from analytics.metrics.stream import Int64s

_EVERYONE = """
SELECT coalesce(m."into", p.number) AS person, min(p.created_at) AS created_at, bool_or(p.identified) AS identified
FROM analytics_person p
LEFT JOIN analytics_personmerge m ON m.brand_id = p.brand_id AND m.merged = p.number
WHERE p.brand_id = $1::uuid
GROUP BY 1 ORDER BY 1
"""
_MEMBERS = """
SELECT DISTINCT coalesce(m."into", s.person) AS person
FROM analytics_segmentmember s
LEFT JOIN analytics_personmerge m ON m.brand_id = s.brand_id AND m.merged = s.person
WHERE s.brand_id = $1::uuid AND s.segment_id = $2::uuid
ORDER BY 1
"""


def everyone(*, brand_id: UUID) -> "Everyone":
    import pyarrow as pa

    from analytics.metrics.segments.conditions import Everyone

    with pool().transaction(brand_id) as transaction:
        found = transaction.fetch(_EVERYONE, [str(brand_id)])
    person, created_at = (found[name].cast(pa.int64()).to_numpy() for name in ("person", "created_at"))
    return Everyone(person, created_at, found["identified"].to_numpy())


def members(*, brand_id: UUID, segment_id: UUID) -> "Int64s":
    """The numbers of whoever is in the segment as it is committed, ascending; by whom they turned out to be."""
    with pool().transaction(brand_id) as transaction:
        found = transaction.fetch(_MEMBERS, [str(brand_id), str(segment_id)])
    return found["person"].to_numpy()
