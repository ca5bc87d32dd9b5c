"""Each submission: whether it may be made now, and what it told of its provider."""

from ai_studio.failures import REFUSED_KEY
from ai_studio.models import Generation
from ai_studio.providers.base import Fault, ProviderError
from ai_studio.routing import chains, rates
from ai_studio.routing.breaker import Admission, Verdict, name_of
from ai_studio.routing.remembering import breaker


def admit(generation: Generation) -> Admission:
    """The breaker first: what it refuses is not counted against the rate limit."""
    key, brand_id = chains.key_of(generation), generation.brand_id
    admission = breaker().admit(_name(generation))
    if not admission.allowed:
        return admission
    seconds = rates.take(generation.provider, key=key, brand_id=brand_id)
    if not seconds:
        return admission
    note(generation, admission, Verdict.UNKNOWN)
    return Admission(allowed=False, wait_seconds=seconds, cause="rate_limit")


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
