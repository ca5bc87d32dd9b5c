"""What the tests of the staff admin share: its models, their addresses, and a brand with a row of everything."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone

from ai_studio.models import Attempt, Budget, Collection, CostRecord, Generation, LedgerEntry, Price, UserQuota
from ai_studio.services import prompt_templates
from analytics.models import EventImport
from brands import secrets
from brands.models import Invitation
from brands.services import invitations
from brands.tenancy.scope import brand_scope
from tests import factories, studio
from tests.factories import Tenant

MODELS = [
    "brands.brand",
    "brands.membership",
    "brands.invitation",
    "brands.apikey",
    "brands.secret",
    "brands.user",
    "brands.auditentry",
    "brands.domainevent",
    "ai_studio.generation",
    "ai_studio.attempt",
    "ai_studio.artifact",
    "ai_studio.collection",
    "ai_studio.prompttemplate",
    "ai_studio.studiosettings",
    "ai_studio.budget",
    "ai_studio.userquota",
    "ai_studio.ledgerentry",
    "ai_studio.costrecord",
    "ai_studio.price",
    "analytics.eventimport",
]


def address(model: str, page: str, *args: object) -> str:
    return reverse(f"admin:{model.replace('.', '_')}_{page}", args=args)


@dataclass
class Filled:
    """A brand with a row of everything."""

    tenant: Tenant
    finished: Generation
    waiting: Generation
    collection: Collection
    invitation: Invitation


def fill(tenant: Tenant, *, number: int = 0) -> Filled:
    finished, waiting = studio.finished(tenant), studio.generation(tenant)
    collection = studio.collection(tenant, finished, name=f"Spring {number}")
    with brand_scope(tenant.brand):
        invitation = invitations.invite(
            actor=factories.actor_for(tenant.brand, tenant.owner),
            inviter=tenant.owner,
            email=f"new{number}@{tenant.brand.slug}.example",
            role="EDITOR",
        )
        secrets.keep(
            actor=tenant.actor(), brand=tenant.brand, name=factories.secret_name(number), value=f"the value {number}"
        )
        _money(tenant, finished, number)
        prompt_templates.create(actor=tenant.actor(), name=f"Mug {number}", body="a mug")
        EventImport.objects.create(
            brand=tenant.brand, name=f"{number}.csv", format="CSV", size_bytes=9, received_bytes=9, status="QUEUED"
        )
        Attempt.objects.create(
            brand=tenant.brand, generation=finished, number=1, provider="local", model="m", fence=1,
            started_at=timezone.now(),
        )  # fmt: skip
    return Filled(tenant, finished, waiting, collection, invitation)


def _money(tenant: Tenant, generation: Generation, number: int) -> None:
    month: Any = (timezone.now().replace(day=1) - timedelta(days=31 * number)).date().replace(day=1)
    budget, _ = Budget.objects.get_or_create(brand=tenant.brand, month_date=month, defaults={"limit_usd": 100})
    quota, _ = UserQuota.objects.get_or_create(
        brand=tenant.brand, user=tenant.editor, month_date=month, defaults={"limit_usd": 10, "limit_generations": 9}
    )
    now = timezone.now()
    LedgerEntry.objects.create(
        brand=tenant.brand, budget=budget, quota=quota, generation=generation, kind="HOLD", amount_usd=1,
        effect_key=f"{generation.pk}:HOLD", at=now,
    )  # fmt: skip
    CostRecord.objects.create(brand=tenant.brand, generation=generation, amount_usd=1, source="TARIFF", at=now)
    Price.objects.get_or_create(
        provider="nobody", model="mug-1", unit="image", valid_from="2026-11-01",
        defaults={"unit_price_usd": "0.04", "source_url": "https://example.com/prices"},
    )  # fmt: skip
