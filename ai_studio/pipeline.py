"""The steps of a job: claim → submit or poll → ingest → settle. Short, idempotent, guarded by the fence.

No transaction is open while a provider works. What is written afterwards is written only if the row still
carries our fence; else the work is dropped, because it is somebody else's now, or nobody's.
"""

import logging

from django.db import Error, connection

from ai_studio import costs, leases, metrics
from ai_studio.choices import SubmitState
from ai_studio.completion import finish
from ai_studio.costs import Cost
from ai_studio.failures import Failure, StorageAwayError, defect, failure_of, storage_away
from ai_studio.jobs import job_of
from ai_studio.leases import Claim, keeper
from ai_studio.providers import registry
from ai_studio.providers.base import AbandonedError, Fault, Finished, Outcome, Provider, ProviderError, Report
from ai_studio.recording import record_failure, record_running, refuse

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
    # The connection goes back to the pool: it is not needed while others work.
    connection.close()
    try:
        with keeper.holding(claim) as held:
            outcome = _ask(provider, claim, held.report)
            if isinstance(outcome, Finished):
                return finish(claim, outcome, then)
            record_running(claim, outcome)
    except AbandonedError:
        logger.info("abandoned: %s", claim.generation.id)
    except ProviderError as error:
        metrics.provider_errors.labels(provider.name, error.code, error.fault.value).inc()
        record_failure(claim, _failure(claim, provider, error))
    except StorageAwayError as error:
        record_failure(claim, storage_away(error, again_is_free=_again_is_free(claim, provider), cost=error.cost))
    except Error:
        raise
    except Exception as error:  # a defect of ours, in whatever provider: its job fails, the others flow
        logger.exception("step failed: %s", claim.generation.id)
        free = _again_is_free(claim, provider)
        record_failure(claim, defect(error, again_is_free=free, cost=None if free else _lost_cost(claim)))
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
        state = SubmitState.UNKNOWN
        return Failure("submit_unknown", sentence, again=False, submit_state=state, cost=_lost_cost(claim))
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


def _failure(claim: Claim, provider: Provider, error: ProviderError) -> Failure:
    free = _again_is_free(claim, provider)
    cost = costs.of_failure(claim.generation, claim.attempt, provider, error)
    if cost is None and error.fault is Fault.AMBIGUOUS and not free:
        cost = _lost_cost(claim)
    return failure_of(error, again_is_free=free, cost=cost)


def _lost_cost(claim: Claim) -> Cost | None:
    return costs.of_silence(claim.generation, claim.attempt)


def _again_is_free(claim: Claim, provider: Provider) -> bool:
    return provider.repeatable or claim.is_accepted
