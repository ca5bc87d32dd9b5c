"""The log of domain events: what lower apps tell higher ones."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection

from brands import bells


def append(*, brand_id: UUID, type: str, payload: Mapping[str, Any]) -> int:  # noqa: A002
    """Record what happened, in the caller's transaction. Returns its number in the brand's sequence.

    Append late: from here to the commit the brand's other events wait, so that numbers have no gap.
    """
    return append_many(brand_id=brand_id, type=type, payloads=[payload])[0]


def append_many(*, brand_id: UUID, type: str, payloads: Sequence[Mapping[str, Any]]) -> list[int]:  # noqa: A002
    """The same for several things that happened at once, in one statement."""
    documents = [json.dumps(payload, cls=DjangoJSONEncoder) for payload in payloads]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT brands_append_events(%s, %s, %s::jsonb[])",
            [brand_id, type, documents],
        )
        numbers = [int(seq) for (seq,) in cursor.fetchall()]
    bells.ring_on_commit(brand_id)
    return numbers


def read_in_sets(read_set: Callable[[], int], *, size: int, most_sets: int) -> int:
    """For whoever follows the log: sets of at most `size`, each committed by `read_set`, until one is not full. Returns
    how many were read."""
    read_so_far = 0
    for _ in range(most_sets):
        count = read_set()
        read_so_far += count
        if count < size:
            break
    return read_so_far
