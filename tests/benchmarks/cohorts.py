"""Cohorts that go on with 1 % of new events, beside a build from all of them. A part of tests.benchmarks.retention."""

import time
from datetime import timedelta
from typing import Any

from tests.factories import Tenant

SHARE = 0.01


def measure(tenant: Tenant, events: int, rounds: int) -> int:
    """Prints the share; 0, or 1 when it does not say what a build from all events says."""
    from tests.benchmarks import crowded_brand
    from tests.benchmarks.figures import figure, say

    people = max(1, events // crowded_brand.EVENTS_OF_A_PERSON)
    whole = min(_build(tenant, day=0, anew=True) for _ in range(max(1, rounds - 1)))
    further = []
    for number in range(rounds):
        crowded_brand.more(tenant, int(events * SHARE), people=people, day=crowded_brand.DAYS + number)
        further.append(_build(tenant, day=1 + number))
    went_on_to = _said(tenant)
    _build(tenant, day=rounds, anew=True)
    same = went_on_to == _said(tenant)
    say(f"cohorts from all events {whole:.2f} s, with 1 % of new ones {', '.join(f'{each:.2f}' for each in further)} s")
    if not same:
        say("they say otherwise than from all events")
    figure("incremental_rebuild_share", min(further) / whole, digits=3)
    return 0 if same else 1


def _build(tenant: Tenant, *, day: int, anew: bool = False) -> float:
    """The seconds that it took."""
    from analytics.models import CohortBuild
    from analytics.services import cohorts
    from brands.tenancy.scope import brand_scope
    from tests.benchmarks.crowded_brand import DAYS, START

    if anew:
        with brand_scope(tenant.brand):
            CohortBuild.objects.update(arrivals=None, sums=None)
    began = time.perf_counter()
    cohorts.rebuild(brand_id=tenant.id, at=START + timedelta(days=DAYS + day, hours=1))
    return time.perf_counter() - began


def _said(tenant: Tenant) -> list[Any]:
    from analytics.models import AnalyticsCohort
    from brands.tenancy.scope import brand_scope

    with brand_scope(tenant.brand):
        return list(
            AnalyticsCohort.objects.order_by("grain", "start_date", "period_days").values_list(
                "grain", "start_date", "period_days", "people", "seen", "retention", "revenue", "ltv", "ltv_high"
            )
        )
