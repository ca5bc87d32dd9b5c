"""Each submission: whether it may be made now, and what it told of its provider."""

from functools import partial

from ai_studio.failures import REFUSED_KEY
from ai_studio.models import Attempt, Generation
from ai_studio.patience import patiently
from ai_studio.providers.base import Fault, ProviderError
from ai_studio.routing import chains, rates, slots
from ai_studio.routing.breaker import Admission, Verdict, name_of
from ai_studio.routing.remembering import breaker


def admit(generation: Generation, attempt: Attempt) -> Admission:
    """The breaker first, the rate limit last: what the others refuse is not counted against it."""
    admission = breaker().admit(_name(generation))
    if not admission.allowed:
        return admission
    refusal = _limited(generation, attempt)
    if refusal is None:
        return admission
    note(generation, admission, Verdict.UNKNOWN)
    return refusal


def _limited(generation: Generation, attempt: Attempt) -> Admission | None:
    key = chains.key_of(generation)
    if not patiently(partial(slots.take, attempt, key=key)):
        return Admission(allowed=False, wait_seconds=slots.LOOK_AGAIN_SECONDS, cause="concurrency")
    if seconds := rates.take(generation.provider, key=key, brand_id=generation.brand_id):
        return Admission(allowed=False, wait_seconds=seconds, cause="rate_limit")
    return None


def note(generation: Generation, admission: Admission | None, verdict: Verdict, *, pause: float | None = None) -> None:
    """How it went. Without an admission it was a poll, of which only the provider's own failure is told here."""
    probe = admission is not None and admission.probe
    breaker().record(_name(generation), verdict, probe=probe, pause=pause)


def verdict_of(error: ProviderError, *, alternative: bool) -> Verdict:
    """401, 402 and 403 open the breaker at once, 429 does when another provider can take over. What is the caller's own
    error, or one model's (404), says only that the provider is there."""
    if error.over:
        return Verdict.FAILED
    if error.fault is Fault.PERMANENT:
        return Verdict.TRIP if error.code in REFUSED_KEY else Verdict.ANSWERED
    if error.code == "rate_limited":
        return Verdict.TRIP if alternative else Verdict.ANSWERED
    return Verdict.FAILED


def _name(generation: Generation) -> str:
    return name_of(generation.provider, key=chains.key_of(generation), brand_id=generation.brand_id)
