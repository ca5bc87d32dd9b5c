from django.db import models
from django.db.models import Q

from brands.models import DomainEvent
from brands.tenancy.models import BrandForeignKey, BrandModel
from collaboration.models.webhook_endpoint import WebhookEndpoint
from collaboration.webhooks.choices import DeliveryStatus

MAX_RESOURCE = 120
MAX_ANSWER = 1024
TEST = "webhook.test"


class WebhookDelivery(BrandModel):
    """One event for one endpoint; its id is the webhook-id, the same however often it is sent.

    `resource` is what the event is about: a later one of the same waits for an earlier one that is WAITING, until
    `holds_until` (null: until it was tried). `tries` counts this round; sending it again by hand begins a new one.
    Each claim raises `fence`, and only its holder may write down what came of it. A test has no event.
    """

    endpoint = BrandForeignKey(WebhookEndpoint, on_delete=models.CASCADE, related_name="deliveries", db_index=False)
    event = BrandForeignKey(DomainEvent, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    seq = models.BigIntegerField(null=True)
    event_type = models.CharField(max_length=60)
    event_at = models.DateTimeField()
    resource = models.CharField(max_length=MAX_RESOURCE, blank=True)
    status = models.CharField(max_length=9, choices=DeliveryStatus, default=DeliveryStatus.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(null=True)
    holds_until = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True)
    fence = models.BigIntegerField(default=0)
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    status_code = models.PositiveSmallIntegerField(null=True, help_text="Of the last answer.")
    error_code = models.CharField(max_length=40, blank=True, help_text="Of the last try.")

    class Meta:
        verbose_name_plural = "webhook deliveries"
        indexes = [
            models.Index(
                fields=["brand", "endpoint", "next_at", "seq"],
                condition=Q(status="WAITING"),
                name="webhook_delivery_due",
            ),
            models.Index(
                fields=["brand", "endpoint", "resource", "seq"],
                condition=Q(status="WAITING"),
                name="webhook_delivery_in_line",
            ),
            models.Index(fields=["brand", "endpoint", "id"], name="webhook_delivery_log"),
            models.Index(fields=["brand", "status", "id"], name="webhook_delivery_by_status"),
        ]
        constraints = [
            # By the event, not by its number: an index that begins like the line's would be taken in place of it.
            models.UniqueConstraint(fields=["brand", "event", "endpoint"], name="webhook_delivery_once"),
            models.CheckConstraint(condition=Q(status__in=DeliveryStatus.values), name="webhook_delivery_status_known"),
            models.CheckConstraint(
                condition=Q(status="WAITING", next_at__isnull=False, ended_at=None)
                | (~Q(status="WAITING") & Q(next_at=None, lease_until=None, ended_at__isnull=False)),
                name="webhook_delivery_due_while_waiting",
            ),
            models.CheckConstraint(
                condition=Q(event_type=TEST, event=None, seq=None)
                | (~Q(event_type=TEST) & Q(event__isnull=False, seq__isnull=False, seq__gt=0)),
                name="webhook_delivery_of_an_event",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event_type} {self.seq or ''}".strip()


class WebhookAttempt(BrandModel):
    """One request, and what came back: the log. `answer` is the beginning of it, as text."""

    delivery = BrandForeignKey(WebhookDelivery, on_delete=models.CASCADE, related_name="attempts", db_index=False)
    fence = models.BigIntegerField()
    at = models.DateTimeField()
    duration_ms = models.PositiveIntegerField()
    status_code = models.PositiveSmallIntegerField(null=True)
    error_code = models.CharField(max_length=40, blank=True)
    error = models.CharField(max_length=300, blank=True)
    answer = models.CharField(max_length=MAX_ANSWER, blank=True)

    class Meta:
        ordering = ["fence"]
        constraints = [
            models.UniqueConstraint(fields=["brand", "delivery", "fence"], name="webhook_attempt_once"),
            models.CheckConstraint(
                condition=Q(status_code=None) | Q(status_code__gte=100, status_code__lte=999),
                name="webhook_attempt_status_code",
            ),
            models.CheckConstraint(
                condition=Q(error_code="") | Q(status_code=None) | Q(status_code__gte=300),
                name="webhook_attempt_2xx_is_no_error",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.status_code or self.error_code}"
