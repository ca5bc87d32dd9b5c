"""PostHog's wire format v0, as its SDKs send it: https://posthog.com/docs/api/capture"""

import base64
import binascii
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import unquote_to_bytes

from analytics.ingest import bodies, fields, moments
from analytics.ingest.incoming import Identity, IncomingEvent, Unfit
from analytics.ingest.letters import Letter, each, events_in
from brands.errors import InvalidInput, UnsupportedEncoding

# Python's SDK sends batches of up to 5 MiB and a last event of 900 KiB.
MAX_BYTES = 8_000_000
_FORM = b"data="
_NOT_KEPT = ("token", "api_key", "distinct_id")
_PEOPLE = ("$set", "$set_once", "$unset")


@dataclass(frozen=True)
class _Batch:
    token: str
    items: list[Any]
    sent_at: Any


def read(body: bytes, *, headers: Mapping[str, str], query: Mapping[str, str], received_at: datetime) -> Letter:
    """The key that a request shows, and its events. Raises InvalidInput, TooLarge or UnsupportedEncoding for what
    cannot be taken apart into events; what is wrong with one of these is a Rejected."""
    text = bodies.unpacked(body, encoding=headers.get("Content-Encoding", ""), limit=MAX_BYTES)
    batch = _opened(bodies.loaded(_out_of_form(text, query)))
    sent_at = moments.clock(batch.sent_at or query.get("sent_at") or query.get("_"))

    def understood(event: dict[str, Any], position: int) -> IncomingEvent:
        return _event(event, position, sent_at, received_at)

    return Letter(batch.token, each(batch.items, understood))


def _out_of_form(text: bytes, query: Mapping[str, str]) -> bytes:
    """Beacons of old browsers are forms with one field, mostly in base64."""
    compression = query.get("compression", "")
    if compression == "lz64":
        raise UnsupportedEncoding(fields={"compression": ["Only gzip-js and base64 are read here."]})
    if text.startswith(_FORM):
        text = unquote_to_bytes(text.removeprefix(_FORM).partition(b"&")[0].replace(b"+", b" "))
        return text if text.lstrip().startswith((b"{", b"[")) else _from_base64(text)
    return _from_base64(text) if compression == "base64" else text


def _from_base64(text: bytes) -> bytes:
    try:
        # A plus that was not escaped arrives as a blank.
        text = text.strip().replace(b" ", b"+")
        return bodies.unpacked(base64.b64decode(text + b"=" * (-len(text) % 4), validate=True), limit=MAX_BYTES)
    except binascii.Error as error:
        raise InvalidInput(fields={"data": ["Not base64."]}) from error


def _opened(data: Any) -> _Batch:
    """One event, a list of them, or an envelope."""
    if isinstance(data, list):
        return _Batch(_only(map(_token, data)), events_in(data, "batch"), None)
    if not isinstance(data, dict):
        raise InvalidInput(fields={"body": ["Must be an event, a list of events, or {api_key, batch}."]})
    if "batch" not in data:
        return _Batch(_token(data), [data], data.get("sent_at"))
    items = events_in(data["batch"], "batch")
    return _Batch(_token(data) or _only(map(_token, items)), items, data.get("sent_at"))


def _token(item: Any) -> str:
    if not isinstance(item, dict):
        return ""
    properties = item.get("properties")
    inner = properties.get("token") if isinstance(properties, dict) else None
    found = item.get("api_key") or item.get("token") or item.get("$token") or inner
    return found if isinstance(found, str) else ""


def _only(tokens: Iterable[str]) -> str:
    """A request is of one brand: what shows several keys might be stored for the wrong one."""
    found = {token for token in tokens if token}
    if len(found) > 1:
        raise InvalidInput(fields={"api_key": ["Events with different keys cannot come in one request."]})
    return found.pop() if found else ""


def _event(event: dict[str, Any], position: int, sent_at: datetime | None, received_at: datetime) -> IncomingEvent:
    properties = _properties(event)
    distinct_id = _distinct_id(event)
    timestamp = event.get("timestamp")
    identity, alias = identity_of(event, properties, distinct_id)
    revenue, currency = fields.revenue(properties)
    return IncomingEvent(
        name=_name(event),
        distinct_id=distinct_id,
        at=_at(event, moments.clock(event.get("sent_at")) or sent_at, received_at),
        insert_id=fields.text(event.get("uuid") or properties.get("$insert_id"), "uuid")
        or fields.own_id(event, position, None if timestamp else received_at),
        session=fields.text(properties.get("$session_id"), "session_id"),
        properties=properties,
        revenue=revenue,
        currency=currency,
        identity=identity,
        alias=alias,
    )


def _name(event: dict[str, Any]) -> str:
    name = fields.text(event.get("event"), "event")
    if not name and any(key in event for key in _PEOPLE):
        return "$set"  # /engage/ has no names
    if not name:
        raise Unfit("no_name", "An event needs a name in event.")
    return name


def _distinct_id(event: dict[str, Any]) -> str:
    inner = fields.mapping(event.get("properties"), "properties").get("distinct_id")
    for value in (event.get("distinct_id"), event.get("$distinct_id"), inner):
        if found := fields.text(value, "distinct_id"):
            return found
    raise Unfit("no_distinct_id", "An event needs a distinct_id, on top or in properties.")


def _properties(event: dict[str, Any]) -> dict[str, Any]:
    kept = fields.mapping(event.get("properties"), "properties").copy()
    for name in _NOT_KEPT:
        kept.pop(name, None)
    for name in _PEOPLE:
        if name in event:
            kept.setdefault(name, event[name])
    return kept


def _at(event: dict[str, Any], sent_at: datetime | None, received_at: datetime) -> datetime:
    at = moments.moment(event.get("timestamp"))
    properties = event.get("properties") or {}
    if at is None:
        return moments.before(received_at, milliseconds=event.get("offset"))
    trusted = properties.get("$ignore_sent_at") is True
    return moments.corrected(at, sent_at=None if trusted else sent_at, received_at=received_at)


def identity_of(event: dict[str, Any], properties: dict[str, Any], distinct_id: str) -> tuple[Identity, str]:
    if event.get("event") == "$identify":
        kind, other = Identity.IDENTIFY, properties.get("$anon_distinct_id")
    elif event.get("event") in ("$create_alias", "$merge_dangerously"):
        kind, other = Identity.ALIAS, properties.get("alias")
    else:
        return Identity.NOTHING, ""
    alias = fields.text(other, "alias")
    known = alias != distinct_id and fields.somebody(alias, distinct_id)
    return (kind, alias) if known else (Identity.NOTHING, "")
