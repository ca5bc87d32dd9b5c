from django.db import models
from django.db.models import Q

from ai_studio.choices import CostSource
from ai_studio.models.money import usd
from brands import html
from brands.tenancy.models import BrandForeignKey, BrandModel


class CostRecord(BrandModel):
    """What a generation really cost, and where that was read: `details` names the price rows and the units.

    Append-only. One for each completed generation; at most one for one that failed or was called off, when its
    provider takes money all the same. What staff corrects is a further line, ADJUSTMENT: the sum of the lines is the
    cost, and equals the generation's SETTLE and ADJUST in the ledger.
    """

    generation = BrandForeignKey(
        "ai_studio.Generation",
        on_delete=models.PROTECT,
        related_name="cost_records",
        db_index=False,  # cost_by_generation
    )
    amount_usd = usd()
    source = models.CharField(max_length=16, choices=CostSource)
    details = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["brand", "generation"], condition=~Q(source=CostSource.ADJUSTMENT), name="cost_once"
            ),
            models.CheckConstraint(
                condition=Q(amount_usd__gte=0) | Q(source=CostSource.ADJUSTMENT), name="cost_not_negative"
            ),
            models.CheckConstraint(condition=Q(source__in=CostSource.values), name="cost_source_known"),
        ]
        indexes = [models.Index(fields=["brand", "generation"], name="cost_by_generation")]

    def __str__(self) -> str:
        return f"{html.usd(self.amount_usd)} ({self.get_source_display()})"
