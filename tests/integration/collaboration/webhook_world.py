"""What tests of webhooks share: endpoints, events, and turns of the worker in this process."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.utils import timezone

from brands import events
from brands.tenancy.scope import brand_scope
from collaboration.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint
from collaboration.webhooks import endpoints, reading, turns
from collaboration.webhooks.endpoints import Issued
from tests.factories import Tenant


def endpoint(tenant: Tenant, url: str, *event_types: str) -> Issued:
    with brand_scope(tenant.brand):
        return endpoints.create(actor=tenant.actor(), url=url, event_types=event_types or ["*"])


def happens(tenant: Tenant, *ids: UUID, type: str = "generation.completed", **facts: Any) -> None:  # noqa: A002
    """An event for each generation's id; of one generation without any."""
    payloads = [{"generation": str(id_), **facts} for id_ in ids or (uuid4(),)]
    with brand_scope(tenant.brand):
        events.append_many(brand_id=tenant.id, type=type, payloads=payloads)


def read(tenant: Tenant, *, at: datetime | None = None) -> int:
    return reading.read(brand_id=tenant.id, at=at or timezone.now())


def deliver(issued: Issued, *, after: timedelta = timedelta(0)) -> int:
    """A worker's turn, as if so much time had passed."""
    made = issued.endpoint
    return turns.deliver(brand_id=made.brand_id, endpoint_id=made.pk, at=timezone.now() + after)


def told(tenant: Tenant, issued: Issued, *ids: UUID, **facts: Any) -> int:
    """It happens, is read and sent. Returns the tries."""
    happens(tenant, *ids, **facts)
    read(tenant)
    return deliver(issued)


def deliveries(tenant: Tenant) -> list[WebhookDelivery]:
    with brand_scope(tenant.brand):
        return list(WebhookDelivery.objects.order_by("seq", "id").prefetch_related("attempts"))


def attempts(tenant: Tenant) -> list[WebhookAttempt]:
    with brand_scope(tenant.brand):
        return list(WebhookAttempt.objects.order_by("id"))


def now(issued: Issued) -> WebhookEndpoint:
    with brand_scope(issued.endpoint.brand_id):
        return WebhookEndpoint.objects.get(pk=issued.endpoint.pk)
