"""Why a candidate is left out, in words, in the order in which it is looked at.

What cannot make the wish, or may not, is out for good. What is only away at the moment comes back when nothing else is
left: the job waits for it, and its budget is for the ledger to refuse.
"""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from ai_studio.choices import GenerationType
from ai_studio.providers.base import ModelInfo
from ai_studio.routing.candidates import Candidate
from ai_studio.routing.wants import Want

Reason = str | None
NO_PRICE = "has no known price"


def incapable(model: ModelInfo, want: Want) -> Reason:
    if want.provider not in (None, model.provider):
        return f"the provider {want.provider} was asked for"
    if want.model not in (None, model.name):
        return f"the model {want.model} was asked for"
    if want.type not in model.types:
        return f"does not make {GenerationType(want.type).label}"
    if want.quality not in model.qualities:
        return f"does not offer the quality {want.quality}"
    if want.aspect_ratio not in model.aspect_ratios:
        return f"does not offer the aspect ratio {want.aspect_ratio}"
    return starts_otherwise(model, want)


def starts_otherwise(model: ModelInfo, want: Want) -> Reason:
    if refused := sorted(set(want.inputs) - set(model.takes)):
        return f"does not start from: {', '.join(refused)}"
    if missing := sorted(set(model.needs) - set(want.inputs)):
        return f"cannot start without: {', '.join(missing)}"
    return None


def out_of_range(model: ModelInfo, want: Want) -> Reason:
    """Of parameters that somebody asked for."""
    asked = {
        "steps": (want.steps, model.steps_range),
        "guidance": (want.guidance, model.guidance_range),
    }
    if want.duration_seconds is not None and lasts_otherwise(model, want.duration_seconds):
        return f"does not make {want.duration_seconds} s"
    return next(
        (f"does not take {name} {value}" for name, (value, range_) in asked.items() if _out(value, range_)), None
    )


def _out(value: Any, allowed: tuple[Any, Any] | None) -> bool:
    return value is not None and (allowed is None or not allowed[0] <= value <= allowed[1])


def closed(candidate: Candidate, want: Want) -> Reason:
    provider = candidate.model.provider
    if want.preference.providers and provider not in want.preference.providers:
        return "not among the providers that were asked for"
    if provider in want.preference.exclude:
        return "excluded by the request"
    if not candidate.enabled:
        return "switched off by the brand"
    if not candidate.key:
        return "has no key: neither the brand's nor the installation's"
    if candidate.price_usd is None:
        return NO_PRICE
    return None


def resting(candidate: Candidate) -> Reason:
    if not candidate.rests_seconds:
        return None
    return f"rests for {candidate.rests_seconds:.0f} s after failures (circuit breaker)"


def exhausted(candidate: Candidate) -> Reason:
    return "its rate limit is used up at the moment" if candidate.calls_left == 0 else None


def full(candidate: Candidate) -> Reason:
    return "has as many jobs as it takes at once, at the moment" if candidate.is_full else None


def too_dear(left_usd: Decimal | None) -> Callable[[Candidate], Reason]:
    def refuse(candidate: Candidate) -> Reason:
        price = candidate.price_usd
        if left_usd is None or price is None or price <= left_usd:
            return None
        return f"may cost {price.normalize():f} USD, more than the budget leaves"

    return refuse


def lasts_otherwise(model: ModelInfo, seconds: Decimal) -> bool:
    only = model.durations_seconds
    return _out(seconds, model.duration_range_seconds) or (bool(only) and seconds not in only)
