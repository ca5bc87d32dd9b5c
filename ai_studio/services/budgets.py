"""What a brand and a person may spend: seeing it and changing it."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from ai_studio import ledger
from ai_studio.ledger import Spend
from ai_studio.models import Budget, StudioSettings
from ai_studio.services.forecast import Forecast, forecast
from brands import audit
from brands.models import Brand
from brands.permissions import Actor, require


def spend_of(*, actor: Actor, at: datetime) -> Spend:
    """The brand's budget and the actor's own quota of the month."""
    brand = Brand.objects.get(pk=actor.brand_id)
    return ledger.spend(brand=brand, user_id=actor.person_id, at=at)


@dataclass(frozen=True)
class Outlook:
    """The month so far, and when its money runs out if people go on like this."""

    spend: Spend
    forecast: Forecast


def outlook(*, actor: Actor, at: datetime) -> Outlook:
    brand = Brand.objects.get(pk=actor.brand_id)
    spend = ledger.spend(brand=brand, user_id=actor.person_id, at=at)
    left_usd = spend.budget_limit_usd - spend.budget_spent_usd - spend.budget_reserved_usd
    return Outlook(spend, forecast(brand=brand, left_usd=left_usd, at=at))


def forecast_of(budget: Budget, *, at: datetime) -> Forecast | None:
    """The same for staff, who look at a month's row; None for a month that is not now."""
    brand = Brand.objects.get(pk=budget.brand_id)
    if ledger.month_of(brand=brand, at=at) != budget.month_date:
        return None
    left_usd = budget.limit_usd - budget.spent_usd - budget.reserved_usd
    return forecast(brand=brand, left_usd=left_usd, at=at)


def set_monthly_limit(*, actor: Actor, limit_usd: Decimal, at: datetime) -> None:
    """Limit this month and the ones to come. Below what is spent and reserved: running jobs end, none begins."""
    brand = Brand.objects.get(pk=actor.brand_id)
    require(actor, "budget.manage", brand)
    settings, _ = StudioSettings.objects.select_for_update().get_or_create(brand=brand)
    before, settings.monthly_budget_usd = settings.monthly_budget_usd, limit_usd
    settings.save(update_fields=["monthly_budget_usd"])
    ledger.limit_month(brand=brand, month_date=ledger.month_of(brand=brand, at=at), limit_usd=limit_usd)
    audit.record(actor=actor, action="budget.limit_set", obj=settings, before_usd=str(before), after_usd=str(limit_usd))
