"""Moving a job on to the next provider of its chain: only when none before may still have accepted it."""

from django.db.models import F
from django.db.models.functions import Now
from django.utils import timezone

from ai_studio import bells
from ai_studio.choices import Stage, SubmitState
from ai_studio.leases import Claim, ours
from ai_studio.models import Attempt
from ai_studio.routing import chains


def fall_over(claim: Claim, *, cause: str, message: str) -> bool:
    """True when it is the next one's now. In the brand's scope; written under the fence. False where there is no next
    one, where an earlier submission may have been accepted, and for a job that is no longer ours."""
    generation = claim.generation
    step = chains.next_of(generation)
    if step is None or _may_be_at_work(claim):
        return False
    routing = chains.moved(generation, step, cause=cause, message=message, at=timezone.now())
    if not ours(generation).update(
        provider=step["provider"],
        model=step["model"],
        queue=step["queue"],
        routing=routing,
        stage=Stage.QUEUED,
        lease_until=None,
        claims=0,
        next_step_at=Now(),
        status_seq=F("status_seq") + 1,
    ):
        return False
    bells.ring_on_commit(step["queue"])
    return True


def _may_be_at_work(claim: Claim) -> bool:
    """Whether an earlier attempt, of a worker that died or with an answer that was lost, ended without one knowing what
    its provider made of it."""
    earlier = Attempt.objects.filter(generation=claim.generation).exclude(pk=claim.attempt.pk)
    return bool(earlier.filter(submit_state=SubmitState.UNKNOWN).exists())
