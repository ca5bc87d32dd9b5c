from django.db import models
from django.db.models import Q

from ai_studio.choices import LedgerKind
from ai_studio.models.money import usd
from brands import html
from brands.tenancy.models import BrandForeignKey, BrandModel


class LedgerEntry(BrandModel):
    """A movement of money. Append-only; the effect key makes doing it twice impossible."""

    budget = BrandForeignKey("ai_studio.Budget", on_delete=models.PROTECT, related_name="entries")
    quota = BrandForeignKey("ai_studio.UserQuota", on_delete=models.PROTECT, related_name="entries")
    generation = BrandForeignKey("ai_studio.Generation", on_delete=models.PROTECT, related_name="ledger")
    kind = models.CharField(max_length=8, choices=LedgerKind)
    amount_usd = usd()
    effect_key = models.CharField(max_length=120)
    note = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]
        verbose_name_plural = "ledger entries"
        constraints = [
            models.UniqueConstraint(fields=["brand", "effect_key"], name="ledger_effect_once"),
            models.CheckConstraint(condition=Q(kind__in=LedgerKind.values), name="ledger_kind_known"),
            models.CheckConstraint(
                condition=Q(kind=LedgerKind.ADJUST) | Q(amount_usd__gte=0), name="ledger_only_adjust_negative"
            ),
        ]
        indexes = [models.Index(fields=["brand", "generation"], name="ledger_by_generation")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {html.usd(self.amount_usd)}"
