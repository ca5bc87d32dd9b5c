"""The steps of a job: claim → submit or poll → ingest → settle. Short, idempotent, guarded by the fence.

No transaction is open while a provider works. What is written afterwards is written only if the row still
carries our fence; else the work is dropped, because it is somebody else's now, or nobody's.
"""

import json
import logging
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import Error, connection
from django.db.models import F
from django.db.models.functions import Now

from ai_studio import artifacts, bells, calling_off, leases, ledger, metrics, pricing
from ai_studio.announcements import announce, facts
from ai_studio.artifacts import StoredFile
from ai_studio.choices import CostSource, Stage, Status, SubmitState
from ai_studio.leases import Claim, keeper
from ai_studio.models import Attempt, Generation
from ai_studio.providers import registry
from ai_studio.providers.base import (
    AbandonedError,
    Fault,
    Finished,
    Job,
    Outcome,
    OutputFile,
    Provider,
    ProviderError,
    Report,
    Running,
)
from ai_studio.settlement import Settlement, settle
from brands.tenancy.models import BrandQuerySet
from brands.tenancy.scope import brand_scope

logger = logging.getLogger(__name__)

POISON_CLAIMS = 3
BACKOFF_BASE_SECONDS = 2.0
BACKOFF_CAP_SECONDS = 60.0
POLL_AGAIN_SECONDS = 5.0

StoredFiles = Sequence[tuple[OutputFile, StoredFile]]


@dataclass(frozen=True)
class Failure:
    """Why a step did not succeed, and whether another attempt makes sense."""

    code: str
    message: str
    again: bool
    submit_state: SubmitState = SubmitState.REJECTED
    retry_after_seconds: float | None = None


def step(claim: Claim, *, then: str | None = None) -> Claim | None:
    """Do the claimed job's next step, record how it went, and claim the next job of the queue `then`, if given.

    With the database away nothing can be recorded: that error is the caller's, the lease runs out and the sweeper
    rings again.
    """
    if refusal := _refusal(claim):
        _refuse(claim, refusal)
        return _next(then)
    provider = registry.provider(claim.generation.provider)
    # The connection goes back to the pool: it is not needed while others work.
    connection.close()
    try:
        with keeper.holding(claim) as held:
            outcome = _ask(provider, claim, held.report)
            if isinstance(outcome, Finished):
                return _finish(claim, outcome, then)
            _record_running(claim, outcome)
    except AbandonedError:
        logger.info("abandoned: %s", claim.generation.id)
    except ProviderError as error:
        metrics.provider_errors.labels(provider.name, error.code, error.fault.value).inc()
        _record_failure(claim, _failure_of(error, again_is_free=_again_is_free(claim, provider)))
    except OSError as error:
        logger.warning("not stored: %s: %s", claim.generation.id, error)
        _record_failure(claim, _storage_away(error, again_is_free=_again_is_free(claim, provider)))
    except Error:
        raise
    except Exception as error:  # a defect of ours, in whatever provider: its job fails, the others flow
        logger.exception("step failed: %s", claim.generation.id)
        _record_failure(claim, _defect(error, again_is_free=_again_is_free(claim, provider)))
    return _next(then)


def _next(queue: str | None) -> Claim | None:
    return None if queue is None else leases.claim(queue)


def fail_overdue(generation: Generation) -> None:
    """End a job whose deadline has passed and that nobody works on."""
    failure = Failure("deadline", "It was not done by its deadline.", again=False)
    with brand_scope(generation.brand_id):
        if _fail(generation, failure):
            calling_off.end_open_attempt(generation, error_code=failure.code, error_message=failure.message)


def _refusal(claim: Claim) -> Failure | None:
    generation = claim.generation
    if generation.provider not in registry.providers():
        sentence = f"The provider {generation.provider} was switched off."
        return Failure("provider_gone", sentence, again=False, submit_state=SubmitState.NOT_SENT)
    if claim.lost and not registry.provider(generation.provider).repeatable:
        sentence = "The worker died while asking; whether the provider accepted is unknown, so it is not asked again."
        return Failure("submit_unknown", sentence, again=False, submit_state=SubmitState.UNKNOWN)
    if generation.claims >= POISON_CLAIMS:
        sentence = f"Its worker died {POISON_CLAIMS - 1} times."
        return Failure("poison", sentence, again=False, submit_state=SubmitState.NOT_SENT)
    if generation.claimed_at is not None and generation.claimed_at > generation.deadline_at:
        sentence = "It was not done by its deadline."
        return Failure("deadline", sentence, again=False, submit_state=SubmitState.NOT_SENT)
    return None


