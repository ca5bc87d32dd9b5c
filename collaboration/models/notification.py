from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from brands.tenancy.models import BrandForeignKey, BrandManager, BrandModel
from collaboration.notifications.choices import EmailMode, Kind

MAX_KEY = 120


class Notification(BrandModel):
    """What one member of a brand is told: that something happened, who did it and to what; nobody's words.

    `dedupe_key` names what it is about: nobody is told of the same twice. `in_app`: it is in their list; `email`: how
    it is sent, as they wished when it was made. `mail` is the one that it was put into.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=24, choices=Kind)
    dedupe_key = models.CharField(max_length=MAX_KEY)
    seq = models.BigIntegerField(help_text="Of the event in the brand's log.")
    event_at = models.DateTimeField()
    resource_type = models.CharField(max_length=40, blank=True)
    resource_id = models.UUIDField(null=True, blank=True)
    thread_id = models.UUIDField(null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    guest = BrandForeignKey("brands.GuestSession", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    facts = models.JSONField(default=dict, blank=True)
    in_app = models.BooleanField()
    email = models.CharField(max_length=6, choices=EmailMode)
    mail = BrandForeignKey(
        "collaboration.NotificationMail",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="notifications",
    )
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["brand", "user", "-id"], name="notification_list"),
            models.Index(fields=["brand", "user"], condition=Q(read_at=None, in_app=True), name="notification_unread"),
            models.Index(
                fields=["brand", "user", "created_at"],
                condition=Q(email="DIGEST", mail=None, read_at=None),
                name="notification_for_digest",
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["brand", "user", "dedupe_key"], name="notification_once"),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="notification_kind_known"),
            models.CheckConstraint(condition=Q(email__in=EmailMode.values), name="notification_email_known"),
            models.CheckConstraint(
                condition=Q(resource_type="", resource_id=None) | (~Q(resource_type="") & Q(resource_id__isnull=False)),
                name="notification_resource_whole",
            ),
            models.CheckConstraint(condition=Q(by=None) | Q(guest=None), name="notification_by_one"),
            models.CheckConstraint(condition=Q(in_app=True) | ~Q(email="OFF"), name="notification_told_somehow"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.seq}"

    @property
    def resource(self) -> tuple[str, str] | None:
        return (self.resource_type, str(self.resource_id)) if self.resource_type else None


class NotificationPlace(models.Model):
    """Up to where the brand's log of domain events was read into notifications.

    It moves in the transaction that writes them, under this row's lock: each event is read once, in order.
    """

    brand = models.OneToOneField("brands.Brand", on_delete=models.PROTECT, primary_key=True, related_name="+")
    last_seq = models.BigIntegerField(default=0)

    objects: ClassVar[BrandManager] = BrandManager()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(last_seq__gte=0), name="notification_place_not_negative")]

    def __str__(self) -> str:
        return f"{self.brand_id} read up to {self.last_seq}"
