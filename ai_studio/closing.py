"""The money of a job that ends without a result: what its attempts have cost is spent, the rest is released."""

from decimal import Decimal

from django.db.models.functions import Now

from ai_studio import costs, ledger
from ai_studio.models import CostRecord, Generation


def close(generation: Generation) -> None:
    """In the transaction that ends it, after what its last attempt cost was noted. Its turn goes back in any case."""
    spent = costs.of_attempts(generation)
    if not spent:
        ledger.close(brand_id=generation.brand_id, generation_id=generation.pk, cost_usd=Decimal(0))
        return
    cost = costs.together(spent)
    generation.cost_usd = cost.amount_usd
    Generation.objects.filter(pk=generation.pk).update(cost_usd=cost.amount_usd)
    CostRecord.objects.create(
        brand_id=generation.brand_id,
        generation=generation,
        amount_usd=cost.amount_usd,
        source=cost.source,
        details=cost.details,
        at=Now(),
    )
    ledger.close(brand_id=generation.brand_id, generation_id=generation.pk, cost_usd=cost.amount_usd)
