"""Endpoints: made, changed, given another secret, deleted. Who directs a brand's events somewhere must be allowed to
know of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from brands import audit, egress, events
from brands.egress import EgressRefused
from brands.errors import Conflict, InvalidInput, NotFound
from brands.models import Brand
from brands.permissions import Actor, require, visible
from collaboration.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint
from collaboration.webhooks import bells, catalogue, reading, signing

CAPABILITY = "webhook.manage"
MOST = 50
_CHANGEABLE = ("url", "description", "event_types", "active")


class TooManyWebhooks(Conflict):
    code = "too_many_webhooks"
    title = "The brand has as many webhooks as it may have"


@dataclass(frozen=True)
class Issued:
    """An endpoint with its secret, which is not shown again."""

    endpoint: WebhookEndpoint
    secret: str


def create(*, actor: Actor, url: str, event_types: Sequence[str], description: str = "", active: bool = True) -> Issued:
    """Raises InvalidInput naming `url` or `event_types`, TooManyWebhooks, SecretUnavailable."""
    brand = Brand.objects.select_for_update(no_key=True, of=("self",)).get(pk=actor.brand_id)
    require(actor, CAPABILITY, brand)
    _check_url(url)
    catalogue.check(event_types, actor)
    if WebhookEndpoint.objects.count() >= MOST:
        raise TooManyWebhooks(f"A brand has at most {MOST}.")
    reading.held_place(brand.pk)
    made = WebhookEndpoint.objects.create(
        brand=brand,
        url=url,
        event_types=_each_once(event_types),
        description=description,
        active=active,
        since_seq=reading.last_seq(brand.pk),
        created_by_id=actor.user_id,
    )
    secret = signing.keep_first(made, by_id=actor.user_id)
    _record(actor, "webhook.created", made)
    return Issued(made, secret)


def change(*, actor: Actor, endpoint: WebhookEndpoint, **changes: Any) -> WebhookEndpoint:
    """Set what `changes` names. Switched on again it goes on with what waits, and with what happens from now on."""
    reading.held_place(endpoint.brand_id)
    endpoint = held(actor, endpoint)
    changed = sorted(name for name in _CHANGEABLE if name in changes and changes[name] != getattr(endpoint, name))
    if "url" in changed:
        _check_url(changes["url"])
    for name in changed:
        setattr(endpoint, name, changes[name])
    endpoint.event_types = _each_once(endpoint.event_types)
    if {"url", "event_types", "active"} & set(changed):
        catalogue.check(endpoint.event_types, actor)
    if "active" in changed and endpoint.active:
        endpoint.since_seq = reading.last_seq(endpoint.brand_id)
    if endpoint.active and {"url", "active"} & set(changed):
        _begin_anew(endpoint)
    if changed:
        endpoint.save()
        _record(actor, "webhook.changed", endpoint, changed=changed)
    return endpoint


def rotate(*, actor: Actor, endpoint: WebhookEndpoint, overlap: timedelta, at: datetime) -> Issued:
    """Another secret. Until `overlap` is over both sign."""
    endpoint = held(actor, endpoint)
    secret = signing.replace(endpoint, overlap=overlap, at=at, by_id=actor.user_id)
    endpoint.save(update_fields=["former_secret_until", "updated_at"])
    _record(actor, "webhook.rotated", endpoint, overlap_seconds=int(overlap.total_seconds()))
    return Issued(endpoint, secret)


def delete(*, actor: Actor, endpoint: WebhookEndpoint) -> None:
    """With its secrets and its log; what waits is sent to nobody."""
    endpoint = held(actor, endpoint)
    _record(actor, "webhook.deleted", endpoint)
    signing.forget(endpoint)
    WebhookAttempt.objects.filter(delivery__endpoint=endpoint).delete()
    WebhookDelivery.objects.filter(endpoint=endpoint).delete()
    endpoint.delete()


def held(actor: Actor, endpoint: WebhookEndpoint) -> WebhookEndpoint:
    """As it is now, until the commit; nothing of it is claimed meanwhile. NotFound when it is gone."""
    seen = visible(actor, CAPABILITY, WebhookEndpoint.objects.select_related("created_by"))
    found: WebhookEndpoint | None = seen.select_for_update(no_key=True, of=("self",)).filter(pk=endpoint.pk).first()
    if found is None:
        raise NotFound()
    require(actor, CAPABILITY, found)
    return found


def _begin_anew(endpoint: WebhookEndpoint) -> None:
    endpoint.disabled, endpoint.disabled_at = "", None
    endpoint.failing_since, endpoint.rests_until = None, None
    endpoint.tries_failed = endpoint.events_failed = 0
    bells.deliver_on_commit(endpoint, times=bells.PARALLEL)


def _check_url(url: str) -> None:
    try:
        egress.check(url)
    except EgressRefused as error:
        raise InvalidInput(fields={"url": [error.detail]}) from error


def _each_once(patterns: Sequence[str]) -> list[str]:
    return sorted(set(patterns))


def _record(actor: Actor, action: str, endpoint: WebhookEndpoint, **details: Any) -> None:
    """Addresses may hold what opens doors at the other side: neither the trail nor the log repeats them."""
    audit.record(actor=actor, action=action, obj=endpoint, event_types=endpoint.event_types, **details)
    payload = {"webhook": str(endpoint.pk), "user": actor.user_id, "active": endpoint.active, **details}
    events.append(brand_id=endpoint.brand_id, type=action, payload=payload)
