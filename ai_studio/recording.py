"""Writing down a step that did not end well, or not yet: in the brand's scope, and only while the job is ours."""

import logging
import random
from dataclasses import replace
from datetime import timedelta

from django.conf import settings
from django.db.models import F
from django.db.models.functions import Now

from ai_studio import bells, calling_off, closing, costs, unheard
from ai_studio.announcements import announce, tell_progress
from ai_studio.choices import Stage, Status, SubmitState
from ai_studio.failures import Failure
from ai_studio.falling_over import fall_over
from ai_studio.leases import Claim, ours
from ai_studio.models import Attempt, Generation
from ai_studio.providers.base import AbandonedError, Running
from brands.tenancy.scope import brand_scope

logger = logging.getLogger(__name__)

BACKOFF_BASE_SECONDS = 2.0
BACKOFF_CAP_SECONDS = 60.0
POLL_AGAIN_SECONDS = 5.0
JITTER_SECONDS = 0.5


def note_sending(claim: Claim) -> None:
    """The next poll submits paid work: from here on the attempt is taken for lost if nothing more is heard of it.

    Raises AbandonedError when the job is no longer ours.
    """
    generation = claim.generation
    with brand_scope(generation.brand_id):
        still = ours(generation).select_for_update().values_list("pk").first()
        accepted = Attempt.objects.filter(pk=claim.attempt.pk, submit_state=SubmitState.ACCEPTED)
        if still is None or not accepted.update(submit_state=SubmitState.SENT):
            raise AbandonedError
    claim.attempt.submit_state = SubmitState.SENT


def record_running(claim: Claim, outcome: Running) -> None:
    generation = claim.generation
    progress = max(generation.progress, min(outcome.progress or 0, 99))
    with brand_scope(generation.brand_id):
        if not ours(generation).update(
            lease_until=None,
            claims=0,
            next_step_at=Now() + timedelta(seconds=outcome.poll_after_seconds),
            stage=Stage.RENDERING,
            progress=progress,
            status_seq=F("status_seq") + 1,
        ):
            if not (unheard.word_may_come(generation) and unheard.heard(claim.attempt, outcome.external_id)):
                calling_off.accepted_too_late(claim.attempt, outcome.external_id)
            return
        Attempt.objects.filter(pk=claim.attempt.pk).update(
            submit_state=SubmitState.ACCEPTED, external_id=outcome.external_id, raw_answer=dict(outcome.raw)
        )
        bells.ring_on_commit(generation.queue, after_seconds=outcome.poll_after_seconds)
        if progress != generation.progress:
            tell_progress(brand_id=generation.brand_id, generation_id=generation.id, percent=progress)


def record_failure(claim: Claim, failure: Failure) -> None:
    generation = claim.generation
    with brand_scope(generation.brand_id):
        if failure.awaited or claim.is_unheard_of:
            _await_word(claim)
            return
        if failure.again and claim.attempt.external_id and not failure.over:
            _poll_again(claim, failure)
            return
        left = claim.attempt.number < settings.STUDIO_MAX_ATTEMPTS
        recorded = left and failure.elsewhere and fall_over(claim, cause=failure.code, message=failure.message)
        if recorded:
            _note_cost(claim.attempt, failure)
        else:
            put_back = left and failure.again
            recorded = _put_back(claim, failure) if put_back else _fail(generation, failure, claim.attempt)
        if recorded:
            _close_attempt(
                claim,
                submit_state=failure.submit_state,
                error_code=failure.code,
                error_message=failure.message,
            )


def record_silence(claim: Claim) -> None:
    """Nothing was heard of the submission whose answer was lost."""
    with brand_scope(claim.generation.brand_id):
        _await_word(claim)


def put_off(claim: Claim, *, cause: str, message: str, seconds: float) -> None:
    """Its provider is not to be asked now: another one is, or the same later. Nothing was sent, so the attempt never
    was."""
    with brand_scope(claim.generation.brand_id):
        moved = fall_over(claim, cause=cause, message=message)
        later = min(seconds, BACKOFF_CAP_SECONDS) + random.uniform(0, JITTER_SECONDS)  # noqa: S311
        if moved or _wait(claim, later, stage=Stage.QUEUED):
            Attempt.objects.filter(pk=claim.attempt.pk).delete()