def _ask(provider: Provider, claim: Claim, report: Report) -> Outcome:
    job = job_of(claim)
    if _is_accepted(claim):
        with metrics.step_seconds.labels("poll", provider.name).time():
            return provider.poll(job, claim.attempt.external_id)
    with metrics.step_seconds.labels("submit", provider.name).time():
        return provider.submit(job, report)


def _is_accepted(claim: Claim) -> bool:
    """The provider has the job already: this step only asks how far it is."""
    return claim.attempt.submit_state == SubmitState.ACCEPTED


def _again_is_free(claim: Claim, provider: Provider) -> bool:
    return provider.repeatable or _is_accepted(claim)


def job_of(claim: Claim) -> Job:
    """What the provider is told of a generation."""
    generation = claim.generation
    return Job(
        key=claim.attempt.id,
        brand_id=generation.brand_id,
        type=generation.type,
        model=generation.model,
        prompt=generation.prompt,
        negative_prompt=generation.negative_prompt,
        quality=generation.quality,
        aspect_ratio=generation.aspect_ratio,
        seed=generation.seed,
        steps=generation.steps,
        guidance=generation.guidance,
        duration_seconds=generation.duration_seconds,
        palette=tuple(generation.palette),
        extras=generation.extras,
    )


def _ingest(claim: Claim, outcome: Finished) -> StoredFiles:
    """Put the files where the artifacts will point. Files that no artifact ends up pointing to are harmless:
    they are named by their content, and the same work writes the same ones."""
    brand_id = claim.generation.brand_id
    return [
        (file, artifacts.store(brand_id=brand_id, name=file.name, media_type=file.media_type, data=file.data))
        for file in outcome.files
    ]


def _finish(claim: Claim, outcome: Finished, then: str | None) -> Claim | None:
    provider = claim.generation.provider
    with metrics.step_seconds.labels("ingest", provider).time():
        files = _ingest(claim, outcome)
    with metrics.step_seconds.labels("settle", provider).time():
        return settle(_settlement(claim, outcome, files, then))


def _settlement(claim: Claim, outcome: Finished, files: StoredFiles, then: str | None) -> Settlement:
    """One transaction: the job is COMPLETED, its artifacts stand, its cost is settled, the event is told. Or
    nothing at all, when the job is no longer ours."""
    generation = claim.generation
    cost_usd, source = _real_cost(generation, outcome)
    job = {
        "generation": generation.id,
        "fence": generation.fence,
        "attempt": claim.attempt.id,
        "cost_usd": cost_usd,
        "source": source,
        "quality_score": _score(outcome.quality_score),
        "answer": outcome.answer,
        "raw_answer": outcome.raw,
        "artifacts": [_artifact(file, stored) for file, stored in files],
        "event": facts(generation) | {"status": Status.COMPLETED, "cost_usd": cost_usd},
    }
    return Settlement(generation.brand_id, json.dumps(job, cls=DjangoJSONEncoder), then)


