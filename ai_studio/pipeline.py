"""The steps of a job: claim → submit or poll → ingest → settle. Short, idempotent, guarded by the fence.

No transaction is open while a provider works. What is written afterwards is written only if the row still
carries our fence; else the work is dropped, because it is somebody else's now, or nobody's.
"""

import logging
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial

from django.db import Error, connection

from ai_studio import costs, metrics, unheard
from ai_studio.choices import SubmitState
from ai_studio.completion import finish
from ai_studio.costs import Cost
from ai_studio.failures import Failure, StorageAwayError, defect, failure_of, is_silence, storage_away
from ai_studio.finishing import Aside
from ai_studio.jobs import job_of
from ai_studio.leases import Claim, keeper
from ai_studio.patience import patiently
from ai_studio.providers import registry
from ai_studio.providers.base import AbandonedError, Finished, Outcome, Provider, ProviderError, Report
from ai_studio.recording import note_sending, put_off, record_failure, record_running, record_silence, refuse
from ai_studio.routing import calls, chains
from ai_studio.routing.breaker import Admission, Verdict

logger = logging.getLogger(__name__)

POISON_CLAIMS = 3


def step(claim: Claim, *, aside: Aside | None = None) -> None:
    """Do the claimed job's next step and record how it went; what was made is stored and settled `aside`, if given.

    With the database away nothing can be recorded: that error is the caller's, the lease runs out and the sweeper
    rings again.
    """
    if claim.lost and unheard.word_may_come(claim.generation):
        reopened = unheard.reopen(claim)
        if reopened is None:
            return
        claim = reopened
    if refusal := _refusal(claim):
        refuse(claim, refusal)
        return
    provider = registry.provider(claim.generation.provider)
    admission = calls.admit(claim.generation, claim.attempt) if _submits(claim) else None
    if admission is not None and not admission.allowed:
        _put_off(claim, admission)
        return
    # The connection goes back to the pool: it is not needed while others work.
    connection.close()
    with _failures_recorded(claim, provider), ExitStack() as ours:
        held = ours.enter_context(keeper.holding(claim))
        with _told(claim, admission):
            outcome = _ask(provider, claim, held.report)
        if outcome is None:
            patiently(partial(record_silence, claim))
        elif not isinstance(outcome, Finished):
            patiently(partial(record_running, claim, outcome))
        elif aside is None:
            finish(claim, outcome)
        else:
            held.made = True
            aside.do(partial(_finish, claim, provider, outcome, ours.pop_all()))


def _finish(claim: Claim, provider: Provider, outcome: Finished, ours: ExitStack) -> None:
    with _failures_recorded(claim, provider), ours:
        finish(claim, outcome)


@contextmanager
def _failures_recorded(claim: Claim, provider: Provider) -> Iterator[None]:
    try:
        yield
    except AbandonedError:
        logger.info("abandoned: %s", claim.generation.id)
    except ProviderError as error:
        metrics.provider_errors.labels(provider.name, error.code, error.fault.value).inc()
        _record_failure(claim, _failure_of(error, claim, provider))
    except StorageAwayError as error:
        _record_failure(claim, storage_away(error, again_is_free=_again_is_free(claim, provider), cost=error.cost))
    except Error:
        raise
    except Exception as error:  # a defect of ours, in whatever provider: its job fails, the others flow
        logger.exception("step failed: %s", claim.generation.id)
        free = _again_is_free(claim, provider)
        _record_failure(claim, defect(error, again_is_free=free, cost=None if free else _lost_cost(claim)))


def _failure_of(error: ProviderError, claim: Claim, provider: Provider) -> Failure:
    """A poll that submits nothing is never AMBIGUOUS; one that does must not be repeated for being a poll."""
    word_may_come = not claim.attempt.external_id and unheard.word_may_come(claim.generation)
    accepted = bool(claim.attempt.external_id)
    cost = costs.of_failure(claim.generation, claim.attempt, provider, error)
    if cost is None and is_silence(error, accepted=accepted) and not provider.repeatable:
        cost = _lost_cost(claim)
    return failure_of(
        error, again_is_free=provider.repeatable, accepted=accepted, word_may_come=word_may_come, cost=cost
    )


def _record_failure(claim: Claim, failure: Failure) -> None:
    patiently(partial(record_failure, claim, failure))


def _refusal(claim: Claim) -> Failure | None:
    generation = claim.generation
    if generation.provider not in registry.providers():
        sentence = f"The provider {generation.provider} was switched off."
        return Failure("provider_gone", sentence, again=False, submit_state=SubmitState.NOT_SENT)
    if claim.lost and not registry.provider(generation.provider).repeatable:
        sentence = "The worker died while asking; whether the provider accepted is unknown, so it is not asked again."
        state = SubmitState.UNKNOWN
        return Failure("submit_unknown", sentence, again=False, submit_state=state, cost=_lost_cost(claim))
    if generation.claims >= POISON_CLAIMS and not _only_waits(claim):
        sentence = f"Its worker died {POISON_CLAIMS - 1} times."
        return Failure("poison", sentence, again=False, submit_state=SubmitState.NOT_SENT)
    if generation.claimed_at is not None and generation.claimed_at > generation.deadline_at:
        sentence = "It was not done by its deadline."
        return Failure("deadline", sentence, again=False, submit_state=SubmitState.NOT_SENT)
    return None


def _submits(claim: Claim) -> bool:
    return not claim.attempt.external_id and not claim.is_unheard_of


def _only_waits(claim: Claim) -> bool:
    """Nothing is done that could kill a worker."""
    return claim.is_unheard_of and not registry.provider(claim.generation.provider).finds


def _ask(provider: Provider, claim: Claim, report: Report) -> Outcome | None:
    """None: nothing was heard of a submission whose answer was lost."""
    external_id = claim.attempt.external_id
    job = job_of(claim.generation, key=claim.attempt.id, with_files=_submits(claim))
    if claim.is_unheard_of:
        with metrics.step_seconds.labels("find", provider.name).time():
            return provider.find(job, claim.attempt.started_at) if provider.finds else None
    if external_id:
        if provider.poll_submits(external_id):
            note_sending(claim)
            connection.close()
        with metrics.step_seconds.labels("poll", provider.name).time():
            return provider.poll(job, external_id)
    with metrics.step_seconds.labels("submit", provider.name).time():
        return provider.submit(job, report)


def _lost_cost(claim: Claim) -> Cost | None:
    return costs.of_silence(claim.generation, claim.attempt)


def _put_off(claim: Claim, admission: Admission) -> None:
    name = claim.generation.provider
    sentence = f"{name} is not to be asked for {admission.wait_seconds:.0f} s: {admission.reason}."
    put_off(claim, cause=admission.cause, message=sentence, seconds=admission.wait_seconds)


@contextmanager
def _told(claim: Claim, admission: Admission | None) -> Iterator[None]:
    """The breaker hears of each submission once, and of what a provider accepted and then failed at. That it cannot be
    polled says nothing of submissions."""
    try:
        yield
    except ProviderError as error:
        if admission is not None or (claim.is_accepted and error.over):
            verdict = calls.verdict_of(error, alternative=chains.next_of(claim.generation) is not None)
            calls.note(claim.generation, admission, verdict, pause=error.retry_after)
        raise
    except BaseException:
        if admission is not None:
            calls.note(claim.generation, admission, Verdict.UNKNOWN)
        raise
    if admission is not None:
        calls.note(claim.generation, admission, Verdict.OK)


def _again_is_free(claim: Claim, provider: Provider) -> bool:
    return provider.repeatable or claim.is_accepted
