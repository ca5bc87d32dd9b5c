"""The page of costs in a real browser: a chart, a table that adds up, no page wider than the phone."""

import os
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from ai_studio.choices import Status
from ai_studio.models import CostRecord
from brands.tenancy.scope import brand_scope
from tests import studio
from tests.e2e.browsing import DESKTOP, PHONE

pytestmark = pytest.mark.browser


MADE = [
    ("local", "atelier-local-1", "IMAGE_2D"),
    ("fal", "flux-pro", "IMAGE_2D"),
    ("meshy", "meshy-6", "MODEL_3D"),
]


def a_month_of_costs(tenant):
    now = timezone.now()
    models = [
        ("local", "atelier-local-1", "IMAGE_2D"),
        ("fal", "flux-pro", "IMAGE_2D"),
        ("meshy", "meshy-6", "MODEL_3D"),
    ]
    for n in range(24):
        provider, model, kind = models[n % 3]
        at, usd = now - timedelta(days=n), Decimal("0.04") * (1 + n % 5)
        made = studio.generation(
            tenant, status=Status.COMPLETED, provider=provider, model=model, type=kind, created_at=at, cost_usd=usd
        )
        with brand_scope(tenant.brand):
            CostRecord.objects.create(brand=tenant.brand, generation=made, amount_usd=usd, source="PRICE_TABLE", at=at)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desk", "phone"])
def test_costs_have_a_chart_and_a_table_that_adds_up(signed_in, ours, scheme, size):
    a_month_of_costs(ours)
    watched = signed_in(color_scheme=scheme, viewport=size)
    page = watched.open("/admin/ai_studio/costrecord/report/")
    assert page.locator("canvas").count() == 1
    cells = [row.locator("td").all_inner_texts() for row in page.locator("#costs tbody tr").all()]
    *rows, total = [Decimal(row[-1].removeprefix("$")) for row in cells]
    assert len(rows) == 3
    assert sum(rows) == total
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    if folder := os.environ.get("SCREENSHOTS"):
        page.screenshot(path=f"{folder}/costs-{size['width']}-{scheme}.png", full_page=True)
