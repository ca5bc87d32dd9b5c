"""Who sends what: the next due delivery of an endpoint, with a lease and a fence.

In order: a later event of a resource waits while an earlier one of the same waits for its next try, for
WEBHOOK_ORDER_SECONDS after that one's first; then it goes first. Other resources never wait for it.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Now
from django.utils import timezone

from brands.key_ring import SecretUnavailable
from brands.tenancy.scope import brand_scope
from collaboration.models import WebhookDelivery, WebhookEndpoint
from collaboration.webhooks import payloads, signing
from collaboration.webhooks.bells import PARALLEL
from collaboration.webhooks.choices import DeliveryStatus

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Claim:
    """A delivery that is ours until its lease ends, and all that is needed to send it. `keys` sign it; none when they
    cannot be read. `last`: there is no further try; `lost`: nor is there this one, for those before it were the end of
    their workers."""

    delivery: WebhookDelivery
    endpoint: WebhookEndpoint
    body: bytes
    keys: list[str]
    at: datetime
    last: bool
    lost: bool = False


def claim(*, brand_id: UUID, endpoint_id: UUID, at: datetime | None = None) -> Claim | None:
    """The next one, or None. Committed before anything is sent. `at`: by default the database's time."""
    with brand_scope(brand_id):
        # One at a time: what is under way and what is first in line are counted under the endpoint's lock.
        endpoint, now = _held(endpoint_id)
        at = at or now
        if endpoint is None or _is_busy(endpoint, at):
            return None
        delivery = _next(endpoint, at)
        return None if delivery is None else take(delivery, endpoint, at)


def take(delivery: WebhookDelivery, endpoint: WebhookEndpoint, at: datetime) -> Claim:
    """In the brand's scope, with the endpoint held."""
    delivery.fence += 1
    delivery.tries += 1
    delivery.lease_until = at + lease()
    delivery.save(update_fields=["fence", "tries", "lease_until"])
    most = len(settings.WEBHOOK_RETRY_SECONDS) + 1
    return Claim(
        delivery,
        endpoint,
        payloads.body_of(delivery),
        _keys(endpoint, at),
        at,
        last=delivery.tries >= most or delivery.event_id is None,
        lost=delivery.tries > most,
    )


def lease() -> timedelta:
    """Longer than any request: nobody takes over what is still under way."""
    return timedelta(seconds=2 * settings.WEBHOOK_TIMEOUT_SECONDS + 5)


def ours(claim: Claim) -> QuerySet[WebhookDelivery]:
    """The row, if nobody claimed or ended it since. In the brand's scope."""
    delivery = claim.delivery
    return WebhookDelivery.objects.filter(pk=delivery.pk, fence=delivery.fence, status=DeliveryStatus.WAITING)


def due_now(at: datetime | Now) -> Q:
    """Of what waits: its time has come, and nobody is at it."""
    free = Q(lease_until=None) | Q(lease_until__lte=at)
    return free & Q(status=DeliveryStatus.WAITING, next_at__lte=at)


def _held(endpoint_id: UUID) -> tuple[WebhookEndpoint | None, datetime]:
    """If it is switched on; and the database's time."""
    switched_on = WebhookEndpoint.objects.filter(pk=endpoint_id, active=True)
    found: Any = switched_on.select_for_update(no_key=True, of=("self",)).annotate(now=Now()).first()
    return (None, timezone.now()) if found is None else (found, found.now)


def _is_busy(endpoint: WebhookEndpoint, at: datetime) -> bool:
    """It has as many as it may have at once. One that fails is let alone, and then tried with one at a time."""
    if endpoint.rests_until is not None and endpoint.rests_until > at:
        return True
    under_way = WebhookDelivery.objects.filter(
        endpoint=endpoint, status=DeliveryStatus.WAITING, lease_until__gt=at
    ).count()
    return under_way >= (1 if endpoint.rests_until is not None else PARALLEL)


def _next(endpoint: WebhookEndpoint, at: datetime) -> WebhookDelivery | None:
    waiting = WebhookDelivery.objects.filter(endpoint=endpoint, status=DeliveryStatus.WAITING)
    earlier = waiting.filter(
        Q(holds_until=None) | Q(holds_until__gt=at), resource=OuterRef("resource"), seq__lt=OuterRef("seq")
    )
    # The first of them, not whether there is one: so PostgreSQL looks row by row along the line's index, and does not
    # join all that waits with all that waits.
    ahead = Subquery(earlier.order_by("seq").values("seq")[:1])
    first = waiting.alias(ahead=ahead).filter(due_now(at), ahead=None).order_by("next_at", "seq")
    found: WebhookDelivery | None = first.select_related("event").first()
    return found


def _keys(endpoint: WebhookEndpoint, at: datetime) -> list[str]:
    try:
        return signing.of(endpoint, at=at)
    except SecretUnavailable as error:
        logger.error("webhook %s cannot be signed: %s", endpoint.pk, error)  # noqa: TRY400 - the installation's keys
        return []
