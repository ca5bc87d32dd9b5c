"""Work that nobody wants any more, and whose provider may still be at it: noted here, in the transaction that ends the
job; told to the provider by services/calling_off.py, outside any."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Case, Q, When
from django.db.models.functions import Now

from ai_studio import bells, costs
from ai_studio.choices import CancelState, SubmitState
from ai_studio.models import Attempt, Generation


def end_open_attempt(generation: Generation, *, error_code: str, error_message: str) -> None:
    """The job ends while an attempt of it is open: close that one, with what it cost, and have its provider told."""
    attempt = open_attempt(generation)
    if attempt is None:
        return
    closed = {"finished_at": Now(), "error_code": error_code, "error_message": error_message}
    spent = costs.kept(costs.of_silence(generation, attempt))
    Attempt.objects.filter(pk=attempt.pk).update(**closed, **spent)
    want(attempt)


def open_attempt(generation: Generation) -> Attempt | None:
    """The one its provider may be at work on."""
    sent = (SubmitState.SENT, SubmitState.ACCEPTED, SubmitState.UNKNOWN)
    attempts = Attempt.objects.filter(generation=generation, submit_state__in=sent, finished_at=None)
    return attempts.order_by("number").last()


def want(attempt: Attempt) -> None:
    """Have the provider told. It cannot know yet what is meant while its answer is on its way: that one is given the
    time of a lease to arrive, and then the attempt's key must do."""
    if _request(Attempt.objects.filter(pk=attempt.pk)) and attempt.external_id:
        bells.call_off_on_commit(attempt.brand_id, attempt.pk)


def accepted_too_late(attempt: Attempt, external_id: str) -> None:
    """A provider took a job, or a further stage of it, whose attempt was over by then: cancelled, or given to another
    worker."""
    another = Q(external_id="") | ~Q(error_code="") & ~Q(external_id=external_id)
    over = Attempt.objects.filter(another, pk=attempt.pk, finished_at__isnull=False)
    if over.update(external_id=external_id, submit_state=SubmitState.ACCEPTED):
        attempt.external_id = external_id
        want(attempt)


def _request(attempts: models.QuerySet[Any]) -> int:
    later = Now() + timedelta(seconds=settings.STUDIO_LEASE_SECONDS)
    return attempts.update(
        cancel_state=CancelState.REQUESTED,
        cancel_tries=0,
        cancel_error="",
        cancel_next_at=Case(When(external_id="", then=later), default=Now()),
    )


def due(attempts: models.QuerySet[Any]) -> models.QuerySet[Any]:
    """Those of `attempts` whose provider is to be told now."""
    return attempts.filter(cancel_state=CancelState.REQUESTED, cancel_next_at__lte=Now())
