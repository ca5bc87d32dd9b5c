"""What the queues were like, minute by minute."""

from django.db import models
from django.db.models import Q

from ai_studio.choices import Queue
from brands.tenancy.models import BrandModel

KEPT_DAYS = 7


class QueueReading(models.Model):
    """A minute in which the queues were read. It tells a minute in which a brand had nothing from one in which
    nobody looked, and belongs to no brand: it says that beat was alive, and nothing more."""

    at = models.DateTimeField(primary_key=True)

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"


class QueueSample(BrandModel):
    """A brand's jobs of one queue and provider at a reading, and those that ended in the minute before it.

    Without a row at a reading there was nothing to count.
    """

    at = models.DateTimeField()
    queue = models.CharField(max_length=16, choices=Queue)
    provider = models.CharField(max_length=40)
    waiting = models.PositiveIntegerField()
    active = models.PositiveIntegerField()
    delayed = models.PositiveIntegerField()
    oldest_seconds = models.FloatField(null=True, help_text="How long the one that waits longest had been due.")
    completed = models.PositiveIntegerField()
    failed = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["brand", "at", "queue", "provider"], name="queue_sample_once"),
            models.CheckConstraint(condition=Q(queue__in=Queue.values), name="queue_sample_queue_known"),
            models.CheckConstraint(
                condition=Q(waiting=0, oldest_seconds=None) | Q(waiting__gt=0, oldest_seconds__gte=0),
                name="queue_sample_age_iff_waiting",
            ),
        ]
        indexes = [models.Index(fields=["at"], name="queue_sample_by_time")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}: {self.waiting} waiting in {self.queue}"
