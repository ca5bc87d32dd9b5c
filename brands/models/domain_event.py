from typing import ClassVar

from django.db import models
from django.db.models import Q

from brands.tenancy.models import BrandManager, BrandModel


class DomainEvent(BrandModel):
    """What happened, in order, without a gap: the one log that feeds, webhooks and streams read."""

    seq = models.BigIntegerField()
    type = models.CharField(max_length=60)
    payload = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta:
        ordering = ["seq"]
        constraints = [
            models.UniqueConstraint(fields=["brand", "seq"], name="domain_event_seq_once"),
            models.CheckConstraint(condition=Q(seq__gt=0), name="domain_event_seq_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.seq} {self.type}"


class EventSequence(models.Model):
    """The last number given per brand. Its row lock makes the sequence gapless and ordered by commit."""

    brand = models.OneToOneField("brands.Brand", on_delete=models.PROTECT, primary_key=True, related_name="+")
    last_seq = models.BigIntegerField(default=0)

    objects: ClassVar[BrandManager] = BrandManager()

    def __str__(self) -> str:
        return f"{self.brand_id} at {self.last_seq}"
