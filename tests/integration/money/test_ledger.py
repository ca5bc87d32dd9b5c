"""Hold, settle, release, adjust: exact to a millionth, once, within the limits."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection

from ai_studio import ledger
from ai_studio.errors import BudgetExceeded, QuotaExceeded
from ai_studio.models import Budget, Generation, LedgerEntry, StudioSettings, UserQuota
from ai_studio.services import budgets, generations
from ai_studio.services.wish import Wish
from brands.models import Brand
from brands.tenancy.scope import brand_scope
from tests import studio
from tests.factories import Tenant

NOON = datetime(2026, 3, 15, 12, tzinfo=UTC)


def held(tenant: Tenant, usd: str, at: datetime = NOON) -> Generation:
    generation = studio.generation(tenant, estimated_cost_usd=Decimal(usd))
    with brand_scope(tenant.brand):
        ledger.hold(brand=tenant.brand, user_id=tenant.editor.pk, generations=[generation], at=at)
    return generation


def settle(generation: Generation, usd: str) -> None:
    """What studio_settle does with the money of a job that is done."""
    with brand_scope(generation.brand_id), connection.cursor() as cursor:
        facts = [generation.brand_id, generation.pk, Decimal(usd)]
        cursor.execute("SELECT studio_close_holds(%s, ARRAY[%s::uuid], ARRAY[%s::numeric], true)", facts)


def release(generation: Generation) -> None:
    with brand_scope(generation.brand_id):
        ledger.close(brand_id=generation.brand_id, generation_id=generation.pk, cost_usd=Decimal(0))


def sums(tenant: Tenant) -> tuple[str, str, str, str, int]:
    """Reserved and spent of the budget, then of the quota, and the turns used."""
    with brand_scope(tenant.brand):
        budget, quota = Budget.objects.get(), UserQuota.objects.get()
    amounts = (budget.reserved_usd, budget.spent_usd, quota.reserved_usd, quota.spent_usd)
    return (*(str(amount) for amount in amounts), quota.used_generations)  # type: ignore[return-value]


def moved(tenant: Tenant) -> list[tuple[str, str]]:
    with brand_scope(tenant.brand):
        return [(entry.kind, str(entry.amount_usd)) for entry in LedgerEntry.objects.order_by("id")]


def test_a_hold_reserves_the_estimate_and_a_turn(ours: Tenant, theirs: Tenant) -> None:
    held(ours, "0.123456")
    assert sums(ours) == ("0.123456", "0.000000", "0.123456", "0.000000", 1)
    with brand_scope(theirs.brand):
        assert not Budget.objects.exists()


def test_settling_less_than_the_hold_releases_the_rest(ours: Tenant) -> None:
    settle(held(ours, "0.08"), "0.033333")
    assert sums(ours) == ("0.000000", "0.033333", "0.000000", "0.033333", 1)
    assert moved(ours) == [("HOLD", "0.080000"), ("SETTLE", "0.033333"), ("RELEASE", "0.046667")]


def test_settling_more_than_the_hold_adjusts_for_the_difference(ours: Tenant) -> None:
    settle(held(ours, "0.08"), "0.100001")
    assert sums(ours) == ("0.000000", "0.100001", "0.000000", "0.100001", 1)
    assert moved(ours) == [("HOLD", "0.080000"), ("SETTLE", "0.080000"), ("ADJUST", "0.020001")]


def test_releasing_gives_money_and_turn_back(ours: Tenant) -> None:
    release(held(ours, "0.08"))
    assert sums(ours) == ("0.000000", "0.000000", "0.000000", "0.000000", 0)
    assert moved(ours) == [("HOLD", "0.080000"), ("RELEASE", "0.080000")]


@pytest.mark.parametrize("second", ["settle", "release"])
def test_a_hold_can_be_closed_once_only(ours: Tenant, second: str) -> None:
    generation = held(ours, "0.08")
    release(generation)
    with pytest.raises(IntegrityError):
        release(generation) if second == "release" else settle(generation, "0.08")
    assert sums(ours) == ("0.000000", "0.000000", "0.000000", "0.000000", 0)


def test_holding_twice_for_one_generation_is_impossible(ours: Tenant) -> None:
    generation = held(ours, "0.08")
    with pytest.raises(IntegrityError, match="ledger_effect_once"), brand_scope(ours.brand):
        ledger.hold(brand=ours.brand, user_id=ours.editor.pk, generations=[generation], at=NOON)
    assert sums(ours)[0] == "0.080000"


def test_many_small_movements_add_up_exactly(ours: Tenant) -> None:
    jobs = [held(ours, "0.000001") for _ in range(20)] + [held(ours, "0.1") for _ in range(10)]
    for job in jobs[:20]:
        settle(job, "0.000001")
    for job in jobs[20:]:
        settle(job, "0.099999")
    assert sums(ours) == ("0.000000", "1.000010", "0.000000", "1.000010", 30)


def test_all_of_the_budget_may_be_reserved_and_not_a_millionth_more(ours: Tenant) -> None:
    with brand_scope(ours.brand):
        StudioSettings.objects.update(monthly_budget_usd=Decimal("0.24"))
    for _ in range(3):
        held(ours, "0.08")
    with pytest.raises(BudgetExceeded) as refused:
        held(ours, "0.000001")
    assert refused.value.extra == {
        "limit_usd": "0.240000",
        "spent_usd": "0.000000",
        "reserved_usd": "0.240000",
        "needed_usd": "0.000001",
    }
    assert sums(ours)[0] == "0.240000"


def test_a_refused_quota_gives_the_budget_its_reservation_back(ours: Tenant) -> None:
    with brand_scope(ours.brand):
        StudioSettings.objects.update(user_monthly_generations=1)
        generations.request(actor=ours.actor(), wish=Wish(type="IMAGE_2D", prompt="one"))
    with pytest.raises(QuotaExceeded) as refused, brand_scope(ours.brand):
        generations.request(actor=ours.actor(), wish=Wish(type="IMAGE_2D", prompt="two"))
    assert refused.value.extra["used_generations"] == refused.value.extra["limit_generations"] == 1
    assert sums(ours) == ("0.080000", "0.000000", "0.080000", "0.000000", 1)
    with brand_scope(ours.brand):
        assert Generation.objects.count() == 1


def test_a_quota_is_one_persons_and_a_budget_everybodys(ours: Tenant) -> None:
    with brand_scope(ours.brand):
        StudioSettings.objects.update(user_monthly_generations=1, monthly_budget_usd=Decimal("0.16"))
    wish = Wish(type="IMAGE_2D", prompt="one")
    for role in ("OWNER", "ADMIN"):
        with brand_scope(ours.brand):
            generations.request(actor=ours.actor(role), wish=wish)
    with pytest.raises(BudgetExceeded), brand_scope(ours.brand):
        generations.request(actor=ours.actor("EDITOR"), wish=wish)


@pytest.mark.parametrize(
    ("zone", "at", "month"),
    [
        ("UTC", datetime(2026, 3, 31, 23, 59, 59, tzinfo=UTC), date(2026, 3, 1)),
        ("Pacific/Kiritimati", datetime(2026, 3, 31, 9, 59, 59, tzinfo=UTC), date(2026, 3, 1)),
        ("Pacific/Kiritimati", datetime(2026, 3, 31, 10, 0, tzinfo=UTC), date(2026, 4, 1)),
        ("America/Los_Angeles", datetime(2026, 4, 1, 6, 59, 59, tzinfo=UTC), date(2026, 3, 1)),
        ("America/Los_Angeles", datetime(2026, 4, 1, 7, 0, tzinfo=UTC), date(2026, 4, 1)),
        ("Europe/Paris", datetime(2026, 12, 31, 23, 0, tzinfo=UTC), date(2027, 1, 1)),
    ],
)
def test_a_month_begins_where_the_brand_lives(ours: Tenant, zone: str, at: datetime, month: date) -> None:
    with brand_scope(ours.brand):
        Brand.objects.update(timezone=zone)
        ours.brand.refresh_from_db()
    held(ours, "0.08", at=at)
    with brand_scope(ours.brand):
        assert [budget.month_date for budget in Budget.objects.all()] == [month]
        assert [quota.month_date for quota in UserQuota.objects.all()] == [month]


def test_a_new_month_has_its_own_money_and_the_old_ones_holds_close_in_the_old_one(ours: Tenant) -> None:
    old = held(ours, "0.08", at=datetime(2026, 3, 31, 23, tzinfo=UTC))
    held(ours, "0.15", at=datetime(2026, 4, 1, 1, tzinfo=UTC))
    settle(old, "0.05")
    with brand_scope(ours.brand):
        march, april = Budget.objects.order_by("month_date")
    assert (march.reserved_usd, march.spent_usd) == (0, Decimal("0.05"))
    assert (april.reserved_usd, april.spent_usd) == (Decimal("0.15"), 0)


def test_a_lower_limit_lets_running_jobs_end_and_none_begin(ours: Tenant) -> None:
    with brand_scope(ours.brand):
        running = generations.request(actor=ours.actor(), wish=Wish(type="IMAGE_2D", prompt="one"))
        budgets.set_monthly_limit(actor=ours.actor(), limit_usd=Decimal(0), at=running.created_at)
    with pytest.raises(BudgetExceeded), brand_scope(ours.brand):
        generations.request(actor=ours.actor(), wish=Wish(type="IMAGE_2D", prompt="two"))
    settle(running, "0.08")
    assert sums(ours)[:2] == ("0.000000", "0.080000")


def test_the_ledger_can_be_added_to_and_never_changed(ours: Tenant) -> None:
    held(ours, "0.08")
    for statement in (
        "UPDATE ai_studio_ledgerentry SET amount_usd = 0",
        "DELETE FROM ai_studio_ledgerentry",
        "TRUNCATE ai_studio_ledgerentry",
    ):
        with (
            pytest.raises(Exception, match="permission denied"),
            brand_scope(ours.brand),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)
