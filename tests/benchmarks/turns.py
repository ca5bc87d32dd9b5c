"""Whose turns came, and who still has work."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Count, Max

from ai_studio.choices import ACTIVE, Queue, Status
from ai_studio.models import Generation
from brands.tenancy.scope import brand_scope
from tests.factories import Tenant

REASON = "benchmark of fairness"


def turns(tenants: Sequence[Tenant], since: datetime, until: datetime) -> list[int]:
    """Jobs that each brand began while all of them had waiting work."""
    rows = Generation.objects.all_brands(reason=REASON).filter(started_at__gte=since, started_at__lt=until)
    rows = rows.filter(brand_id__in=[tenant.id for tenant in tenants])
    ended = [t.id for t in tenants if not waiting(t)]
    last = rows.filter(brand_id__in=ended).values("brand_id").annotate(at=Max("started_at"))
    common_end = min((row["at"] for row in last), default=until)
    counted = dict(rows.filter(started_at__lte=common_end).order_by().values_list("brand_id").annotate(Count("id")))
    return [counted.get(tenant.id, 0) for tenant in tenants]


def waiting(tenant: Tenant) -> bool:
    with brand_scope(tenant.brand):
        return bool(Generation.objects.filter(queue=Queue.IO, status=Status.PENDING).exists())


def running(tenant: Tenant) -> bool:
    with brand_scope(tenant.brand):
        return bool(Generation.objects.filter(status=Status.PROCESSING).exists())


def active(tenants: Sequence[Tenant]) -> bool:
    rows = Generation.objects.all_brands(reason=REASON).filter(status__in=ACTIVE)
    return bool(rows.filter(brand_id__in=[tenant.id for tenant in tenants]).exists())
