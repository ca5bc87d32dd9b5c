"""What every event must be, whatever format it came in, and its row for the database."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import orjson

from analytics.ingest.incoming import Identity, IncomingEvent, Rejected, Unfit
from analytics.models.event import MAX_DISTINCT_ID, MAX_INSERT_ID, MAX_NAME, MAX_REVENUE, MAX_SESSION

OLDEST = datetime(2000, 1, 1, tzinfo=UTC)
AHEAD = timedelta(days=1)
MAX_PROPERTIES_BYTES = 32 * 1024
MAX_DEPTH = 10
_MICRO = Decimal("0.000001")
_encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode


@dataclass(slots=True)  # not frozen: that makes one take five times as long
class Row:
    """An event as it is stored; `properties` is JSON in UTF-8."""

    insert_id: str
    at: datetime
    name: str
    distinct_id: str
    session: str
    properties: bytes
    revenue: Decimal | None
    currency: str


def row_of(event: IncomingEvent, *, received_at: datetime) -> Row | Rejected:
    try:
        _check_texts(event)
        at = _checked_time(event.at, received_at)
        revenue, currency = _checked_revenue(event)
        properties = _checked_properties(event)
    except Unfit as unfit:
        return Rejected(unfit.code, str(unfit), payload_of(event))
    return Row(event.insert_id, at, event.name, event.distinct_id, event.session, properties, revenue, currency)


def payload_of(event: IncomingEvent) -> dict[str, object]:
    return {
        "name": event.name,
        "distinct_id": event.distinct_id,
        "at": event.at.isoformat(),
        "insert_id": event.insert_id,
        "session": event.session,
        "properties": event.properties,
        **({} if event.revenue is None else {"revenue": str(event.revenue), "currency": event.currency}),
        **({} if event.identity is Identity.NOTHING else {"identity": event.identity, "alias": event.alias}),
    }


def _check_texts(event: IncomingEvent) -> None:
    if not 1 <= len(event.name) <= MAX_NAME:
        raise Unfit("bad_name", f"An event's name has 1 to {MAX_NAME} characters.")
    if not 1 <= len(event.distinct_id) <= MAX_DISTINCT_ID:
        raise Unfit("bad_distinct_id", f"A distinct_id has 1 to {MAX_DISTINCT_ID} characters.")
    if not 1 <= len(event.insert_id) <= MAX_INSERT_ID:
        raise Unfit("bad_insert_id", f"An insert_id has 1 to {MAX_INSERT_ID} characters.")
    if len(event.session) > MAX_SESSION:
        raise Unfit("bad_session", f"A session has at most {MAX_SESSION} characters.")
    if event.identity is not Identity.NOTHING and not 1 <= len(event.alias) <= MAX_DISTINCT_ID:
        raise Unfit("bad_alias", f"An alias has 1 to {MAX_DISTINCT_ID} characters.")
    _check_characters(event.name + event.distinct_id + event.insert_id + event.session + event.alias)


def _check_characters(text: str) -> None:
    """PostgreSQL's text holds no NUL, and no half of a surrogate pair."""
    if "\x00" in text:
        raise Unfit("nul", "Holds a NUL character.")
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError as error:
            raise Unfit("surrogate", "Holds half of a surrogate pair.") from error


def _checked_time(at: datetime, received_at: datetime) -> datetime:
    if at < OLDEST:
        raise Unfit("too_old", f"Before {OLDEST:%Y-%m-%d}.")
    if at > received_at + AHEAD:
        raise Unfit("far_future", "More than a day ahead of the server's clock.")
    return at if at.tzinfo is UTC else at.astimezone(UTC)


def _checked_revenue(event: IncomingEvent) -> tuple[Decimal | None, str]:
    """Money given back is an event of its own name with what was given back: nothing is sold for less than nothing."""
    if event.revenue is None:
        return None, ""
    if not event.revenue.is_finite():
        raise Unfit("bad_revenue", "Revenue is not a finite number.")
    if event.revenue < 0:
        raise Unfit("negative_revenue", "Revenue is below 0; send a refund as an event of its own, with what it gave.")
    if event.revenue >= MAX_REVENUE or (revenue := event.revenue.quantize(_MICRO)) >= MAX_REVENUE:
        raise Unfit("bad_revenue", f"Revenue is {MAX_REVENUE:,} or more.")
    currency = event.currency.upper()
    if currency and not (len(currency) == 3 and currency.isascii() and currency.isalpha()):  # noqa: PLR2004
        raise Unfit("bad_currency", "A currency is an ISO 4217 code, such as EUR.")
    return revenue, currency


def _checked_properties(event: IncomingEvent) -> bytes:
    properties = event.properties
    text = _json(properties)
    if len(text) > MAX_PROPERTIES_BYTES:
        raise Unfit("too_large", f"Properties have more than {MAX_PROPERTIES_BYTES:,} bytes.")
    # All of these are told by a look at the text alone for all but a few.
    if text.count(b"{") + text.count(b"[") > MAX_DEPTH and _is_too_deep(properties):
        raise Unfit("too_deep", f"Properties are nested more than {MAX_DEPTH} deep.")
    if b"\\" in text and b"\\u0000" in text and _holds_nul(properties):
        raise Unfit("nul", "Properties hold a NUL character.")
    return text


def _json(properties: Mapping[str, Any]) -> bytes:
    """Raises Unfit."""
    try:
        text = orjson.dumps(properties)
    except TypeError:  # also what is JSON all the same, such as whole numbers of more than 64 bits
        return _slowly(properties)
    # NaN and infinity have become null.
    return _slowly(properties) if b"null" in text and orjson.loads(text) != properties else text


def _slowly(properties: Mapping[str, Any]) -> bytes:
    try:
        return _encode(properties).encode()
    except RecursionError as error:
        raise Unfit("too_deep", f"Properties are nested more than {MAX_DEPTH} deep.") from error
    except UnicodeEncodeError as error:
        raise Unfit("surrogate", "Properties hold half of a surrogate pair.") from error
    except (ValueError, TypeError) as error:  # NaN, Infinity
        raise Unfit("bad_properties", f"Properties are not JSON: {error}."[:400]) from error


def _holds_nul(value: object) -> bool:
    if isinstance(value, str):
        return "\x00" in value
    if isinstance(value, dict):
        return any("\x00" in str(key) or _holds_nul(item) for key, item in value.items())
    return isinstance(value, list | tuple) and any(map(_holds_nul, value))


def _is_too_deep(value: object, left: int = MAX_DEPTH) -> bool:
    """Looks no further down than that, however deep it is."""
    if isinstance(value, dict):
        return left == 0 or any(_is_too_deep(item, left - 1) for item in value.values())
    if isinstance(value, list | tuple):
        return left == 0 or any(_is_too_deep(item, left - 1) for item in value)
    return False