def hand_back(claim: Claim) -> None:
    """Claimed for a slot that did not come: it is due again at once, and as it was before the claim."""
    generation, attempt = claim.generation, claim.attempt
    with brand_scope(generation.brand_id):
        begun = claim.is_accepted or claim.is_unheard_of
        stage = Stage.RENDERING if begun else Stage.QUEUED
        if not ours(generation).update(lease_until=None, claims=F("claims") - 1, stage=stage, next_step_at=Now()):
            return
        if not begun:
            Attempt.objects.filter(pk=attempt.pk).delete()
        if claim.lost:
            former = Attempt.objects.filter(generation=generation, number=attempt.number - 1)
            former.update(submit_state=SubmitState.SENT, finished_at=None, error_code="", error_message="")
        bells.ring_on_commit(generation.queue)


def refuse(claim: Claim, failure: Failure) -> None:
    """End a job without asking its provider, which is told if it has it already."""
    with brand_scope(claim.generation.brand_id):
        at_work = claim.is_accepted or claim.is_unheard_of
        if at_work:
            failure = replace(failure, cost=costs.of_silence(claim.generation, claim.attempt))
        if not _fail(claim.generation, failure, claim.attempt):
            return
        closed = {"error_code": failure.code, "error_message": failure.message}
        if at_work:
            calling_off.end_open_attempt(claim.generation, **closed)
        else:
            _close_attempt(claim, submit_state=failure.submit_state, **closed)


def fail_overdue(generation: Generation) -> None:
    """End a job whose deadline has passed and that nobody works on."""
    with brand_scope(generation.brand_id):
        attempt = calling_off.open_attempt(generation)
        cost = None if attempt is None else costs.of_silence(generation, attempt)
        failure = Failure("deadline", "It was not done by its deadline.", again=False, cost=cost)
        if _fail(generation, failure, attempt):
            calling_off.end_open_attempt(generation, error_code=failure.code, error_message=failure.message)


def _poll_again(claim: Claim, failure: Failure) -> None:
    """As often as it takes, until the deadline: the attempt goes on and nothing is sent twice."""
    logger.info("polled in vain: %s: %s", claim.generation.id, failure.message)
    delay = POLL_AGAIN_SECONDS if failure.retry_after_seconds is None else failure.retry_after_seconds
    if _wait(claim, delay, stage=Stage.RENDERING):
        Attempt.objects.filter(pk=claim.attempt.pk).update(submit_state=SubmitState.ACCEPTED)


def _await_word(claim: Claim) -> None:
    """Whether the provider took the job is not known. It is never asked again: its webhook, or a look at its own
    records, may tell. When nothing has for STUDIO_UNKNOWN_SECONDS, the job ends."""
    generation, attempt = claim.generation, claim.attempt
    if ours(generation).select_for_update().values_list("pk").first() is None:
        return
    if Attempt.objects.filter(pk=attempt.pk, submit_state=SubmitState.ACCEPTED).exists():  # word came meanwhile
        _wait(claim, 0.0, stage=Stage.RENDERING)
    elif (left_seconds := unheard.seconds_left(claim)) > 0:
        Attempt.objects.filter(pk=attempt.pk).update(submit_state=SubmitState.UNKNOWN)
        _wait(claim, min(unheard.LOOK_AGAIN_SECONDS, left_seconds), stage=Stage.RENDERING)
    else:
        failure = replace(unheard.GIVEN_UP, cost=costs.of_silence(generation, attempt))
        _fail(generation, failure, attempt)
        _close_attempt(claim, submit_state=failure.submit_state, error_code=failure.code, error_message=failure.message)


def _put_back(claim: Claim, failure: Failure) -> bool:
    """Another attempt, later: exponential backoff with full jitter, or what the provider asked for."""
    recorded = _wait(claim, _backoff_seconds(claim.attempt.number, failure.retry_after_seconds), stage=Stage.QUEUED)
    if recorded:
        _note_cost(claim.attempt, failure)
    return recorded


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


def _fail(generation: Generation, failure: Failure, attempt: Attempt | None) -> bool:
    if not _end(generation, status=Status.FAILED, error_code=failure.code, error_message=failure.message):
        return False
    if attempt is not None:
        _note_cost(attempt, failure)
    closing.close(generation)
    generation.status, generation.error_code = Status.FAILED, failure.code
    announce("generation.failed", generation)
    return True


def _note_cost(attempt: Attempt, failure: Failure) -> None:
    if failure.cost is not None:
        Attempt.objects.filter(pk=attempt.pk).update(**costs.kept(failure.cost))


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
