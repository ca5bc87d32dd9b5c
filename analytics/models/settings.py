from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from brands.tenancy.models import BrandManager

MIN_KEPT_DAYS, MAX_KEPT_DAYS = 30, 10_000


class AnalyticsSettings(models.Model):
    """What one brand wants of its analytics."""

    brand = models.OneToOneField("brands.Brand", on_delete=models.PROTECT, primary_key=True, related_name="+")
    keep_events_days = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        validators=[MinValueValidator(MIN_KEPT_DAYS), MaxValueValidator(MAX_KEPT_DAYS)],
        help_text="Raw events older than this are forgotten; what they came to, day by day, is kept. Empty: keep all.",
    )

    objects: ClassVar[BrandManager] = BrandManager()

    class Meta:
        verbose_name_plural = "analytics settings"
        constraints = [
            models.CheckConstraint(
                condition=Q(keep_events_days=None) | Q(keep_events_days__range=(MIN_KEPT_DAYS, MAX_KEPT_DAYS)),
                name="analytics_kept_days_in_range",
            )
        ]

    def __str__(self) -> str:
        return f"Analytics settings of {self.brand}"
