"""Atelier's own format: JSON or NDJSON, and an answer for each event."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from analytics.ingest import bodies, fields, moments
from analytics.ingest.incoming import Identity, IncomingEvent, Rejected, Unfit
from analytics.ingest.moments import UnreadableMoment
from brands.errors import InvalidInput, TooLarge

MAX_BYTES = 5_000_000
MAX_EVENTS = 2_000
NDJSON = ("application/x-ndjson", "application/ndjson", "application/jsonl")
_ENVELOPE = {"events", "sent_at"}
_FIELDS = frozenset(
    {"name", "distinct_id", "at", "insert_id", "session", "properties", "revenue", "currency", "identity", "alias"}
)
_IDENTITIES = {None: Identity.NOTHING, "identify": Identity.IDENTIFY, "alias": Identity.ALIAS}


def read(
    body: bytes, *, content_type: str = "", encoding: str = "", received_at: datetime
) -> list[IncomingEvent | Rejected]:
    """An event, a list of events, {"events": [...], "sent_at": ...}, or lines of events.

    Raises InvalidInput or TooLarge for what cannot be taken apart into events; a bad one among them is a Rejected.
    """
    text = bodies.unpacked(body, encoding=encoding, limit=MAX_BYTES)
    if content_type in NDJSON:
        items, sent_at = list(_lines(text)), None
    else:
        items, sent_at = _opened(bodies.loaded(text))
    if not items:
        raise InvalidInput(fields={"events": ["At least one event."]})
    if len(items) > MAX_EVENTS:
        raise TooLarge(f"At most {MAX_EVENTS:,} events at once.")
    return [_understood(item, position, sent_at, received_at) for position, item in enumerate(items)]


def _lines(text: bytes) -> Iterator[Any]:
    for line in text.splitlines():
        if line.strip():
            try:
                yield bodies.loaded(line)
            except InvalidInput as error:
                yield Rejected("malformed", error.detail, line[:1000].decode(errors="replace"))


def _opened(data: Any) -> tuple[list[Any], datetime | None]:
    if isinstance(data, list):
        return data, None
    if not isinstance(data, dict):
        raise InvalidInput(fields={"body": ["An event, a list of events, or an object with events."]})
    if "events" not in data:
        return [data], None
    if unknown := sorted(data.keys() - _ENVELOPE):
        raise InvalidInput(fields={_shown(name): ["This field is unknown."] for name in unknown})
    if not isinstance(data["events"], list):
        raise InvalidInput(fields={"events": ["Must be a list of events."]})
    try:
        return data["events"], moments.moment(data.get("sent_at"))
    except UnreadableMoment as error:
        raise InvalidInput(fields={"sent_at": [str(error)]}) from error


def _understood(item: Any, position: int, sent_at: datetime | None, received_at: datetime) -> IncomingEvent | Rejected:
    if isinstance(item, Rejected):
        return item
    try:
        return _event(item, position, sent_at, received_at)
    except Unfit as unfit:
        return Rejected(unfit.code, str(unfit), item)
    except UnreadableMoment as error:
        return Rejected("bad_at", str(error), item)
    except RecursionError:
        return Rejected("too_deep", "Is nested too deeply.", item)


def _event(item: Any, position: int, sent_at: datetime | None, received_at: datetime) -> IncomingEvent:
    if not isinstance(item, dict):
        raise Unfit("not_an_object", "An event is an object.")
    if not item.keys() <= _FIELDS:
        raise Unfit("unknown_field", f"Unknown: {_shown(', '.join(sorted(item.keys() - _FIELDS)))[:200]}.")
    told = moments.moment(item.get("at"))
    insert_id = _text(item, "insert_id")
    if not insert_id:
        insert_id = fields.own_id(item, position, None if told else received_at)
    return IncomingEvent(
        name=_text(item, "name"),
        distinct_id=_text(item, "distinct_id"),
        at=moments.corrected(told, sent_at=sent_at, received_at=received_at),
        insert_id=insert_id,
        session=_text(item, "session"),
        properties=fields.mapping(item.get("properties"), "properties"),
        revenue=_amount(item.get("revenue")),
        currency=_text(item, "currency"),
        identity=_identity(item),
        alias=_text(item, "alias"),
    )


def _shown(name: str) -> str:
    """No answer can hold half of a surrogate pair."""
    return name.encode(errors="replace").decode()


def _text(item: Mapping[str, Any], name: str) -> str:
    value = item.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Unfit(f"bad_{name}", f"{name} must be a string.")
    return value


def _amount(value: Any) -> Decimal | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise Unfit("bad_revenue", "revenue must be a number.")
    try:
        return Decimal(str(value))
    except InvalidOperation as error:
        raise Unfit("bad_revenue", f"{str(value)[:60]!r} is not an amount.") from error


def _identity(item: Mapping[str, Any]) -> Identity:
    value = item.get("identity")
    if not (value is None or isinstance(value, str)) or value not in _IDENTITIES:
        raise Unfit("bad_identity", "identity is identify or alias.")
    return _IDENTITIES[value]
