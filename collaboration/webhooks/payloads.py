"""What is sent: {type, timestamp, data}, less than 20,000 bytes."""

import json
from datetime import datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

from brands.models import DomainEvent
from collaboration.events import subject
from collaboration.models import WebhookDelivery
from collaboration.models.webhook_delivery import MAX_RESOURCE

MOST_BYTES = 20_000
LONGEST_ID = 64
# Events hold facts only. Should one ever bring more, it goes no further.
_NOBODYS = frozenset({"prompt", "negative_prompt", "text", "body", "email", "password", "token", "secret", "ip"})


def body_of(delivery: WebhookDelivery) -> bytes:
    """The same bytes each time it is sent."""
    event = delivery.event
    data = {"webhook": str(delivery.endpoint_id)} if event is None else facts(event)
    body = _encoded(delivery.event_type, delivery.event_at, data)
    return body if len(body) < MOST_BYTES else _encoded(delivery.event_type, delivery.event_at, _ids(data))


def facts(event: DomainEvent) -> dict[str, Any]:
    """`brand` and `seq`, its number in the brand's log, are in each; so are `resource_type` and `resource_id` of what
    is about a resource."""
    about = subject(event.type, event.payload)
    told: dict[str, Any] = without_private(event.payload)
    if about.resource_type:
        told |= {"resource_type": about.resource_type, "resource_id": about.resource_id}
    return told | {"brand": str(event.brand_id), "seq": event.seq}


def line_of(event: DomainEvent) -> str:
    """What is kept in order: events about the same. Those of a kind that name nothing are one line."""
    about = subject(event.type, event.payload)
    if about.resource_type:
        return f"{about.resource_type}:{about.resource_id}"[:MAX_RESOURCE]
    first = event.type.partition(".")[0]
    named = event.payload.get(first) or event.payload.get(first.rpartition("_")[2], "")
    return f"{first}:{named}"[:MAX_RESOURCE]


def without_private(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: without_private(each) for name, each in value.items() if name not in _NOBODYS}
    return [without_private(each) for each in value] if isinstance(value, list) else value


def _ids(data: dict[str, Any]) -> dict[str, Any]:
    """What remains of too much: what names things, so that they can be asked for."""
    always: dict[str, Any] = {
        name: data[name] for name in ("brand", "seq", "resource_type", "resource_id") if name in data
    }
    short = {name: value for name, value in data.items() if isinstance(value, int) or _is_id(value)}
    kept = short if len(json.dumps(short, cls=DjangoJSONEncoder)) < MOST_BYTES // 2 else {}
    return {**kept, **always, "truncated": True}


def _is_id(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= LONGEST_ID


def _encoded(type_: str, at: datetime, data: dict[str, Any]) -> bytes:
    document = {"type": type_, "timestamp": at.isoformat(), "data": data}
    return json.dumps(document, cls=DjangoJSONEncoder, ensure_ascii=False, separators=(",", ":")).encode()