def _record_running(claim: Claim, outcome: Running) -> None:
    generation = claim.generation
    with brand_scope(generation.brand_id):
        if not _ours(generation).update(
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


def _record_failure(claim: Claim, failure: Failure) -> None:
    generation = claim.generation
    with brand_scope(generation.brand_id):
        if failure.again and _is_accepted(claim):
            _poll_again(claim, failure)
            return
        again = failure.again and claim.attempt.number < settings.STUDIO_MAX_ATTEMPTS
        recorded = _put_back(claim, failure) if again else _fail(generation, failure)
        if recorded:
            _close_attempt(
                claim,
                submit_state=failure.submit_state,
                error_code=failure.code,
                error_message=failure.message,
            )


def _refuse(claim: Claim, failure: Failure) -> None:
    """End a job without asking its provider, which is told if it has it already."""
    with brand_scope(claim.generation.brand_id):
        if not _fail(claim.generation, failure):
            return
        closed = {"error_code": failure.code, "error_message": failure.message}
        if _is_accepted(claim):
            calling_off.end_open_attempt(claim.generation, **closed)
        else:
            _close_attempt(claim, submit_state=failure.submit_state, **closed)


def _poll_again(claim: Claim, failure: Failure) -> None:
    """As often as it takes, until the deadline: the attempt goes on and nothing is sent twice."""
    logger.info("polled in vain: %s: %s", claim.generation.id, failure.message)
    delay = POLL_AGAIN_SECONDS if failure.retry_after_seconds is None else failure.retry_after_seconds
    _wait(claim, delay, stage=Stage.RENDERING)


def _put_back(claim: Claim, failure: Failure) -> bool:
    """Another attempt, later: exponential backoff with full jitter, or what the provider asked for."""
    return _wait(claim, _backoff_seconds(claim.attempt.number, failure.retry_after_seconds), stage=Stage.QUEUED)


def _wait(claim: Claim, delay: float, *, stage: Stage) -> bool:
    recorded = _ours(claim.generation).update(
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


def _ours(generation: Generation) -> BrandQuerySet:
    """The row, if nobody claimed or ended it since."""
    return Generation.objects.filter(pk=generation.pk, fence=generation.fence, status=generation.status)


def _end(generation: Generation, **outcome: object) -> bool:
    """Compare and set a terminal state; false when the row is no longer ours."""
    return bool(
        _ours(generation).update(
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


def _failure_of(error: ProviderError, *, again_is_free: bool) -> Failure:
    ambiguous = error.fault is Fault.AMBIGUOUS
    return Failure(
        code="submit_unknown" if ambiguous and not again_is_free else error.code,
        message=error.message,
        again=error.fault is Fault.TRANSIENT or (ambiguous and again_is_free),
        submit_state=SubmitState.UNKNOWN if ambiguous else SubmitState.REJECTED,
        retry_after_seconds=error.retry_after,
    )


def _storage_away(error: OSError, *, again_is_free: bool) -> Failure:
    """Why, without the file's name: where the storage is, is nobody's business; it stands in the log."""
    sentence = f"The files could not be stored: {error.strerror or type(error).__name__}."
    return Failure("storage_away", sentence, again=again_is_free, submit_state=SubmitState.ACCEPTED)


def _defect(error: Exception, *, again_is_free: bool) -> Failure:
    """The kind of error only: its words may hold what is not the user's to read, and stand in the log."""
    sentence = f"An internal error ({type(error).__name__}); it is in the log."
    return Failure("internal_error", sentence, again=again_is_free, submit_state=SubmitState.UNKNOWN)


def _backoff_seconds(attempt: int, asked: float | None) -> float:
    if asked is not None:
        return asked
    ceiling = min(BACKOFF_CAP_SECONDS, BACKOFF_BASE_SECONDS * 2 ** (attempt - 1))
    return random.uniform(0, ceiling)  # noqa: S311  (jitter, not a secret)


def _real_cost(generation: Generation, outcome: Finished) -> tuple[Decimal, CostSource]:
    """The provider's own charge where it names one, else the tariff."""
    if outcome.charge_usd is not None:
        return outcome.charge_usd, CostSource.PROVIDER_CHARGE
    cost_usd = pricing.tariff_usd(
        type=generation.type, quality=generation.quality, duration_seconds=generation.duration_seconds
    )
    return cost_usd, CostSource.TARIFF


def _score(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(str(value)).quantize(Decimal("0.001"), rounding=ROUND_HALF_UP)


def _artifact(file: OutputFile, stored: StoredFile) -> dict[str, object]:
    """A row of Artifact, as studio_settle reads it."""
    return {
        "role": file.role,
        "name": file.name,
        "media_type": file.media_type,
        "size_bytes": stored.size_bytes,
        "sha256": stored.sha256,
        "storage_key": stored.storage_key,
        "width": file.width,
        "height": file.height,
        "duration_seconds": file.duration_seconds,
    }
