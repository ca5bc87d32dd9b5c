from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from brands.tenancy.models import BrandManager, BrandModel
from collaboration.webhooks.choices import Disabled

MAX_URL = 2000
MAX_PATTERN = 60


class WebhookEndpoint(BrandModel):
    """An address that a brand has its events sent to.

    Its secrets are kept under names of its own (collaboration/webhooks/signing.py): the present one, and until
    `former_secret_until` the one before. Events up to `since_seq` happened before it was switched on. `failing_since`,
    `tries_failed` and `events_failed` count what failed with nothing delivered in between; while it rests, until
    `rests_until`, it is not asked.
    """

    url = models.CharField(max_length=MAX_URL)
    description = models.CharField(max_length=200, blank=True)
    event_types = ArrayField(models.CharField(max_length=MAX_PATTERN))
    active = models.BooleanField(default=True)
    disabled = models.CharField(max_length=8, choices=Disabled, blank=True)
    disabled_at = models.DateTimeField(null=True, blank=True)
    since_seq = models.BigIntegerField(default=0)
    former_secret_until = models.DateTimeField(null=True, blank=True)
    failing_since = models.DateTimeField(null=True, blank=True)
    tries_failed = models.PositiveIntegerField(default=0)
    events_failed = models.PositiveIntegerField(default=0)
    rests_until = models.DateTimeField(null=True, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(url__regex=r"^https?://[^\s]+$"), name="webhook_url_is_one"),
            models.CheckConstraint(
                condition=Q(event_types__len__gte=1, event_types__len__lte=50), name="webhook_has_event_types"
            ),
            models.CheckConstraint(condition=Q(disabled__in=["", *Disabled.values]), name="webhook_disabled_known"),
            # Switched off by us: since when, and not on.
            models.CheckConstraint(
                condition=Q(disabled="", disabled_at=None)
                | (~Q(disabled="") & Q(active=False, disabled_at__isnull=False)),
                name="webhook_disabled_is_off",
            ),
            models.CheckConstraint(condition=Q(since_seq__gte=0), name="webhook_since_not_negative"),
        ]

    def __str__(self) -> str:
        """Paths and queries may hold what opens doors at the other side."""
        host = self.url.partition("//")[2].partition("/")[0].partition("?")[0]
        return f"{host} ({self.description})" if self.description else host


class WebhookPlace(models.Model):
    """Up to where the brand's log of domain events was read into deliveries.

    It moves in the transaction that writes them, under this row's lock: each event is read once, in order.
    """

    brand = models.OneToOneField("brands.Brand", on_delete=models.PROTECT, primary_key=True, related_name="+")
    last_seq = models.BigIntegerField(default=0)

    objects: ClassVar[BrandManager] = BrandManager()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(last_seq__gte=0), name="webhook_place_not_negative")]

    def __str__(self) -> str:
        return f"{self.brand_id} read up to {self.last_seq}"
