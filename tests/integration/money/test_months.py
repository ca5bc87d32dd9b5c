"""Budgets are of the brand's months: what was held in one is settled in it, and nothing carries over."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import connection

from ai_studio import ledger
from ai_studio.choices import Status
from ai_studio.models import Budget, CostRecord, Generation, UserQuota
from ai_studio.services.adjustments import adjust
from brands.tenancy.scope import brand_scope
from tests import studio
from tests.factories import Tenant

# Berlin's clocks go back on 25 October 2026: its midnights move from 22:00 to 23:00 UTC, before October ends.
LAST_OF_OCTOBER = datetime(2026, 10, 31, 22, 59, 59, tzinfo=UTC)
FIRST_OF_NOVEMBER = datetime(2026, 10, 31, 23, 0, tzinfo=UTC)
# And forward on 29 March.
LAST_OF_MARCH = datetime(2026, 3, 31, 21, 59, 59, tzinfo=UTC)
FIRST_OF_APRIL = datetime(2026, 3, 31, 22, 0, tzinfo=UTC)


@pytest.fixture
def berlin(ours: Tenant) -> Tenant:
    ours.brand.timezone = "Europe/Berlin"
    with brand_scope(ours.brand):
        ours.brand.save()
    return ours


def held(tenant: Tenant, usd: str, at: datetime) -> Generation:
    made = studio.generation(
        tenant, status=Status.COMPLETED, estimated_cost_usd=Decimal(usd), cost_usd=Decimal(usd), created_at=at
    )
    with brand_scope(tenant.brand):
        ledger.hold(brand=tenant.brand, user_id=tenant.editor.pk, generations=[made], at=at)
    return made


def settle(made: Generation) -> None:
    with brand_scope(made.brand_id), connection.cursor() as cursor:
        facts = [made.brand_id, made.pk, made.cost_usd]
        cursor.execute("SELECT studio_close_holds(%s, ARRAY[%s::uuid], ARRAY[%s::numeric], true)", facts)
        CostRecord.objects.create(
            brand_id=made.brand_id, generation=made, amount_usd=made.cost_usd, source="TARIFF", at=made.created_at
        )


def spent(tenant: Tenant) -> dict[date, tuple[str, str]]:
    with brand_scope(tenant.brand):
        rows = Budget.objects.values_list("month_date", "spent_usd", "reserved_usd")
        return {month: (str(spent), str(reserved)) for month, spent, reserved in rows}


@pytest.mark.parametrize(("before", "after"), [(LAST_OF_OCTOBER, FIRST_OF_NOVEMBER), (LAST_OF_MARCH, FIRST_OF_APRIL)])
def test_a_hold_is_settled_in_the_month_it_was_made_in(berlin: Tenant, before: datetime, after: datetime) -> None:
    old, new = held(berlin, "1", before), held(berlin, "2", after)
    months = [date(before.year, before.month, 1), ledger.month_of(brand=berlin.brand, at=after)]
    assert months[0] != months[1]
    settle(new)
    settle(old)  # long after its month
    assert spent(berlin) == {months[0]: ("1.000000", "0.000000"), months[1]: ("2.000000", "0.000000")}


def test_a_correction_goes_to_the_month_it_was_asked_for_in(berlin: Tenant) -> None:
    old = held(berlin, "1", LAST_OF_OCTOBER)
    held(berlin, "2", FIRST_OF_NOVEMBER)
    settle(old)
    with brand_scope(berlin.brand):
        adjust(actor=berlin.actor(), generation=old, amount_usd=Decimal("-0.25"), note="refund", effect_key="1")
    assert spent(berlin) == {date(2026, 10, 1): ("0.750000", "0.000000"), date(2026, 11, 1): ("0.000000", "2.000000")}


def test_nothing_carries_over(berlin: Tenant) -> None:
    """Neither what was left nor what was used up, of money and of turns."""
    settle(held(berlin, "30", LAST_OF_OCTOBER))
    now = None
    with brand_scope(berlin.brand):
        now = ledger.spend(brand=berlin.brand, user_id=berlin.editor.pk, at=FIRST_OF_NOVEMBER)
        limits = Budget.objects.get(), UserQuota.objects.get()
    assert (now.budget_spent_usd, now.quota_spent_usd, now.quota_used_generations) == (0, 0, 0)
    assert (now.budget_limit_usd, now.quota_limit_usd) == tuple(limit.limit_usd for limit in limits)
