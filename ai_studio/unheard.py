"""Submissions whose answer was lost, at providers that bill: never sent again. Word of them may come by a webhook, or
by asking the provider for our own id; the attempt stays open as UNKNOWN until then, or until the time is up."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

from django.conf import settings
from django.db.models import Q

from ai_studio import webhooks_in
from ai_studio.choices import SubmitState
from ai_studio.failures import Failure
from ai_studio.jobs import job_of
from ai_studio.leases import Claim
from ai_studio.models import Attempt, Generation
from ai_studio.providers import registry
from brands.tenancy.scope import brand_scope

LOOK_AGAIN_SECONDS = 30.0
LOST_STATES = (SubmitState.SENT, SubmitState.UNKNOWN)
WORKER_LOST = "worker_lost"  # as studio_claim closes the attempt of a worker that died
GIVEN_UP = Failure(
    "submit_unknown",
    "The answer to the submission was lost, and nothing was heard since; it is not asked again.",
    again=False,
    submit_state=SubmitState.UNKNOWN,
)


def word_may_come(generation: Generation) -> bool:
    """Whether it makes sense to wait: the provider can be asked by our own id, or was told where to call us."""
    provider = registry.providers().get(generation.provider)
    if provider is None or provider.repeatable:
        return False
    return provider.finds or (
        provider.signs_webhooks and webhooks_in.url_for(job_of(generation, key=uuid4())) is not None
    )


def reopen(claim: Claim) -> Claim | None:
    """The worker before us died between sending and answer, and a new attempt was begun for us: that one, never sent,
    goes, and the lost one, by whose id the provider knows the work, is ours to wait for. None: the job is no longer
    ours. After one that was lost no other is ever sent, so the first of them is the one."""
    generation = claim.generation
    with brand_scope(generation.brand_id):
        ours = Generation.objects.filter(pk=generation.pk, fence=generation.fence, status=generation.status)
        attempts = Attempt.objects.filter(generation=generation)
        lost = attempts.filter(error_code=WORKER_LOST).order_by("number").first()
        if ours.select_for_update().values_list("pk").first() is None or lost is None:
            return None
        attempts.filter(number__gt=lost.number).delete()
        lost.finished_at, lost.error_code, lost.error_message = None, "", ""
        lost.save(update_fields=["finished_at", "error_code", "error_message"])
    return replace(claim, attempt=lost, lost=False)


def heard(attempt: Attempt, external_id: str) -> bool:
    """The provider has the work of an attempt whose answer was lost, under this name. Within the brand's scope; false
    when the attempt did not wait for it. Locks the job first, as whoever ends it does."""
    job = Generation.objects.select_for_update().filter(pk=attempt.generation_id).first()
    waiting = Attempt.objects.filter(
        Q(finished_at=None) | Q(error_code=WORKER_LOST), pk=attempt.pk, submit_state__in=LOST_STATES, external_id=""
    )
    if job is None or job.is_terminal or is_of_another(attempt, external_id):
        return False
    return bool(waiting.update(external_id=external_id, submit_state=SubmitState.ACCEPTED))


def seconds_left(claim: Claim) -> float:
    """Until nothing is expected any more, at the time of the claim."""
    ends_at = claim.attempt.started_at + timedelta(seconds=settings.STUDIO_UNKNOWN_SECONDS)
    claimed_at = claim.generation.claimed_at
    return 0.0 if claimed_at is None else (ends_at - claimed_at).total_seconds()


def is_of_another(attempt: Attempt, external_id: str) -> bool:
    """A name that another attempt has already tells of that one, whoever says so."""
    named = Attempt.objects.filter(provider=attempt.provider, external_id=external_id)
    return named.exclude(pk=attempt.pk).exists()
