"""What a request brings, whatever its wire format: whose key it shows, and what became of each of its events."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from analytics.ingest.incoming import IncomingEvent, Rejected, Unfit
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
    items: list[Any], understood: Callable[[dict[str, Any], int], IncomingEvent]
) -> list[IncomingEvent | Rejected]:
    """Each item by itself, with its position, so that a bad one spoils no other."""
    return [_one(item, position, understood) for position, item in enumerate(items)]


def _one(
    item: Any, position: int, understood: Callable[[dict[str, Any], int], IncomingEvent]
) -> IncomingEvent | Rejected:
    if not isinstance(item, dict):
        return Rejected("not_an_object", "An event must be an object.", item)
    try:
        return understood(item, position)
    except Unfit as unfit:
        return Rejected(unfit.code, str(unfit), item)
    except UnreadableMoment as error:
        return Rejected("bad_timestamp", str(error), item)
    except RecursionError:
        return Rejected("too_deep", "Is nested too deeply.", item)
