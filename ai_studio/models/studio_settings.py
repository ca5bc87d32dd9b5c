from decimal import Decimal
from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from ai_studio.models.money import usd
from brands.tenancy.models import BrandManager


class StudioSettings(models.Model):
    """What one brand allows its studio: money a month, turns at once, whether it runs at all."""

    brand = models.OneToOneField("brands.Brand", on_delete=models.PROTECT, primary_key=True, related_name="+")
    monthly_budget_usd = usd(default=Decimal("500"), validators=[MinValueValidator(0)])
    user_monthly_generations = models.PositiveIntegerField(default=100)
    user_monthly_usd = usd(default=Decimal("50"), validators=[MinValueValidator(0)])
    max_running = models.PositiveSmallIntegerField(
        default=50, validators=[MinValueValidator(1), MaxValueValidator(1000)]
    )
    paused_at = models.DateTimeField(null=True, blank=True)
    resumed_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects: ClassVar[BrandManager] = BrandManager()

    class Meta:
        verbose_name_plural = "studio settings"
        constraints = [
            models.CheckConstraint(
                condition=Q(monthly_budget_usd__gte=0, user_monthly_usd__gte=0),
                name="settings_limits_positive",
            ),
            models.CheckConstraint(condition=Q(max_running__gte=1), name="settings_some_may_run"),
        ]

    def __str__(self) -> str:
        return f"Studio settings of {self.brand}"
