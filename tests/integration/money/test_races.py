"""Fifty at once, over HTTP and at a real web process: a budget for ten pays for ten."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
import requests

from ai_studio.models import Budget, Generation, LedgerEntry, StudioSettings, UserQuota
from brands.tenancy.scope import brand_scope
from tests import studio
from tests.factories import Tenant
from tests.integration.pipeline import steps

PARALLEL = 50
WISH = {"type": "IMAGE_2D", "prompt": "a red mug"}


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
