"""Segment's tracking format, as its SDKs send it: https://segment.com/docs/connections/sources/catalog/libraries/server/http-api/

Names and properties become those that PostHog's SDKs use, so that one funnel reads both.
"""

import base64
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from analytics.ingest import bodies, fields, moments
from analytics.ingest.incoming import Identity, IncomingEvent, Unfit
from analytics.ingest.letters import Letter, each, events_in
from brands.errors import InvalidInput

MAX_BYTES = 500 * 1024
NAMES = {
    "page": "$pageview",
    "screen": "$screen",
    "identify": "$identify",
    "group": "$groupidentify",
    "alias": "$create_alias",
}
TYPES = ("track", *NAMES)


def read(body: bytes, *, headers: Mapping[str, str], kind: str, received_at: datetime) -> Letter:
    """The key that a request shows, and its events. `kind` is what the address says: one of TYPES, or "batch". Raises
    InvalidInput, TooLarge or UnsupportedEncoding for what cannot be taken apart into events; what is wrong with one of
    these is a Rejected."""
    text = bodies.unpacked(body, encoding=headers.get("Content-Encoding", ""), limit=MAX_BYTES)
    data = bodies.loaded(text)
    if not isinstance(data, dict):
        raise InvalidInput(fields={"body": ["Must be an object."]})
    items = _batch(data) if kind == "batch" else [data | {"type": kind}]

    def understood(event: dict[str, Any], position: int) -> IncomingEvent:
        return _event(event, position, received_at)

    return Letter(_token(data, headers), each(items, understood))


def _batch(data: dict[str, Any]) -> list[Any]:
    """Its events, with what the batch says of all of them."""
    shared = {name: data[name] for name in ("context", "sentAt") if data.get(name)}
    items = events_in(data.get("batch"), "batch")
    return [shared | item if isinstance(item, dict) else item for item in items]


def _token(data: dict[str, Any], headers: Mapping[str, str]) -> str:
    """Servers show the key as a user's name without a password, browsers in the body."""
    scheme, _, credentials = headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "basic":
        try:
            return base64.b64decode(credentials, validate=True).decode().partition(":")[0]
        except ValueError as error:
            raise InvalidInput(fields={"Authorization": ["Not a user's name and a password in base64."]}) from error
    found = data.get("writeKey")
    return found if isinstance(found, str) else ""


def _event(event: dict[str, Any], position: int, received_at: datetime) -> IncomingEvent:
    context = fields.mapping(event.get("context"), "context")
    properties = _properties(event, context)
    identity, distinct_id, alias = _who(event)
    revenue, currency = fields.revenue(properties)
    at = moments.moment(event.get("originalTimestamp") or event.get("timestamp"))
    return IncomingEvent(
        name=_name(event),
        distinct_id=distinct_id,
        at=moments.corrected(at, sent_at=moments.clock(event.get("sentAt")), received_at=received_at),
        insert_id=fields.text(event.get("messageId"), "messageId")
        or fields.own_id(event, position, None if at else received_at),
        session=fields.text(context.get("sessionId"), "sessionId"),
        properties=properties,
        revenue=revenue,
        currency=currency,
        identity=identity,
        alias=alias,
    )


def _name(event: dict[str, Any]) -> str:
    kind = event.get("type")
    if kind not in TYPES:
        raise Unfit("bad_type", f"type must be one of {', '.join(TYPES)}.")
    if kind != "track":
        return NAMES[kind]
    if name := fields.text(event.get("event"), "event"):
        return name
    raise Unfit("no_name", "An event needs a name in event.")


def _properties(event: dict[str, Any], context: dict[str, Any]) -> dict[str, Any]:
    properties = dict(fields.mapping(event.get("properties"), "properties"))
    if event.get("type") in ("page", "screen"):
        properties |= {name: event[name] for name in ("name", "category") if event.get(name)}
    if traits := fields.mapping(event.get("traits"), "traits"):
        properties["$group_set" if event.get("type") == "group" else "$set"] = traits
    if group := fields.text(event.get("groupId"), "groupId"):
        properties["$group_key"] = group
    return properties | ({"$context": context} if context else {})


def _who(event: dict[str, Any]) -> tuple[Identity, str, str]:
    """Whom it is about, and who that was before: an event with both ids tells that they are one person."""
    user, anonymous, previous = (fields.text(event.get(name), name) for name in ("userId", "anonymousId", "previousId"))
    if not user and not anonymous:
        raise Unfit("no_distinct_id", "An event needs a userId or an anonymousId.")
    if event.get("type") == "alias":
        kind, other = Identity.ALIAS, previous
    else:
        kind, other = Identity.IDENTIFY, anonymous if user else ""
    whom = user or anonymous
    known = other != whom and fields.somebody(other, whom)
    return (kind, whom, other) if known else (Identity.NOTHING, whom, "")
