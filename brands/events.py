"""The log of domain events: what lower apps tell higher ones."""

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection


def append(*, brand_id: UUID, type: str, payload: Mapping[str, Any]) -> int:  # noqa: A002
    """Record what happened, in the caller's transaction. Returns its number in the brand's sequence.

    Append late: from here to the commit the brand's other events wait, so that numbers have no gap.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT brands_append_event(%s, %s, %s)", [brand_id, type, json.dumps(payload, cls=DjangoJSONEncoder)]
        )
        (seq,) = cursor.fetchone()
    return int(seq)
