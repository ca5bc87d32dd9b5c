"""A webhook arrives. Its body is never the result: it makes the job due, and the worker reads the provider again. Only
of a submission whose answer was lost a proven webhook says one thing more: under which name the provider has it."""

import logging
from collections.abc import Mapping
from datetime import datetime

from django.db.models.functions import Now

from ai_studio import bells, calling_off, unheard
from ai_studio.choices import Status, SubmitState
from ai_studio.errors import ForgedWebhook, WebhookUncheckable
from ai_studio.models import Attempt, Generation
from ai_studio.providers import registry
from ai_studio.providers.base import ForgedLetterError, Letter, Provider, ProviderError
from ai_studio.webhooks_in import addresses
from brands.errors import NotFound
from brands.tenancy.scope import brand_scope

logger = logging.getLogger(__name__)


def receive(*, provider: str, token: str, headers: Mapping[str, str], body: bytes, at: datetime) -> None:
    """Raises NotFound for an address that is none of ours, ForgedWebhook, WebhookUncheckable. Says nothing of whether
    the job is still there: to whoever proved to be the provider, all is well."""
    addressed = addresses.read(provider=provider, token=token)
    adapter = registry.providers().get(provider)
    if adapter is None:
        raise NotFound
    with brand_scope(addressed.brand_id):
        attempt = Attempt.objects.filter(pk=addressed.attempt_id, provider=provider).first()
    model = attempt.model if attempt else ""
    external_id = _proven(adapter, Letter(addressed.brand_id, model, headers, body, at))
    if attempt is not None:
        with brand_scope(addressed.brand_id):
            _note(attempt, external_id)


def _proven(adapter: Provider, letter: Letter) -> str:
    """The name of the work it tells of; empty from providers that prove nothing."""
    if not adapter.signs_webhooks:
        return ""
    try:
        return adapter.verify_webhook(letter)
    except ForgedLetterError as error:
        logger.warning("a webhook of %s was refused: %s", adapter.name, error)
        raise ForgedWebhook from error
    except ProviderError as error:
        raise WebhookUncheckable(retry_after=60) from error


def _note(attempt: Attempt, external_id: str) -> None:
    if external_id and (attempt.external_id not in ("", external_id) or unheard.is_of_another(attempt, external_id)):
        return
    if external_id and not attempt.external_id and not unheard.heard(attempt, external_id):
        _note_late(attempt, external_id)
    _make_due(attempt)


def _note_late(attempt: Attempt, external_id: str) -> None:
    """The job had ended without word of it: its provider can be told now that nobody waits."""
    ended = Attempt.objects.filter(pk=attempt.pk, submit_state__in=unheard.LOST_STATES, finished_at__isnull=False)
    if ended.exists():
        calling_off.accepted_too_late(attempt, external_id)


def _make_due(attempt: Attempt) -> None:
    """At once, if it waits for its next look; a worker that is at it needs no bell."""
    if not Attempt.objects.filter(pk=attempt.pk, finished_at=None, submit_state=SubmitState.ACCEPTED).exists():
        return
    waiting = Generation.objects.filter(
        pk=attempt.generation_id, status=Status.PROCESSING, lease_until=None, next_step_at__gt=Now()
    )
    if waiting.update(next_step_at=Now()):
        bells.ring_on_commit(attempt.generation.queue)
