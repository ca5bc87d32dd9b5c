"""Fields that all wire formats have, read the same way."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from analytics.ingest.incoming import Unfit

# What careless programs send as the id of somebody whom they do not know: it would make one person of many.
# PostHog keeps the same list.
_NOBODY = frozenset(
    {
        "anonymous",
        "guest",
        "distinctid",
        "distinct_id",
        "id",
        "not_authenticated",
        "email",
        "undefined",
        "true",
        "false",
        "nan",
        "none",
        "null",
        "0",
        "[object object]",
    }
)


# From here on floats are so far apart that different whole numbers are the same one (bodies.loaded).
_ROUGH = 2.0**53


def text(value: Any, name: str) -> str:
    """A string, or a number as one; empty for nothing. Raises Unfit."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, float) and abs(value) >= _ROUGH:
        raise Unfit(f"bad_{name}", f"{name} is too large a number to be told from others: send it as a string.")
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    raise Unfit(f"bad_{name}", f"{name} must be a string, not {type(value).__name__}.")


def mapping(value: Any, name: str) -> dict[str, Any]:
    """An object; empty for nothing. Raises Unfit."""
    if value is None:
        return {}
    if isinstance(value, dict):
        return value
    raise Unfit(f"bad_{name}", f"{name} must be an object, not {type(value).__name__}.")


def revenue(properties: Mapping[str, Any]) -> tuple[Decimal | None, str]:
    """Amount and currency; an empty currency is the brand's own. Raises Unfit."""
    value = properties.get("revenue", properties.get("$revenue"))
    if value is None or value == "":
        return None, ""
    try:
        amount = Decimal(text(value, "revenue"))
    except InvalidOperation as error:
        raise Unfit("bad_revenue", f"{str(value)[:60]!r} is not an amount.") from error
    currency = text(properties.get("currency") or properties.get("$currency"), "currency").upper()
    return amount, currency


def somebody(*ids: str) -> bool:
    """Whether each of `ids` can be one person's own."""
    return all(id_ and id_.casefold() not in _NOBODY for id_ in ids)


def own_id(event: Any, position: int, received_at: datetime | None) -> str:
    """An id for an event that brought none. The same request sent again gives the same one; `received_at` tells events
    without a time of their own apart."""
    what = json.dumps([event, position, received_at and received_at.isoformat()], sort_keys=True)
    return hashlib.sha256(what.encode()).hexdigest()[:32]
