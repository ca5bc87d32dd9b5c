"""What an attempt really cost, and where that was read, best source first: the provider's own charge, its usage
figures × price, what was asked for × price, the tariff. Prices are those valid when the attempt began."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from ai_studio import pricing
from ai_studio.choices import CostSource
from ai_studio.jobs import job_of
from ai_studio.models import Attempt, Generation
from ai_studio.prices import table
from ai_studio.prices.table import Unpriced
from ai_studio.providers import registry
from ai_studio.providers.base import Fault, Finished, Provider, ProviderError

BAD_RESULT = "bad_result"


@dataclass(frozen=True)
class Cost:
    """`details`: {rows: [price ids], units, unit_prices_usd, tier, …}, as far as the source has them."""

    amount_usd: Decimal
    source: CostSource
    details: Mapping[str, Any]


def of_result(generation: Generation, attempt: Attempt, outcome: Finished) -> Cost:
    if outcome.charge_usd is not None:
        usage = {unit: str(amount) for unit, amount in outcome.usage.items()}
        return Cost(
            outcome.charge_usd, CostSource.PROVIDER_CHARGE, _named(attempt) | ({"units": usage} if usage else {})
        )
    return _of_usage(generation, attempt, outcome.usage)


def of_failure(generation: Generation, attempt: Attempt, provider: Provider, error: ProviderError) -> Cost | None:
    """What the provider says that it takes for nothing; all of it when it did the work and the result is no good."""
    if error.usage:
        return _of_usage(generation, attempt, error.usage)
    if _has_made_it(error) and not provider.repeatable:
        return _of_demand(generation, attempt)
    return None


def _has_made_it(error: ProviderError) -> bool:
    """The result is no good, or cannot be had (ai_studio/providers/api.py, download)."""
    return error.fault is Fault.PERMANENT and (error.code == BAD_RESULT or error.code.startswith("file_"))


def of_silence(generation: Generation, attempt: Attempt) -> Cost | None:
    """Of a submission whose end we do not hear of, because it was lost, called off or too late: nothing, or all of it,
    as the provider's rule is. Else whoever asks and calls off would spend what no budget knows of."""
    provider = registry.providers().get(attempt.provider)
    return _of_demand(generation, attempt) if provider is not None and provider.lost_is_billed else None


def together(costs: Sequence[Cost]) -> Cost:
    """Of several attempts: their sum, with the last one's source and details, and the others' beside them."""
    *earlier, last = costs
    if not earlier:
        return last
    amount = sum((cost.amount_usd for cost in costs), Decimal(0))
    return Cost(amount, last.source, {**last.details, "amount_usd": str(last.amount_usd), "earlier": _listed(earlier)})


def of_attempts(generation: Generation, *, before: int | None = None) -> list[Cost]:
    """What attempts cost that brought no result, in their order. In the brand's scope."""
    spent = Attempt.objects.filter(generation=generation, cost_usd__gt=0).order_by("number")
    if before is not None:
        spent = spent.filter(number__lt=before)
    return [_read(attempt) for attempt in spent]


def kept(cost: Cost | None) -> dict[str, Any]:
    """As columns of an attempt."""
    if cost is None:
        return {}
    return {"cost_usd": cost.amount_usd, "cost_details": {"source": cost.source, **cost.details}}


def _read(attempt: Attempt) -> Cost:
    details = dict(attempt.cost_details or {})
    return Cost(attempt.cost_usd, CostSource(details.pop("source")), details)


def _listed(costs: Sequence[Cost]) -> list[dict[str, Any]]:
    return [{"amount_usd": str(cost.amount_usd), "source": cost.source, **cost.details} for cost in costs]


def _of_usage(generation: Generation, attempt: Attempt, usage: Mapping[str, Decimal]) -> Cost:
    """Figures that no price is for say nothing about money: then what was asked for counts."""
    if not usage:
        return _of_demand(generation, attempt)
    job = _job(generation, attempt)
    demand = registry.provider(job.provider).demand(job)
    try:
        amount, details = table.priced(usage, pricing.rows_for(job, demand, at=attempt.started_at))
    except Unpriced as unpriced:
        cost = _of_demand(generation, attempt)
        return replace(cost, details={**cost.details, "unpriced_usage": unpriced.units})
    return Cost(amount, CostSource.USAGE, {**_named(attempt), "tier": demand.tier, **details})


def _of_demand(generation: Generation, attempt: Attempt) -> Cost:
    job = _job(generation, attempt)
    demand = registry.provider(job.provider).demand(job)
    if not demand.units:
        return Cost(pricing.tariff_of(job), CostSource.TARIFF, _named(attempt))
    named = {**_named(attempt), "tier": demand.tier}
    try:
        amount, details = table.priced(demand.units, pricing.rows_for(job, demand, at=attempt.started_at))
    except Unpriced as unpriced:  # it was priced when it was asked for: what was held then is the last word
        return Cost(generation.estimated_cost_usd, CostSource.PRICE_TABLE, {**named, "unpriced": unpriced.units})
    return Cost(amount, CostSource.PRICE_TABLE, {**named, **details})


def _job(generation: Generation, attempt: Attempt) -> Any:
    job = job_of(generation, key=attempt.pk)
    return replace(job, provider=attempt.provider, model=attempt.model)


def _named(attempt: Attempt) -> dict[str, Any]:
    return {"attempt": attempt.number, "provider": attempt.provider, "model": attempt.model}
