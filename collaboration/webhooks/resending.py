"""Sending again what was given up, and what happened while an endpoint was switched off."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet
from django.db.models.functions import Now

from brands import audit
from brands.errors import Conflict, InvalidInput, NotFound
from brands.models import DomainEvent
from brands.permissions import Actor, visible
from collaboration.models import WebhookDelivery, WebhookEndpoint
from collaboration.webhooks import bells, catalogue, endpoints, reading, withholding
from collaboration.webhooks.choices import DeliveryStatus
from collaboration.webhooks.upkeep import KEPT

MOST = 10_000


class NotResendable(Conflict):
    code = "webhook_not_resendable"
    title = "This cannot be sent again"


@dataclass(frozen=True)
class Resent:
    """`failed`: deliveries that were given up, tried anew; `missed`: events that had none. `more`: ask once more."""

    failed: int
    missed: int
    more: bool


def resend(*, actor: Actor, delivery_id: UUID) -> WebhookDelivery:
    """One, whatever came of it, under the same webhook-id. It keeps no later event waiting."""
    delivery = visible(actor, endpoints.CAPABILITY, WebhookDelivery.objects.all()).filter(pk=delivery_id).first()
    if delivery is None:
        raise NotFound()
    endpoint = _switched_on(actor, WebhookEndpoint(pk=delivery.endpoint_id))
    delivery = WebhookDelivery.objects.select_for_update(no_key=True, of=("self",)).get(pk=delivery_id)
    if delivery.event_id is None:
        raise NotResendable("It was a test: ask for another one.")
    if delivery.lease_until is not None:
        raise NotResendable("It is being sent.")
    _anew(WebhookDelivery.objects.filter(pk=delivery.pk), holds_until=Now())
    audit.record(actor=actor, action="webhook.resent", obj=delivery, event_type=delivery.event_type)
    bells.deliver_on_commit(endpoint)
    delivery.refresh_from_db()
    return delivery


def resend_failed(
    *, actor: Actor, endpoint: WebhookEndpoint, since: datetime, at: datetime, missed: bool = False
) -> Resent:
    """All that was given up of what happened since; with `missed` also what happened while it was switched off. The
    first 10,000 of each; in order, so that later events of the same resource wait for them.

    Raises InvalidInput for a time before which deliveries are forgotten: it would be sent under another id.
    """
    if since < at - KEPT:
        raise InvalidInput(fields={"since": [f"At most {KEPT.days} days ago."]})
    place = reading.held_place(endpoint.brand_id)
    endpoint = _switched_on(actor, endpoint)
    given_up = WebhookDelivery.objects.filter(
        endpoint=endpoint, status=DeliveryStatus.FAILED, event_at__gte=since, event__isnull=False
    ).order_by("seq")
    failed = list(given_up.values_list("pk", flat=True)[:MOST])
    _anew(WebhookDelivery.objects.filter(pk__in=failed), holds_until=None)
    new = _missed(endpoint, since, up_to=place.last_seq) if missed else []
    added = reading.add(endpoint, new, withholding.withheld(endpoint.brand_id, new), at=at)
    audit.record(actor=actor, action="webhook.failed_resent", obj=endpoint, failed=len(failed), missed=added)
    bells.deliver_on_commit(endpoint, times=len(failed) + added)
    return Resent(len(failed), added, more=MOST in {len(failed), len(new)})


def _missed(endpoint: WebhookEndpoint, since: datetime, *, up_to: int) -> list[DomainEvent]:
    known = WebhookDelivery.objects.filter(endpoint=endpoint, event__isnull=False).values("event_id")
    told = DomainEvent.objects.filter(at__gte=since, seq__lte=up_to, type__in=catalogue.matching(endpoint.event_types))
    return list(told.exclude(pk__in=known).order_by("seq")[:MOST])


def _anew(deliveries: "QuerySet[WebhookDelivery]", *, holds_until: Now | None) -> None:
    deliveries.update(
        status=DeliveryStatus.WAITING, tries=0, next_at=Now(), ended_at=None, lease_until=None, holds_until=holds_until
    )


def _switched_on(actor: Actor, endpoint: WebhookEndpoint) -> WebhookEndpoint:
    endpoint = endpoints.held(actor, endpoint)
    if not endpoint.active:
        raise NotResendable("The webhook is switched off: switch it on first.")
    return endpoint
