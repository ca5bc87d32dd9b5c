"""Old notifications are forgotten, and mails about none."""

from datetime import datetime, timedelta
from uuid import UUID

from brands.tenancy.scope import brand_scope
from collaboration.models import Notification, NotificationMail
from collaboration.notifications.choices import MailStatus

KEPT = timedelta(days=180)
SET = 2_000
_REASON = "old notifications are forgotten"


def keep(*, at: datetime) -> int:
    """Returns how many notifications were forgotten. Who is told of the same again later would be told anew."""
    old = Notification.objects.all_brands(reason=_REASON).filter(created_at__lt=at - KEPT)
    return sum(_forget(brand_id, at) for brand_id in list(old.order_by().values_list("brand_id", flat=True).distinct()))


def _forget(brand_id: UUID, at: datetime) -> int:
    forgotten = 0
    while True:
        with brand_scope(brand_id):
            some = list(Notification.objects.filter(created_at__lt=at - KEPT).values_list("pk", flat=True)[:SET])
            Notification.objects.filter(pk__in=some).delete()
            mails = NotificationMail.objects.filter(created_at__lt=at - KEPT, notifications=None)
            mails.exclude(status=MailStatus.WAITING).delete()
        forgotten += len(some)
        if len(some) < SET:
            return forgotten
