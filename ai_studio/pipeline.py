"""The steps of a job: claim → submit or poll → ingest → settle. Short, idempotent, guarded by the fence.

No transaction is open while a provider works. What is written afterwards is written only if the row still
carries our fence; else the work is dropped, because it is somebody else's now, or nobody's.
"""

import logging

from django.db import Error, connection

from ai_studio import leases, metrics
from ai_studio.choices import SubmitState
from ai_studio.completion import finish
from ai_studio.failures import Failure, StorageAwayError, defect, failure_of, storage_away
from ai_studio.jobs import job_of
from ai_studio.leases import Claim, keeper
from ai_studio.providers import registry
from ai_studio.providers.base import AbandonedError, Finished, Outcome, Provider, ProviderError, Report
from ai_studio.recording import put_off, record_failure, record_running, refuse
from ai_studio.routing import calls, chains
from ai_studio.routing.breaker import Admission, Verdict

logger = logging.getLogger(__name__)

POISON_CLAIMS = 3


def step(claim: Claim, *, then: str | None = None) -> Claim | None:
    """Do the claimed job's next step, record how it went, and claim the next job of the queue `then`, if given.

    With the database away nothing can be recorded: that error is the caller's, the lease runs out and the sweeper
    rings again.
    """
    if refusal := _refusal(claim):
        refuse(claim, refusal)
        return _next(then)
    provider = registry.provider(claim.generation.provider)
    admission = None if claim.is_accepted else calls.admit(claim.generation)
    if admission is not None and not admission.allowed:
        _put_off(claim, admission)
        return _next(then)
    # The connection goes back to the pool: it is not needed while others work.
    connection.close()
    try:
        with keeper.holding(claim) as held:
            outcome = _ask(provider, claim, held.report)
            _told(claim, admission, Verdict.OK)
            admission = None
            if isinstance(outcome, Finished):
                return finish(claim, outcome, then)
            record_running(claim, outcome)
    except AbandonedError:
        logger.info("abandoned: %s", claim.generation.id)
        _told(claim, admission, Verdict.UNKNOWN)
    except ProviderError as error:
        metrics.provider_errors.labels(provider.name, error.code, error.fault.value).inc()
        _told_failure(claim, admission, error)
        again_is_free = _again_is_free(claim, provider)
        record_failure(claim, failure_of(error, again_is_free=again_is_free, accepted=claim.is_accepted))
    except StorageAwayError as error:
        record_failure(claim, storage_away(error, again_is_free=_again_is_free(claim, provider)))
    except Error:
        raise
    except Exception as error:  # a defect of ours, in whatever provider: its job fails, the others flow
        logger.exception("step failed: %s", claim.generation.id)
        _told(claim, admission, Verdict.UNKNOWN)
        record_failure(claim, defect(error, again_is_free=_again_is_free(claim, provider)))
    return _next(then)


def _next(queue: str | None) -> Claim | None:
    return None if queue is None else leases.claim(queue)


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
    job = job_of(claim.generation, key=claim.attempt.id)
    if claim.is_accepted:
        with metrics.step_seconds.labels("poll", provider.name).time():
            return provider.poll(job, claim.attempt.external_id)
    with metrics.step_seconds.labels("submit", provider.name).time():
        return provider.submit(job, report)


def _put_off(claim: Claim, admission: Admission) -> None:
    name = claim.generation.provider
    sentence = f"{name} is not to be asked for {admission.wait_seconds:.0f} s: {admission.reason}."
    put_off(claim, cause=admission.cause, message=sentence, seconds=admission.wait_seconds)


def _told(claim: Claim, admission: Admission | None, verdict: Verdict) -> None:
    """The breaker hears of each submission once."""
    if admission is not None:
        calls.note(claim.generation, admission, verdict)


def _told_failure(claim: Claim, admission: Admission | None, error: ProviderError) -> None:
    """And of what a provider accepted and then failed at. That it cannot be polled says nothing of submissions."""
    if admission is not None or (claim.is_accepted and error.over):
        verdict = calls.verdict_of(error, alternative=chains.next_of(claim.generation) is not None)
        calls.note(claim.generation, admission, verdict, pause=error.retry_after)


def _again_is_free(claim: Claim, provider: Provider) -> bool:
    return provider.repeatable or claim.is_accepted
