from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Func, IntegerField, Q
from django.db.models.lookups import GreaterThanOrEqual, LessThanOrEqual

from analytics.choices import Attribution, ExclusionMode, FunnelEntry, FunnelOrder
from analytics.metrics.limits import LEAST_STEPS, MOST_STEPS
from brands.tenancy.models import BrandModel

LONGEST_WINDOW_SECONDS = 366 * 86_400
DEFINITION = (
    "steps",
    "exclusions",
    "order",
    "entry",
    "window_seconds",
    "tolerance_ms",
    "exclusion_mode",
    "breakdown",
    "attribution",
    "attribution_step",
)
_STEPS = Func("steps", function="jsonb_array_length", output_field=IntegerField())


class Funnel(BrandModel):
    """A question that a brand asks again and again: who goes from the first step to the last, and where they leave.

    `steps` and `exclusions` are stored as the API reads them (analytics/api/serializers/funnels.py).
    """

    name = models.CharField(max_length=120)
    description = models.CharField(max_length=1000, blank=True, default="", db_default="")
    steps = models.JSONField()
    exclusions = models.JSONField(default=list, blank=True)
    order = models.CharField(max_length=12, choices=FunnelOrder, default=FunnelOrder.ORDERED)
    entry = models.CharField(max_length=8, choices=FunnelEntry, default=FunnelEntry.ANY)
    window_seconds = models.PositiveIntegerField()
    tolerance_ms = models.PositiveIntegerField(default=0)
    exclusion_mode = models.CharField(max_length=12, choices=ExclusionMode, default=ExclusionMode.DROP_USER)
    breakdown = models.CharField(max_length=200, blank=True, default="", help_text="A property, or nothing.")
    attribution = models.CharField(max_length=8, choices=Attribution, default=Attribution.FIRST)
    attribution_step = models.PositiveSmallIntegerField(default=0, help_text="For STEP: which, from 0.")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="funnel_has_name"),
            models.UniqueConstraint(fields=["brand", "name"], name="funnel_name_once"),
            models.CheckConstraint(
                condition=Q(window_seconds__gte=1, window_seconds__lte=LONGEST_WINDOW_SECONDS),
                name="funnel_window_in_range",
            ),
            models.CheckConstraint(
                condition=GreaterThanOrEqual(_STEPS, LEAST_STEPS) & LessThanOrEqual(_STEPS, MOST_STEPS),
                name="funnel_has_2_to_20_steps",
            ),
            models.CheckConstraint(
                condition=Q(order__in=FunnelOrder.values)
                & Q(entry__in=FunnelEntry.values)
                & Q(exclusion_mode__in=ExclusionMode.values)
                & Q(attribution__in=Attribution.values),
                name="funnel_choices_known",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def definition(self) -> dict[str, Any]:
        """What its answers depend on."""
        return {name: getattr(self, name) for name in DEFINITION}
