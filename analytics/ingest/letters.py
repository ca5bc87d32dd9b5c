"""What a request brings, whatever its wire format: whose key it shows, and what became of each of its events."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from analytics.ingest.faults import fault_in, rejected
from analytics.ingest.fields import Unfit
from analytics.ingest.incoming import IncomingEvent, Rejected
from analytics.ingest.moments import UnreadableMoment
from brands.errors import InvalidInput, TooLarge

LONGEST_BATCH = 5_000


@dataclass(frozen=True)
class Letter:
    token: str
    events: list[IncomingEvent | Rejected]


def events_in(value: Any, name: str) -> list[Any]:
    """The list of bounded length that `value` must be. Raises InvalidInput, TooLarge."""
    if not isinstance(value, list):
        raise InvalidInput(fields={name: ["Must be a list of events."]})
    if len(value) > LONGEST_BATCH:
        raise TooLarge(f"At most {LONGEST_BATCH:,} events at once.")
    return value


def each(
    items: list[Any], understood: Callable[[dict[str, Any], int], IncomingEvent], *, total: int, most: int
) -> list[IncomingEvent | Rejected]:
    """Each item by itself, so that a bad one spoils no other. `total` is the whole request's size in bytes, `most` what
    one event may have."""

    def one(item: Any, position: int) -> IncomingEvent | Rejected:
        if fault := fault_in(item):
            return rejected(item, *fault)
        if not isinstance(item, dict):
            return rejected(item, "not_an_object", "An event must be an object.")
        if total > most and _size(item) > most:
            return rejected(item, "too_large", f"An event has at most {most:,} bytes.")
        try:
            return understood(item, position)
        except Unfit as unfit:
            return rejected(item, unfit.code, str(unfit))
        except UnreadableMoment as error:
            return rejected(item, "bad_timestamp", str(error))

    return [one(item, position) for position, item in enumerate(items)]


def _size(item: Any) -> int:
    return len(json.dumps(item, ensure_ascii=False, separators=(",", ":")).encode())
