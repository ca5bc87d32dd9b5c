"""Fifty at once, over HTTP and at a real web process: a budget for ten pays for ten."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from decimal import Decimal

import pytest
import requests

from ai_studio import ledger
from ai_studio.models import Budget, Generation, LedgerEntry, StudioSettings, UserQuota
from ai_studio.services import budgets
from brands.tenancy.scope import brand_scope
from tests import studio
from tests.factories import Tenant
from tests.integration.pipeline import steps

PARALLEL = 50
NOON = datetime(2026, 3, 15, 12, tzinfo=UTC)
WISH = {"type": "IMAGE_2D", "prompt": "a red mug", "provider": "local"}


def statuses(live_url: str, tenant: Tenant) -> list[int]:
    def ask(_: int) -> int:
        address = live_url + studio.url(tenant, "generations/")
        headers = {"Authorization": f"Bearer {tenant.key.token}"}
        with requests.post(address, json=WISH, headers=headers, timeout=60) as answer:
            return answer.status_code

    with ThreadPoolExecutor(PARALLEL) as threads:
        return sorted(threads.map(ask, range(PARALLEL)))


@pytest.mark.parametrize(
    ("limits", "refusal"),
    [
        ({"monthly_budget_usd": Decimal("0.80")}, 402),
        ({"user_monthly_usd": Decimal("0.87")}, 429),
        ({"user_monthly_generations": 10}, 429),
    ],
)
def test_of_fifty_parallel_requests_exactly_the_ten_that_are_covered_are_accepted(
    live_url: str, ours: Tenant, theirs: Tenant, limits: dict[str, Decimal | int], refusal: int
) -> None:
    with brand_scope(ours.brand):
        StudioSettings.objects.update(**limits)
    assert statuses(live_url, ours) == [202] * 10 + [refusal] * 40
    with brand_scope(ours.brand):
        assert Generation.objects.count() == LedgerEntry.objects.count() == 10
        assert Budget.objects.get().reserved_usd == UserQuota.objects.get().reserved_usd == Decimal("0.80")
    steps.all_in_order()


def test_a_limit_that_is_set_while_the_month_begins_counts_for_it(committed: None, ours: Tenant) -> None:
    """The first request of the month has read the old limit, and is not committed yet."""
    opened, limited = threading.Event(), threading.Event()

    def begin_the_month() -> None:
        with brand_scope(ours.brand):
            month = ledger.month_of(brand=ours.brand, at=NOON)
            ledger.open_month(brand_id=ours.id, user_id=ours.editor.pk, month_date=month)
            opened.set()
            limited.wait(0.5)

    with steps.in_thread(begin_the_month):
        assert opened.wait(10)
        with brand_scope(ours.brand):
            budgets.set_monthly_limit(actor=ours.actor(), limit_usd=Decimal(7), at=NOON)
        limited.set()
    with brand_scope(ours.brand):
        assert Budget.objects.get().limit_usd == StudioSettings.objects.get().monthly_budget_usd == 7
