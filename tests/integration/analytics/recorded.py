"""Events for tests, put into the store as adapters do."""

from datetime import UTC, datetime, timedelta
from typing import Any

from analytics.ingest.incoming import IncomingEvent, Outcome, Rejected
from analytics.ingest.storing import store
from tests.factories import Tenant

NOW = datetime(2024, 6, 20, 12, tzinfo=UTC)


def event(name: str = "visit", who: str = "ann", *, minutes: float = 0, **facts: Any) -> IncomingEvent:
    """`minutes` before NOW, or `at` a moment."""
    at = facts.pop("at", NOW - timedelta(minutes=minutes))
    insert_id = facts.pop("insert_id", f"{name} {who} {at.isoformat()}")
    return IncomingEvent(name=name, distinct_id=who, at=at, insert_id=insert_id, **facts)


def put(tenant: Tenant, *events: IncomingEvent | Rejected, at: datetime = NOW) -> Outcome:
    return store(brand_id=tenant.id, events=events, source="test", received_at=at)
