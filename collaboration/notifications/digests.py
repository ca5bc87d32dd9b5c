"""One e-mail a day about what somebody has not read, at an hour of their own day."""

from datetime import UTC, datetime, time
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from brands.tenancy.scope import brand_scope
from collaboration.models import Notification, NotificationMail
from collaboration.notifications import bells, preferences
from collaboration.notifications.choices import EmailMode
from collaboration.notifications.preferences import Preferences

_REASON = "notifications that wait for a digest"


def waiting() -> list[UUID]:
    """Brands in which something waits for a digest: one query."""
    found = _pending(Notification.objects.all_brands(reason=_REASON))
    return list(found.order_by().values_list("brand_id", flat=True).distinct())


def make(*, brand_id: UUID, at: datetime) -> int:
    """The digests of the brand whose time has come. Returns how many; none for the second of two who do it at once."""
    with brand_scope(brand_id):
        people = list(_pending(Notification.objects.all()).order_by().values_list("user_id", flat=True).distinct())
        chosen = preferences.of(brand_id=brand_id, user_ids=people)
        made = sum(_make(brand_id, user_id, chosen[user_id], at) for user_id in people)
        if made:
            bells.send_on_commit(brand_id)
    return made


def due_at(chosen: Preferences, at: datetime) -> datetime:
    """When the digest of the person's present day comes. An hour that a change of clocks leaves out comes as if it had
    not; one that comes twice is the first."""
    return datetime.combine(at.astimezone(chosen.zone).date(), time(chosen.digest_hour), chosen.zone).astimezone(UTC)


def _make(brand_id: UUID, user_id: int, chosen: Preferences, at: datetime) -> bool:
    due = due_at(chosen, at)
    if at < due:
        return False
    # What came later is for tomorrow. Locked: who makes it at the same time finds nothing.
    rows = _pending(Notification.objects.filter(user=user_id, created_at__lte=due))
    ids = list(rows.select_for_update(skip_locked=True, of=("self",)).values_list("pk", flat=True))
    day = at.astimezone(chosen.zone).date()
    if not ids or NotificationMail.objects.filter(user=user_id, digest_date=day).exists():
        return False
    mail = NotificationMail.objects.create(
        brand_id=brand_id, user_id=user_id, digest_date=day, next_at=at, created_at=at
    )
    Notification.objects.filter(pk__in=ids).update(mail=mail)
    return True


def _pending(rows: "QuerySet[Any]") -> "QuerySet[Any]":
    return rows.filter(email=EmailMode.DIGEST, mail=None, read_at=None)
