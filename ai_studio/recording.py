"""Writing down a step that did not end well, or not yet: in the brand's scope, and only while the job is ours."""

import logging
import random
from datetime import timedelta

from django.conf import settings
from django.db.models import F
from django.db.models.functions import Now

from ai_studio import bells, calling_off, ledger
from ai_studio.announcements import announce
from ai_studio.choices import Stage, Status, SubmitState
from ai_studio.failures import Failure
from ai_studio.falling_over import fall_over
from ai_studio.leases import Claim, ours
from ai_studio.models import Attempt, Generation
from ai_studio.providers.base import Running
from brands.tenancy.scope import brand_scope

logger = logging.getLogger(__name__)

BACKOFF_BASE_SECONDS = 2.0
BACKOFF_CAP_SECONDS = 60.0
POLL_AGAIN_SECONDS = 5.0
JITTER_SECONDS = 0.5


def record_running(claim: Claim, outcome: Running) -> None:
    generation = claim.generation
    with brand_scope(generation.brand_id):
        if not ours(generation).update(
            lease_until=None,
            claims=0,
            next_step_at=Now() + timedelta(seconds=outcome.poll_after_seconds),
            stage=Stage.RENDERING,
            progress=max(generation.progress, min(outcome.progress or 0, 99)),
            status_seq=F("status_seq") + 1,
        ):
            calling_off.accepted_too_late(claim.attempt, outcome.external_id)
            return
        Attempt.objects.filter(pk=claim.attempt.pk).update(
            submit_state=SubmitState.ACCEPTED, external_id=outcome.external_id, raw_answer=dict(outcome.raw)
        )
        bells.ring_on_commit(generation.queue, after_seconds=outcome.poll_after_seconds)


def record_failure(claim: Claim, failure: Failure) -> None:
    generation = claim.generation
    with brand_scope(generation.brand_id):
        if failure.again and claim.is_accepted and not failure.over:
            _poll_again(claim, failure)
            return
        left = claim.attempt.number < settings.STUDIO_MAX_ATTEMPTS
        recorded = left and failure.elsewhere and fall_over(claim, cause=failure.code, message=failure.message)
        if not recorded:
            recorded = _put_back(claim, failure) if left and failure.again else _fail(generation, failure)
        if recorded:
            _close_attempt(
                claim,
                submit_state=failure.submit_state,
                error_code=failure.code,
                error_message=failure.message,
            )


def put_off(claim: Claim, *, cause: str, message: str, seconds: float) -> None:
    """Its provider is not to be asked now: another one is, or the same later. Nothing was sent, so the attempt never
    was."""
    with brand_scope(claim.generation.brand_id):
        moved = fall_over(claim, cause=cause, message=message)
        later = min(seconds, BACKOFF_CAP_SECONDS) + random.uniform(0, JITTER_SECONDS)  # noqa: S311
        if moved or _wait(claim, later, stage=Stage.QUEUED):
            Attempt.objects.filter(pk=claim.attempt.pk).delete()


def refuse(claim: Claim, failure: Failure) -> None:
    """End a job without asking its provider, which is told if it has it already."""
    with brand_scope(claim.generation.brand_id):
        if not _fail(claim.generation, failure):
            return
        closed = {"error_code": failure.code, "error_message": failure.message}
        if claim.is_accepted:
            calling_off.end_open_attempt(claim.generation, **closed)
        else:
            _close_attempt(claim, submit_state=failure.submit_state, **closed)


def fail_overdue(generation: Generation) -> None:
    """End a job whose deadline has passed and that nobody works on."""
    failure = Failure("deadline", "It was not done by its deadline.", again=False)
    with brand_scope(generation.brand_id):
        if _fail(generation, failure):
            calling_off.end_open_attempt(generation, error_code=failure.code, error_message=failure.message)


def _poll_again(claim: Claim, failure: Failure) -> None:
    """As often as it takes, until the deadline: the attempt goes on and nothing is sent twice."""
    logger.info("polled in vain: %s: %s", claim.generation.id, failure.message)
    delay = POLL_AGAIN_SECONDS if failure.retry_after_seconds is None else failure.retry_after_seconds
    _wait(claim, delay, stage=Stage.RENDERING)


def _put_back(claim: Claim, failure: Failure) -> bool:
    """Another attempt, later: exponential backoff with full jitter, or what the provider asked for."""
    return _wait(claim, _backoff_seconds(claim.attempt.number, failure.retry_after_seconds), stage=Stage.QUEUED)


def _wait(claim: Claim, delay: float, *, stage: Stage) -> bool:
    recorded = ours(claim.generation).update(
        lease_until=None,
        claims=0,
        stage=stage,
        next_step_at=Now() + timedelta(seconds=delay),
        status_seq=F("status_seq") + 1,
    )
    bells.ring_on_commit(claim.generation.queue, after_seconds=delay)
    return bool(recorded)


def _fail(generation: Generation, failure: Failure) -> bool:
    if not _end(generation, status=Status.FAILED, error_code=failure.code, error_message=failure.message):
        return False
    ledger.release(brand_id=generation.brand_id, generation_id=generation.id)
    generation.status, generation.error_code = Status.FAILED, failure.code
    announce("generation.failed", generation)
    return True


def _end(generation: Generation, **outcome: object) -> bool:
    """Compare and set a terminal state; false when the row is no longer ours."""
    return bool(
        ours(generation).update(
            stage=Stage.DONE,
            completed_at=Now(),
            lease_until=None,
            next_step_at=None,
            claims=0,
            status_seq=F("status_seq") + 1,
            **outcome,
        )
    )


def _close_attempt(claim: Claim, **facts: object) -> None:
    Attempt.objects.filter(pk=claim.attempt.pk).update(finished_at=Now(), **facts)


def _backoff_seconds(attempt: int, asked: float | None) -> float:
    if asked is not None:
        return asked
    ceiling = min(BACKOFF_CAP_SECONDS, BACKOFF_BASE_SECONDS * 2 ** (attempt - 1))
    return random.uniform(0, ceiling)  # noqa: S311  (jitter, not a secret)
