"""What the tests of the staff admin share: its models, their addresses, and a brand with a row of everything."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone

from ai_studio.models import Attempt, Budget, Collection, CostRecord, Generation, LedgerEntry, Price, UserQuota
from ai_studio.services import prompt_templates
from analytics.models import AnalyticsCohort, AnalyticsReport, Anomaly, DeadLetter, EventImport, Funnel, Metric, Segment
from brands import secrets
from brands.models import CustomRole, Grant, Group, Invitation, Restriction
from brands.services import invitations
from brands.tenancy.models import new_id
from brands.tenancy.scope import brand_scope
from collaboration.external import registering
from collaboration.models import (
    Notification,
    NotificationMail,
    NotificationPreference,
    NotificationSettings,
    WebhookAttempt,
    WebhookDelivery,
    WebhookEndpoint,
)
from collaboration.threads import opening
from tests import factories, reviews, studio
from tests.factories import Tenant
from tests.guests import guest_of

MODELS = [
    "brands.brand",
    "brands.membership",
    "brands.invitation",
    "brands.customrole",
    "brands.group",
    "brands.grant",
    "brands.restriction",
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
    "collaboration.review",
    "analytics.segment",
    "analytics.analyticsreport",
    "analytics.anomaly",
    "analytics.analyticscohort",
    "analytics.deadletter",
    "analytics.funnel",
    "analytics.metric",
    "analytics.eventimport",
    "brands.sharelink",
    "brands.guestsession",
    "collaboration.thread",
    "collaboration.comment",
    "collaboration.externalresource",
    "collaboration.notification",
    "collaboration.notificationmail",
    "collaboration.notificationpreference",
    "collaboration.notificationsettings",
    "collaboration.webhookendpoint",
    "collaboration.webhookdelivery",
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
        _segments(tenant, number)
        EventImport.objects.create(
            brand=tenant.brand, name=f"{number}.csv", format="CSV", size_bytes=9, received_bytes=9, status="QUEUED"
        )
        Attempt.objects.create(
            brand=tenant.brand, generation=finished, number=1, provider="local", model="m", fence=1,
            started_at=timezone.now(),
        )  # fmt: skip
        _analytics(tenant, number)
        _talk(tenant, finished, number)
        _webhooks(tenant, number)
        reviews.decide(tenant, reviews.ask(tenant, finished, title=f"Spring {number}"), "REVIEWER")
        _notifications(tenant)
        _rights(tenant, finished, number)  # last: what is restricted, no editor may ask a review of
    return Filled(tenant, finished, waiting, collection, invitation)


def _rights(tenant: Tenant, generation: Generation, number: int) -> None:
    CustomRole.objects.create(brand=tenant.brand, name=f"Mug maker {number}", capabilities=["asset.view"])
    group = Group.objects.create(brand=tenant.brand, name=f"Mugs {number}")
    where = {"brand": tenant.brand, "resource_type": "AI_GENERATION", "resource_id": generation.pk}
    Grant.objects.create(group=group, permissions=["EDIT"], **where)
    Restriction.objects.create(**where)
    guest_of(tenant, "AI_GENERATION", generation)


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


def _segments(tenant: Tenant, number: int) -> None:
    kept: Any = {"brand": tenant.brand, "created_by": tenant.editor}
    criteria = {"event": "buy", "filters": []}
    Segment.objects.create(name=f"Buyers {number}", kind="DYNAMIC", criteria=criteria, due_at=timezone.now(), **kept)
    AnalyticsReport.objects.create(name=f"Months {number}", kind="COHORTS", **kept)


def _webhooks(tenant: Tenant, number: int) -> None:
    now = timezone.now()
    made = WebhookEndpoint.objects.create(
        brand=tenant.brand, url=f"https://shop.example/mugs/{number}?key=hidden", event_types=["*"],
        created_by=tenant.owner,
    )  # fmt: skip
    sent = WebhookDelivery.objects.create(
        brand=tenant.brand, endpoint=made, event_type="webhook.test", event_at=now, next_at=now, created_at=now
    )
    WebhookAttempt.objects.create(
        brand=tenant.brand, delivery=sent, fence=1, at=now, duration_ms=9, status_code=500, error_code="http_500"
    )


def _notifications(tenant: Tenant) -> None:
    now, whose = timezone.now(), {"brand": tenant.brand, "user": tenant.editor}
    sent = NotificationMail.objects.create(fold=f"one:{new_id()}", next_at=now, created_at=now, **whose)
    Notification.objects.create(
        kind="SHARED", dedupe_key=sent.fold, seq=1, event_at=now, in_app=True, email="NOW", mail=sent, created_at=now,
        **whose,
    )  # fmt: skip
    NotificationSettings.objects.get_or_create(language="fr", **whose)
    NotificationPreference.objects.get_or_create(kind="SHARED", in_app=True, email="NOW", **whose)


def _analytics(tenant: Tenant, number: int) -> None:
    at = timezone.now() - timedelta(days=400 + number)  # before the days of any other test
    brand, maker = tenant.brand, tenant.editor
    steps = [{"event": "visit"}, {"event": "buy"}]
    Funnel.objects.create(
        brand=brand, name=f"Sale {number}", steps=steps, exclusions=[], window_seconds=3600, created_by=maker
    )
    metric = Metric.objects.create(
        brand=brand, name=f"Mugs {number}", definition={"measure": "count", "event": "mug"}, created_by=maker
    )
    Anomaly.objects.create(
        brand=brand, metric=metric, interval="DAY", period_start=at - timedelta(days=1), period_end=at, detector="MAD",
        observed=9, expected=5, low=4, high=6, severity="HIGH", direction="ABOVE", suggested_action="Look.",
        found_at=at, judged_at=at, status_at=at,
    )  # fmt: skip
    AnalyticsCohort.objects.create(
        brand=brand, grain="DAY", start_date=at.date(), period_days=7, known_date=at.date(),
        matures_date=at.date() + timedelta(days=8), people=3, complete=False,
    )  # fmt: skip
    DeadLetter.objects.create(brand=brand, received_at=at, source="native", code="no_name", reason="No name.")


def _talk(tenant: Tenant, generation: Generation, number: int) -> None:
    actor, facts = tenant.actor(), {"title": f"Mug {number}", "url": "https://shop.example/"}
    registering.register(actor=actor, kind="PRODUCT", external_id=str(number), **facts)
    anchor = {"kind": "region", "x": 0.1, "y": 0.2, "w": 0.3, "h": 0.4}
    wanted = opening.Wanted("AI_GENERATION", generation.pk, "The mug is too <b>red</b>.", anchor=anchor)
    opening.open_thread(actor=actor, wanted=wanted)
