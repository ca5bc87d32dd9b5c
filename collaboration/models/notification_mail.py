from django.conf import settings
from django.db import models
from django.db.models import Q

from brands.tenancy.models import BrandModel
from collaboration.notifications.choices import MailStatus

MAX_FOLD = 160


class NotificationMail(BrandModel):
    """An e-mail to one person, about one notification or several.

    What comes with the same `fold` before somebody began to send it joins it; a digest is that of `digest_date`, the
    person's day. It is written when it is sent. Each claim raises `fence`, and only its holder may write down what
    came of it.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    fold = models.CharField(max_length=MAX_FOLD, blank=True)
    digest_date = models.DateField(null=True, blank=True)
    status = models.CharField(max_length=8, choices=MailStatus, default=MailStatus.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    fence = models.BigIntegerField(default=0)
    error = models.CharField(max_length=300, blank=True, help_text="Of the last try.")
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["brand", "next_at"], condition=Q(status="WAITING"), name="notification_mail_due"),
            models.Index(fields=["brand", "status", "-id"], name="notification_mail_by_status"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["brand", "user", "digest_date"],
                condition=Q(digest_date__isnull=False),
                name="notification_one_digest_a_day",
            ),
            models.UniqueConstraint(
                fields=["brand", "user", "fold"],
                condition=Q(status="WAITING", tries=0, digest_date=None),
                name="notification_mail_one_open_fold",
            ),
            models.CheckConstraint(condition=Q(status__in=MailStatus.values), name="notification_mail_status_known"),
            models.CheckConstraint(
                condition=Q(fold="", digest_date__isnull=False) | (~Q(fold="") & Q(digest_date=None)),
                name="notification_mail_fold_or_digest",
            ),
            models.CheckConstraint(
                condition=Q(status="WAITING", next_at__isnull=False, ended_at=None)
                | (~Q(status="WAITING") & Q(next_at=None, lease_until=None, ended_at__isnull=False)),
                name="notification_mail_due_while_waiting",
            ),
        ]

    def __str__(self) -> str:
        return f"Digest of {self.digest_date}" if self.digest_date else self.fold
