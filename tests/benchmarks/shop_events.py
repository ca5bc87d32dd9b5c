"""What a shop's visitors do, in the bodies that its programs and pages send."""

import gzip
import json
import random
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import uuid_utils

PEOPLE = 10_000
IDENTIFIED = 0.03  # of sessions
# Six thousand events: half of them native.
_SDKS = (("python", 500), ("js", 500), ("python", 500))
ROUND = (("native", 2_000), *_SDKS, ("native", 1_000), *reversed(_SDKS[:2]), ("js", 500))
NAMES = {
    "$pageview": 40,
    "product viewed": 20,
    "$pageleave": 12,
    "search": 8,
    "product added": 7,
    "cart viewed": 5,
    "checkout started": 3,
    "purchase": 3,
    "coupon entered": 1,
    "review written": 1,
}


@dataclass(frozen=True)
class Batch:
    """A request, and the ids of the events in it."""

    path: str
    headers: dict[str, str]
    body: bytes
    ids: Sequence[str]
    source: str


class Shop:
    """`token` is the key that its programs and pages show."""

    def __init__(self, token: str, seed: int) -> None:
        self.token = token
        self.chance = random.Random(seed)  # noqa: S311 - repeatable, not secret
        self.now = datetime.now(UTC)

    def batches(self) -> Iterator[Batch]:
        """Without an end."""
        while True:
            for source, size in ROUND:
                yield self.batch(source, size)

    def batch(self, source: str, size: int) -> Batch:
        events: list[dict[str, Any]] = []
        while len(events) < size:
            events += self._session(size - len(events))
        return getattr(self, f"_{source}")(events)

    def _session(self, most: int) -> list[dict[str, Any]]:
        chance = self.chance
        person = f"user-{chance.randrange(PEOPLE)}@shop.example"
        start = self.now - timedelta(seconds=chance.uniform(0, 7_200))
        shared = {
            "$session_id": str(uuid_utils.uuid7()),
            "$browser": chance.choice(["Chrome", "Safari", "Firefox", "Edge"]),
            "$browser_version": chance.randrange(110, 130),
            "$os": chance.choice(["Windows", "Mac OS X", "iOS", "Android"]),
            "$device_type": chance.choice(["Desktop", "Mobile"]),
            "$screen_width": chance.choice([390, 1280, 1440, 1920]),
            "utm_source": chance.choice(["newsletter", "search", "direct", None]),
        }
        count = min(most, chance.randrange(3, 12))
        names = chance.choices(list(NAMES), list(NAMES.values()), k=count)
        moments = (start + timedelta(seconds=20 * place + chance.random()) for place in range(count))
        events = [self._event(name, person, at, shared) for name, at in zip(names, moments, strict=True)]
        if chance.random() < IDENTIFIED:
            events[0] |= {"name": "$identify", "alias": f"device-{uuid.UUID(int=chance.getrandbits(128))}"}
        return events

    def _event(self, name: str, person: str, at: datetime, shared: dict[str, Any]) -> dict[str, Any]:
        product = self.chance.randrange(2_000)
        properties = {
            "$current_url": f"https://shop.example/products/{product}?ref=list",
            "$referrer": "https://shop.example/",
            "product_id": f"sku-{product}",
            "price": product % 97 + 0.95,
            **shared,
        }
        sold = {"revenue": product % 97 + 0.95, "currency": "EUR"} if name == "purchase" else {}
        return {"name": name, "distinct_id": person, "at": at.isoformat(), "properties": properties, **sold}

    def _native(self, events: list[dict[str, Any]]) -> Batch:
        ids = [str(uuid.UUID(int=self.chance.getrandbits(128))) for _ in events]
        sent = [
            event | {"insert_id": id_, "session": event["properties"]["$session_id"]}
            | ({"identity": "identify"} if "alias" in event else {})
            for id_, event in zip(ids, events, strict=True)
        ]  # fmt: skip
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        return Batch("/api/v1/events/", headers, json.dumps({"events": sent}).encode(), ids, "native")

    def _python(self, events: list[dict[str, Any]]) -> Batch:
        ids = [str(uuid.UUID(int=self.chance.getrandbits(128))) for _ in events]
        sent = [
            {**self._captured(event), "distinct_id": event["distinct_id"], "uuid": id_, "$lib": "posthog-python"}
            for id_, event in zip(ids, events, strict=True)
        ]
        body = {"batch": sent, "historical_migration": False, "sentAt": self.now.isoformat(), "api_key": self.token}
        headers = {"Content-Type": "application/json"}
        return Batch("/ingest/posthog/batch/", headers, json.dumps(body).encode(), ids, "posthog")

    def _js(self, events: list[dict[str, Any]]) -> Batch:
        ids = [str(uuid_utils.uuid7()) for _ in events]
        sent = [
            {"uuid": id_, **(captured := self._captured(event)),
             "properties": captured["properties"] | {"token": self.token, "distinct_id": event["distinct_id"]}}
            for id_, event in zip(ids, events, strict=True)
        ]  # fmt: skip
        path = "/ingest/posthog/i/v0/e/?ip=0&ver=1.298.0&compression=gzip-js"
        body = gzip.compress(json.dumps(sent, separators=(",", ":")).encode(), 6)
        return Batch(path, {"Content-Type": "text/plain"}, body, ids, "posthog")

    def _captured(self, event: dict[str, Any]) -> dict[str, Any]:
        added: dict[str, Any] = {key: event[key] for key in ("revenue", "currency") if key in event}
        if "alias" in event:
            added["$anon_distinct_id"] = event["alias"]
        return {"event": event["name"], "timestamp": event["at"], "properties": event["properties"] | added}
