"""A small shop for tests of pages and pictures: visits of which every third buys, and what is asked of them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.utils import timezone

from analytics.models import Funnel, Metric
from analytics.services import cohorts, funnel_definitions, metrics
from brands.tenancy.scope import brand_scope
from tests.factories import Tenant
from tests.integration.analytics.recorded import event, put

HOSTILE = "<script>alert(1)</script>"
DAYS = 40
COUNT = {"measure": "count"}


@dataclass
class Shop:
    tenant: Tenant
    funnel: Funnel
    metrics: list[Metric]
    visits: int


def open_shop(tenant: Tenant, *, at: datetime | None = None, built: bool = True) -> Shop:
    """Visits on each of 40 days until yesterday, by two a day, and by twenty a week ago. Names are hostile."""
    now = at or timezone.now()
    visits = []
    for day in range(1, DAYS + 1):
        for person in range(20 if day == 7 else 2 + day % 3):
            moment, who = now - timedelta(days=day, minutes=person), f"p{(day * 7 + person) % 50}"
            facts = {"properties": {"source": "web" if person % 2 else HOSTILE}}
            visits.append(event("visit", who, at=moment, **facts))
            if person % 3 == 0:
                bought = moment + timedelta(minutes=5)
                visits.append(event("buy", who, at=bought, revenue=Decimal(9), currency=tenant.brand.currency, **facts))
    put(tenant, *visits, at=now)
    with brand_scope(tenant.brand):
        funnel = funnel_definitions.create(
            actor=tenant.actor(),
            name=f"Sale {HOSTILE}",
            steps=[{"event": "visit", "label": f"Seen {HOSTILE}"}, {"event": "buy"}],
            window_seconds=3 * 86_400,
        )
        kept = [
            metrics.create(
                actor=tenant.actor(), name=f"{name} {HOSTILE}", definition={"measure": "count", "event": name}
            )
            for name in ("visit", "buy")
        ]
    if built:
        cohorts.rebuild(brand_id=tenant.id, at=now)
    return Shop(tenant, funnel, kept, sum(each.name == "visit" for each in visits))
