"""The log of domain events: what lower apps tell higher ones."""

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection

from brands.tenancy.models import new_id

# One statement: the row lock on the brand's counter is held from here to the commit, so numbers are
# gapless and their order is the order of commits. Append late in a transaction.
_APPEND = """
WITH next AS (
    INSERT INTO brands_eventsequence (brand_id, last_seq) VALUES (%(brand)s, 1)
    ON CONFLICT (brand_id) DO UPDATE SET last_seq = brands_eventsequence.last_seq + 1
    RETURNING last_seq
)
INSERT INTO brands_domainevent (id, brand_id, seq, type, payload, at)
SELECT %(id)s, %(brand)s, last_seq, %(type)s, %(payload)s::jsonb, clock_timestamp() FROM next
RETURNING seq
"""


def append(*, brand_id: UUID, type: str, payload: Mapping[str, Any]) -> int:  # noqa: A002
    """Record what happened, in the caller's transaction. Returns its number in the brand's sequence."""
    with connection.cursor() as cursor:
        cursor.execute(
            _APPEND,
            {
                "id": new_id(),
                "brand": brand_id,
                "type": type,
                "payload": json.dumps(payload, cls=DjangoJSONEncoder),
            },
        )
        (seq,) = cursor.fetchone()
    return int(seq)
