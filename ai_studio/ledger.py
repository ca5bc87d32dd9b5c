"""Money: hold the most a job may cost, settle what it did cost, release the rest.

Every movement moves the month's budget and the person's quota and appends to the ledger, in one transaction.
The ledger's UNIQUE effect key makes doing it twice an error, never a second charge. Holds are closed by the SQL
function studio_close_holds, which studio_settle calls when a job is done. Invariants, checked by
`manage.py check_invariants`:

    reserved = Σ HOLD − Σ SETTLE − Σ RELEASE        spent = Σ SETTLE + Σ ADJUST
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection

from ai_studio.choices import LedgerKind
from ai_studio.errors import BudgetExceeded, QuotaExceeded
from ai_studio.models import Budget, Generation, LedgerEntry, StudioSettings, UserQuota
from brands.models import Brand

_RESERVE_BUDGET = """
UPDATE ai_studio_budget SET reserved_usd = reserved_usd + %(amount)s
WHERE brand_id = %(brand)s AND month_date = %(month)s AND reserved_usd + spent_usd + %(amount)s <= limit_usd
RETURNING id
"""
_RESERVE_QUOTA = """
UPDATE ai_studio_userquota
SET reserved_usd = reserved_usd + %(amount)s, used_generations = used_generations + %(count)s
WHERE brand_id = %(brand)s AND user_id = %(user)s AND month_date = %(month)s
  AND reserved_usd + spent_usd + %(amount)s <= limit_usd AND used_generations + %(count)s <= limit_generations
RETURNING id
"""


@dataclass(frozen=True)
class Spend:
    """A brand's budget and a person's quota of one month, in US dollars and in generations."""

    month_date: date
    budget_limit_usd: Decimal
    budget_spent_usd: Decimal
    budget_reserved_usd: Decimal
    quota_limit_usd: Decimal
    quota_spent_usd: Decimal
    quota_reserved_usd: Decimal
    quota_limit_generations: int
    quota_used_generations: int


def month_of(*, brand: Brand, at: datetime) -> date:
    """First day of the month, where the brand lives."""
    return at.astimezone(ZoneInfo(brand.timezone)).date().replace(day=1)


def hold(*, brand: Brand, user_id: int, generations: Sequence[Generation], at: datetime) -> None:
    """Reserve the estimated cost of each generation, or raise BudgetExceeded or QuotaExceeded for all.

    Two guarded updates: parallel requests cannot reserve more than the limits together.
    """
    amount = sum((g.estimated_cost_usd for g in generations), Decimal(0))
    month = month_of(brand=brand, at=at)
    facts = {"brand": brand.id, "user": user_id, "month": month, "amount": amount, "count": len(generations)}
    budget_id = _guarded(_RESERVE_BUDGET, facts) or _after_opening(_RESERVE_BUDGET, facts)
    if budget_id is None:
        raise _budget_exceeded(spend(brand=brand, user_id=user_id, at=at), amount)
    quota_id = _guarded(_RESERVE_QUOTA, facts) or _after_opening(_RESERVE_QUOTA, facts)
    if quota_id is None:
        raise _quota_exceeded(spend(brand=brand, user_id=user_id, at=at), amount, len(generations))
    LedgerEntry.objects.bulk_create(
        LedgerEntry(
            brand_id=brand.id,
            budget_id=budget_id,
            quota_id=quota_id,
            generation=generation,
            kind=LedgerKind.HOLD,
            amount_usd=generation.estimated_cost_usd,
            effect_key=f"{generation.id}:{LedgerKind.HOLD}",
            at=at,
        )
        for generation in generations
    )


def close(*, brand_id: UUID, generation_id: UUID, cost_usd: Decimal) -> None:
    """Close the hold of a job without a result: what it cost all the same is spent, the rest and the turn go back."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT studio_close_holds(%s, ARRAY[%s::uuid], ARRAY[%s::numeric], false)",
            [brand_id, generation_id, cost_usd],
        )


