from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from ai_studio.models import Attempt, Budget, Collection, CostRecord, Generation, LedgerEntry, UserQuota
from brands.models import Invitation, User
from brands.services import invitations
from brands.tenancy.scope import brand_scope
from tests import factories, studio
from tests.factories import Tenant

MODELS = (
    "brands.brand brands.membership brands.invitation brands.apikey brands.user brands.auditentry brands.domainevent "
    "ai_studio.generation ai_studio.attempt ai_studio.artifact ai_studio.collection ai_studio.studiosettings "
    "ai_studio.budget ai_studio.userquota ai_studio.ledgerentry ai_studio.costrecord"
).split()


def address(model: str, page: str, *args: object) -> str:
    return reverse(f"admin:{model.replace('.', '_')}_{page}", args=args)


@pytest.fixture
def staff(committed: None) -> User:
    """A superuser with a second factor."""
    user = factories.make_user("staff@atelier.example", is_staff=True, is_superuser=True)
    TOTP.activate(user, generate_totp_secret())
    return user


@pytest.fixture
def onlooker(committed: None) -> User:
    """Staff who may view everything and change nothing."""
    user = factories.make_user("onlooker@atelier.example", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__startswith="view_"))
    return user


@pytest.fixture
def browse() -> Callable[[User], Client]:
    def signed_in(user: User) -> Client:
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return signed_in


@pytest.fixture
def admin(staff: User, browse: Callable[[User], Client]) -> Client:
    return browse(staff)


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
        _money(tenant, finished, number)
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
