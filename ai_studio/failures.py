"""Why a step did not succeed: what a provider, the storage or a defect of ours said, in one form."""

from dataclasses import dataclass

from ai_studio.choices import SubmitState
from ai_studio.costs import Cost
from ai_studio.providers.base import Fault, ProviderError

# What a provider refuses before it looks at the work: neither the caller's fault, nor accepted by anybody.
REFUSED_KEY = frozenset({"key_refused", "no_credit", "no_key", "key_unreadable"})
# What answers a submission with it has no such model, or no longer: that says nothing of its other models.
NOT_FOUND, MODEL_NOT_FOUND = "not_found", "model_not_found"
REFUSED_AT_ONCE = REFUSED_KEY | {NOT_FOUND, MODEL_NOT_FOUND}


class StorageAwayError(Exception):
    """Why, without the file's name: where the storage is, is nobody's business; it stands in the log.

    `cost`: what the provider takes for the files that could not be kept.
    """

    def __init__(self, why: str, *, cost: Cost) -> None:
        self.cost = cost
        super().__init__(why)


@dataclass(frozen=True)
class Failure:
    """Why a step did not succeed, and whether another attempt makes sense: `again` at the same provider, `elsewhere`
    at another one. `over`: what was accepted before has failed for good, so there is nothing left to poll. `awaited`:
    it may have been accepted, and word of it may still come. `cost`: what this attempt cost for nothing."""

    code: str
    message: str
    again: bool
    submit_state: SubmitState = SubmitState.REJECTED
    retry_after_seconds: float | None = None
    elsewhere: bool = False
    over: bool = False
    awaited: bool = False
    cost: Cost | None = None


def failure_of(
    error: ProviderError,
    *,
    again_is_free: bool,
    accepted: bool = False,
    word_may_come: bool = False,
    cost: Cost | None = None,
) -> Failure:
    """`accepted`: the provider had the work already, and was asked how far it is."""
    ambiguous = error.fault is Fault.AMBIGUOUS
    over = accepted and error.over
    refused = error.fault is Fault.TRANSIENT or (error.fault is Fault.PERMANENT and error.code in REFUSED_AT_ONCE)
    code = MODEL_NOT_FOUND if error.code == NOT_FOUND and not accepted else error.code
    return Failure(
        code="submit_unknown" if ambiguous and not again_is_free else code,
        message=error.message,
        again=over or error.fault is Fault.TRANSIENT or (ambiguous and again_is_free),
        submit_state=_submit_state(error, over=over),
        retry_after_seconds=error.retry_after,
        elsewhere=over or (refused and not accepted),
        over=over,
        awaited=ambiguous and not again_is_free and word_may_come,
        cost=cost,
    )


def is_silence(error: ProviderError, *, accepted: bool) -> bool:
    """Nothing is known of the work: whether it was accepted, or, as nobody may ask any more, what became of it."""
    return error.fault is Fault.AMBIGUOUS or (accepted and error.code in REFUSED_AT_ONCE)


def _submit_state(error: ProviderError, *, over: bool) -> SubmitState:
    if over:
        return SubmitState.ACCEPTED
    return SubmitState.UNKNOWN if error.fault is Fault.AMBIGUOUS else SubmitState.REJECTED


def storage_away(error: StorageAwayError, *, again_is_free: bool, cost: Cost | None = None) -> Failure:
    sentence = f"The files could not be stored: {error}."
    return Failure("storage_away", sentence, again=again_is_free, submit_state=SubmitState.ACCEPTED, cost=cost)


def defect(error: Exception, *, again_is_free: bool, cost: Cost | None = None) -> Failure:
    """The kind of error only: its words may hold what is not the user's to read, and stand in the log."""
    sentence = f"An internal error ({type(error).__name__}); it is in the log."
    return Failure("internal_error", sentence, again=again_is_free, submit_state=SubmitState.UNKNOWN, cost=cost)