def spend(*, brand: Brand, user_id: int, at: datetime) -> Spend:
    """What is limited, spent and reserved now; the settings' limits where the month has not begun."""
    month = month_of(brand=brand, at=at)
    budget = Budget.objects.filter(month_date=month).first()
    quota = UserQuota.objects.filter(month_date=month, user_id=user_id).first()
    if budget is None or quota is None:
        defaults = StudioSettings.objects.filter(pk=brand.id).first() or StudioSettings(brand=brand)
        budget = budget or Budget(month_date=month, limit_usd=defaults.monthly_budget_usd)
        quota = quota or UserQuota(
            limit_usd=defaults.user_monthly_usd, limit_generations=defaults.user_monthly_generations
        )
    return Spend(
        month_date=month,
        budget_limit_usd=budget.limit_usd,
        budget_spent_usd=Decimal(budget.spent_usd),
        budget_reserved_usd=Decimal(budget.reserved_usd),
        quota_limit_usd=quota.limit_usd,
        quota_spent_usd=Decimal(quota.spent_usd),
        quota_reserved_usd=Decimal(quota.reserved_usd),
        quota_limit_generations=quota.limit_generations,
        quota_used_generations=quota.used_generations,
    )


def open_month(*, brand_id: UUID, user_id: int, month_date: date) -> None:
    """Make the month's budget and the person's quota from the brand's settings, where they are missing."""
    settings, _ = StudioSettings.objects.get_or_create(brand_id=brand_id)
    Budget.objects.bulk_create(
        [Budget(brand_id=brand_id, month_date=month_date, limit_usd=settings.monthly_budget_usd)],
        ignore_conflicts=True,
    )
    UserQuota.objects.bulk_create(
        [
            UserQuota(
                brand_id=brand_id,
                user_id=user_id,
                month_date=month_date,
                limit_usd=settings.user_monthly_usd,
                limit_generations=settings.user_monthly_generations,
            )
        ],
        ignore_conflicts=True,
    )


def limit_month(*, brand: Brand, month_date: date, limit_usd: Decimal) -> None:
    """Limit one month's budget, made if it is missing: a request that is just making it would make it with the limit
    of before."""
    Budget.objects.bulk_create(
        [Budget(brand=brand, month_date=month_date, limit_usd=limit_usd)],
        update_conflicts=True,
        unique_fields=["brand", "month_date"],
        update_fields=["limit_usd"],
    )


def _guarded(statement: str, facts: dict[str, Any]) -> UUID | None:
    with connection.cursor() as cursor:
        cursor.execute(statement, facts)
        row = cursor.fetchone()
    return row[0] if row else None


def _after_opening(statement: str, facts: dict[str, Any]) -> UUID | None:
    """The update found no row: perhaps the month is new."""
    open_month(brand_id=facts["brand"], user_id=facts["user"], month_date=facts["month"])
    return _guarded(statement, facts)


def _budget_exceeded(now: Spend, amount: Decimal) -> BudgetExceeded:
    return BudgetExceeded(
        f"It may cost {amount} USD; {now.budget_spent_usd} of {now.budget_limit_usd} USD are spent "
        f"and {now.budget_reserved_usd} reserved.",
        limit_usd=str(now.budget_limit_usd),
        spent_usd=str(now.budget_spent_usd),
        reserved_usd=str(now.budget_reserved_usd),
        needed_usd=str(amount),
    )


def _quota_exceeded(now: Spend, amount: Decimal, count: int) -> QuotaExceeded:
    return QuotaExceeded(
        f"{now.quota_used_generations} of {now.quota_limit_generations} generations and "
        f"{now.quota_spent_usd + now.quota_reserved_usd} of {now.quota_limit_usd} USD are used this month.",
        limit_generations=now.quota_limit_generations,
        used_generations=now.quota_used_generations,
        needed_generations=count,
        limit_usd=str(now.quota_limit_usd),
        spent_usd=str(now.quota_spent_usd),
        reserved_usd=str(now.quota_reserved_usd),
        needed_usd=str(amount),
    )
