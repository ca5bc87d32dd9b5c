"""Notifications as tests make them: things happen, the log is read, mails are sent, all in this process."""

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from brands import events
from brands.models import User
from brands.tenancy.scope import brand_scope
from collaboration.models import Notification, NotificationMail
from collaboration.notifications import reading, sending
from tests.factories import Tenant

LATER = timedelta(hours=1)


def happens(tenant: Tenant, type: str, **payload: Any) -> int:  # noqa: A002
    with brand_scope(tenant.brand):
        return events.append(brand_id=tenant.id, type=type, payload=payload)


def read(tenant: Tenant, *, at: datetime | None = None) -> int:
    return reading.read(brand_id=tenant.id, at=at or timezone.now())


def send(tenant: Tenant, *, after: timedelta = LATER) -> int:
    """A worker's turn, as if so much time had passed."""
    return sending.send_due(brand_id=tenant.id, at=lambda: timezone.now() + after)


def rows(tenant: Tenant, *users: User, **facts: Any) -> list[Notification]:
    with brand_scope(tenant.brand):
        found = Notification.objects.filter(**({"user__in": users} if users else {}), **facts)
        return list(found.select_related("user").order_by("seq", "user_id"))


def told(tenant: Tenant) -> list[tuple[str, str]]:
    """Who was told what, in order, by their roles (the first part of the address) and kinds."""
    return [(row.user.email.partition("@")[0], str(row.kind)) for row in rows(tenant)]


def mails(tenant: Tenant) -> list[NotificationMail]:
    with brand_scope(tenant.brand):
        return list(NotificationMail.objects.order_by("id"))
