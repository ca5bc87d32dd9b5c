"""An event that did not happen, `webhook.test`, to see whether somebody is there."""

from datetime import datetime, timedelta

from django.db.models.functions import Now

from brands import audit
from brands.errors import TooManyRequests
from brands.models import Brand
from brands.permissions import Actor
from brands.tenancy.scope import brand_scope
from collaboration.models import WebhookDelivery, WebhookEndpoint
from collaboration.models.webhook_delivery import TEST
from collaboration.webhooks import bells, claims, endpoints, recording, sending
from collaboration.webhooks.choices import DeliveryStatus
from collaboration.webhooks.claims import Claim

# Each keeps a thread of ours waiting.
MOST_AT_ONCE = 3
TRY_AGAIN_SECONDS = 5


def send(*, actor: Actor, endpoint: WebhookEndpoint, at: datetime) -> WebhookDelivery:
    """Now, once, also where it is switched off; the delivery tells what came of it. Outside of any transaction.

    Raises TooManyRequests while the brand has others under way.
    """
    with brand_scope(actor.brand_id):
        claim = _claimed(actor, endpoint, at)
    outcome = sending.send(claim)
    recording.record(claim, outcome, at=at + timedelta(milliseconds=outcome.duration_ms))
    with brand_scope(actor.brand_id):
        return WebhookDelivery.objects.prefetch_related("attempts").get(pk=claim.delivery.pk)


def order(*, actor: Actor, endpoint: WebhookEndpoint, at: datetime) -> WebhookDelivery:
    """The same by a worker, for callers that are in a transaction. Its log tells what came of it."""
    endpoint = endpoints.held(actor, endpoint)
    made = _new(actor, endpoint, at)
    WebhookDelivery.objects.filter(pk=made.pk).update(next_at=Now())  # a worker compares it with the database's clock
    bells.deliver_on_commit(endpoint)
    return made


def _claimed(actor: Actor, endpoint: WebhookEndpoint, at: datetime) -> Claim:
    Brand.objects.select_for_update(no_key=True, of=("self",)).get(pk=actor.brand_id)
    under_way = WebhookDelivery.objects.filter(event_type=TEST, status=DeliveryStatus.WAITING, lease_until__gt=at)
    if under_way.count() >= MOST_AT_ONCE:
        raise TooManyRequests("Other tests are still under way.", retry_after=TRY_AGAIN_SECONDS)
    endpoint = endpoints.held(actor, endpoint)
    return claims.take(_new(actor, endpoint, at), endpoint, at)


def _new(actor: Actor, endpoint: WebhookEndpoint, at: datetime) -> WebhookDelivery:
    made: WebhookDelivery = WebhookDelivery.objects.create(
        brand_id=endpoint.brand_id, endpoint=endpoint, event_type=TEST, event_at=at, next_at=at, created_at=at
    )
    audit.record(actor=actor, action="webhook.tested", obj=endpoint)
    return made
