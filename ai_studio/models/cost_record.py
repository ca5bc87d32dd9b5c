from django.db import models
from django.db.models import Q

from ai_studio.choices import CostSource
from ai_studio.models.money import usd
from brands import html
from brands.tenancy.models import BrandModel, BrandOneToOneField


class CostRecord(BrandModel):
    """What a completed generation really cost, and where that was read. Exactly one per generation."""

    generation = BrandOneToOneField("ai_studio.Generation", on_delete=models.PROTECT, related_name="cost_record")
    amount_usd = usd()
    source = models.CharField(max_length=16, choices=CostSource)
    details = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount_usd__gte=0), name="cost_not_negative"),
            models.CheckConstraint(condition=Q(source__in=CostSource.values), name="cost_source_known"),
        ]

    def __str__(self) -> str:
        return f"{html.usd(self.amount_usd)} ({self.get_source_display()})"
