"""What a domain event is about: the one table that the live stream, the activity feed, notifications and webhooks read.

Whoever reads the log shows an event only to who may see what it is about. Lower apps name theirs in the payload by
their own words; what this app appends always says `resource_type` and `resource_id`, and `visibility` where a thread
is internal.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

# By the first word of an event's type: the payload's key that holds the id, and the type of resource it is.
RESOURCES = {
    "generation": ("generation", "AI_GENERATION"),
    "collection": ("collection", "COLLECTION"),
    "report": ("report", "ANALYTICS_REPORT"),
}
# What concerns the brand and no resource: the capability that lets one know of it.
_CAPABILITIES = {
    "brand": "brand.view",
    "member": "member.view",
    "role": "member.view",
    "group": "member.view",
    "grant": "member.view",
    "secret": "secret.manage",
    "webhook": "webhook.manage",
    "queue": "generation.run",
    "prompts": "brand.view",
    "routing": "brand.view",
    "template": "asset.view",
    "metric": "analytics.view",
    "funnel": "analytics.view",
    "segment": "analytics.view",
    "anomaly": "analytics.view",
    "event_import": "analytics.view",
    "analytics": "analytics.view",
}
_OTHERWISE = "audit.view"


@dataclass(frozen=True)
class Subject:
    """A resource (type and id), or none and the capability in the brand that one needs. `internal`: not for guests."""

    resource_type: str
    resource_id: str
    capability: str
    internal: bool = False


def subject(type: str, payload: Mapping[str, Any]) -> Subject:  # noqa: A002
    """What an event of `type` with `payload` is about. A resource needs the right to view its type."""
    first = type.partition(".")[0]
    key, resource_type = RESOURCES.get(first, ("resource_id", payload.get("resource_type", "")))
    if payload.get(key) and resource_type:
        return Subject(resource_type, str(payload[key]), "", payload.get("visibility") == "INTERNAL")
    return Subject("", "", _CAPABILITIES.get(first, _OTHERWISE))


def concerned(type: str, payload: Mapping[str, Any]) -> frozenset[tuple[str, str]]:  # noqa: A002
    """The resources that an event concerns: what it is about, and the `items` of a review. Who may not see what it is
    about is not told of it for its items either."""
    about = subject(type, payload)
    items = payload.get("items")
    named = [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []
    held = {(str(item.get("resource_type")), str(item.get("resource_id"))) for item in named}
    return frozenset({(about.resource_type, about.resource_id), *held})
