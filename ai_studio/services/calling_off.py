"""Telling providers that nobody wants their work any more.

The attempt's row is the reminder: it says REQUESTED until the provider has heard, and the sweeper rings for it. Each
try is counted and committed before the provider is asked, so a worker that dies meanwhile costs a try, never the rest.
"""

import logging
from datetime import timedelta
from uuid import UUID

from django.db import connection
from django.db.models import F
from django.db.models.functions import Now

from ai_studio import bells, calling_off
from ai_studio.choices import CancelState
from ai_studio.jobs import job_of
from ai_studio.models import Attempt
from ai_studio.providers import registry
from ai_studio.providers.base import Fault, ProviderError
from brands.tenancy.scope import brand_scope

logger = logging.getLogger(__name__)

MAX_TRIES = 5
PAUSE_SECONDS = 15.0
MAX_RUNG_PER_SWEEP = 100


def tell(*, brand_id: UUID, attempt_id: UUID) -> None:
    """Ask the provider to stop, if that is due, and note how it went. No transaction is open while it is asked."""
    with brand_scope(brand_id):
        attempt = take(attempt_id)
    if attempt is None:
        return
    # The connection goes back to the pool: it is not needed while others work.
    connection.close()
    state, error = _ask(attempt)
    with brand_scope(brand_id):
        _record(attempt, state, error)


def take(attempt_id: UUID) -> Attempt | None:
    """The attempt, for one try; None when it is not due or somebody else's. The next try is due a pause later."""
    pause = timedelta(seconds=PAUSE_SECONDS)
    wanted = calling_off.due(Attempt.objects.filter(pk=attempt_id))
    if not wanted.update(cancel_tries=F("cancel_tries") + 1, cancel_next_at=Now() + (F("cancel_tries") + 1) * pause):
        return None
    attempt: Attempt = Attempt.objects.select_related("generation").get(pk=attempt_id)
    return attempt


def ring_for_due() -> None:
    """Bells that were lost, and tries whose pause is over."""
    waiting = calling_off.due(Attempt.objects.all_brands(reason="sweep")).order_by("cancel_next_at")
    for brand_id, attempt_id in waiting.values_list("brand_id", "pk")[:MAX_RUNG_PER_SWEEP]:
        bells.call_off(brand_id, attempt_id)


def _ask(attempt: Attempt) -> tuple[CancelState, str]:
    again = CancelState.REQUESTED if attempt.cancel_tries < MAX_TRIES else CancelState.GIVEN_UP
    provider = registry.providers().get(attempt.provider)
    if provider is None:
        return CancelState.GIVEN_UP, "The provider was switched off."
    if attempt.cancel_tries > MAX_TRIES:
        return CancelState.GIVEN_UP, "The workers that told it ended without a word."
    try:
        provider.cancel(job_of(attempt.generation, key=attempt.pk), attempt.external_id)
    except ProviderError as error:
        refused = error.fault is Fault.PERMANENT
        return CancelState.GIVEN_UP if refused else again, f"{error.code}: {error.message}"
    except Exception as error:  # a defect of ours: told by its kind, its words stand in the log
        logger.exception("not called off: %s", attempt.generation_id)
        return again, f"An internal error ({type(error).__name__})."
    return CancelState.TOLD, ""


def _record(attempt: Attempt, state: CancelState, error: str) -> None:
    """Unless another try has begun since."""
    ours = Attempt.objects.filter(pk=attempt.pk, cancel_state=CancelState.REQUESTED, cancel_tries=attempt.cancel_tries)
    if state == CancelState.REQUESTED:
        ours.update(cancel_error=error)
    else:
        ours.update(cancel_state=state, cancel_next_at=None, cancel_error=error)
