"""What came of a try, written down by whoever still holds the delivery; and endpoints that fail for too long."""

import random
from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings

from brands import audit, events
from brands.permissions import system_actor
from brands.tenancy.scope import brand_scope
from collaboration.models import WebhookAttempt, WebhookEndpoint
from collaboration.webhooks import bells
from collaboration.webhooks.catalogue import DISABLED
from collaboration.webhooks.choices import DeliveryStatus, Disabled
from collaboration.webhooks.claims import Claim, ours
from collaboration.webhooks.sending import Outcome

JITTER = 0.1
# What an endpoint may ask for with Retry-After.
LONGEST_WAIT_SECONDS = 6 * 3600.0
# So many tries in a row that failed, then it rests: each further one twice as long, up to 60 times as long.
TRIES_BEFORE_REST = 8
LONGEST_REST = 60
# So many events in a row were given up, and none was delivered in between.
EVENTS_BEFORE_DISABLED = 50


def record(claim: Claim, outcome: Outcome, *, at: datetime, chance: Callable[[], float] = random.random) -> bool:
    """False when the delivery is not ours any more: whoever took it over writes down what came of theirs."""
    with brand_scope(claim.delivery.brand_id):
        endpoint = (
            WebhookEndpoint.objects.select_for_update(no_key=True, of=("self",)).filter(pk=claim.endpoint.pk).first()
        )
        if endpoint is None or not ours(claim).update(**_next_state(claim, outcome, at, chance)):
            return False
        _log(claim, outcome)
        if claim.delivery.event_id is not None:  # a test says nothing of how it usually is
            _judge(endpoint, claim, outcome, at)
        return True


def give_up_lost(claim: Claim, *, at: datetime) -> None:
    """Every try was the end of its worker: it is not tried again."""
    record(claim, Outcome(0, error_code="worker_lost", error="The worker ended without a word."), at=at)


def _next_state(claim: Claim, outcome: Outcome, at: datetime, chance: Callable[[], float]) -> dict[str, object]:
    told = {"lease_until": None, "status_code": outcome.status_code, "error_code": outcome.error_code}
    if outcome.is_delivered:
        return {**told, "status": DeliveryStatus.DELIVERED, "next_at": None, "ended_at": at}
    if claim.last or outcome.is_gone:
        return {**told, "status": DeliveryStatus.FAILED, "next_at": None, "ended_at": at}
    holds = claim.delivery.holds_until or at + timedelta(seconds=settings.WEBHOOK_ORDER_SECONDS)
    pause = pause_seconds(claim.delivery.tries, outcome.retry_after_seconds, chance)
    bells.deliver_on_commit(claim.endpoint, after_seconds=pause)
    return {**told, "next_at": at + timedelta(seconds=pause), "holds_until": holds}


def pause_seconds(tries: int, asked: float | None, chance: Callable[[], float] = random.random) -> float:
    """After so many tries: the schedule, a tenth more or less; longer when the endpoint asks for it."""
    planned = settings.WEBHOOK_RETRY_SECONDS[tries - 1] * (1 + JITTER * (2 * chance() - 1))
    return max(planned, min(asked or 0.0, LONGEST_WAIT_SECONDS))


def _log(claim: Claim, outcome: Outcome) -> None:
    WebhookAttempt.objects.create(
        brand_id=claim.delivery.brand_id,
        delivery=claim.delivery,
        fence=claim.delivery.fence,
        at=claim.at,
        duration_ms=outcome.duration_ms,
        status_code=outcome.status_code,
        error_code=outcome.error_code,
        error=outcome.error,
        answer=outcome.answer,
    )


def _judge(endpoint: WebhookEndpoint, claim: Claim, outcome: Outcome, at: datetime) -> None:
    if outcome.is_delivered:
        if endpoint.failing_since is not None:
            if endpoint.rests_until is not None:  # what became due while it rested had one thread only
                bells.deliver_on_commit(endpoint, times=bells.PARALLEL)
            endpoint.failing_since, endpoint.rests_until = None, None
            endpoint.tries_failed = endpoint.events_failed = 0
            endpoint.save(update_fields=["failing_since", "rests_until", "tries_failed", "events_failed"])
        return
    endpoint.failing_since = endpoint.failing_since or at
    endpoint.tries_failed += 1
    endpoint.events_failed += int(claim.last)
    endpoint.rests_until = rest(endpoint.tries_failed, at)
    endpoint.save(update_fields=["failing_since", "tries_failed", "events_failed", "rests_until"])
    if endpoint.active and outcome.is_gone:
        disable(endpoint, Disabled.GONE, at=at)
    elif endpoint.active and _fails_too_long(endpoint, at):
        disable(endpoint, Disabled.FAILING, at=at)


def rest(tries_failed: int, at: datetime) -> datetime | None:
    further = tries_failed - TRIES_BEFORE_REST
    if further < 0:
        return None
    return at + timedelta(seconds=settings.WEBHOOK_REST_SECONDS * min(2 ** min(further, 10), LONGEST_REST))


def disable(endpoint: WebhookEndpoint, why: Disabled, *, at: datetime) -> None:
    """Switch it off, and tell: in the audit trail, and in the log that notifications and other webhooks read."""
    endpoint.active, endpoint.disabled, endpoint.disabled_at = False, why, at
    endpoint.save(update_fields=["active", "disabled", "disabled_at", "updated_at"])
    audit.record(actor=system_actor(endpoint.brand_id), action=DISABLED, obj=endpoint, reason=str(why))
    payload = {"webhook": str(endpoint.pk), "reason": str(why), "failing_since": endpoint.failing_since}
    events.append(brand_id=endpoint.brand_id, type=DISABLED, payload=payload)


def _fails_too_long(endpoint: WebhookEndpoint, at: datetime) -> bool:
    since = endpoint.failing_since or at
    days = timedelta(seconds=settings.WEBHOOK_DISABLE_AFTER_SECONDS)
    return at - since >= days or endpoint.events_failed >= EVENTS_BEFORE_DISABLED
