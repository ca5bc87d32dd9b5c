"""What departed from a metric's own history, and what people made of it."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from analytics.choices import AnomalyStatus, Detector, Direction, Interval, Severity
from analytics.models.metric import Metric
from brands.tenancy.models import BrandForeignKey, BrandModel

# In PostgreSQL NaN is above, and the infinities are outside of, all of these.
LARGEST = 1.7976931348623157e308
_FINITE = (-LARGEST, LARGEST)
MAX_REASON = 400
MAX_ACTION = 600


class Anomaly(BrandModel):
    """A period of a metric, as a detector judged it when `judged_at`. Nobody changed its status: `status_by` is null,
    and late events may still change it; what a person decided stays. Muted until `muted_until`, its metric gets no new
    anomalies in this direction for periods that begin before.

    `root_cause`: {dimension, before, now, change, mix, rate, contributions, rest}, as analytics.metrics.anomalies has
    it; null where no property explains it, or the metric does not add up over the values of any.
    """

    metric = BrandForeignKey(Metric, on_delete=models.CASCADE, related_name="anomalies", db_index=False)
    interval = models.CharField(max_length=5, choices=Interval)
    period_start = models.DateTimeField()
    period_end = models.DateTimeField()
    detector = models.CharField(max_length=24, choices=Detector)
    observed = models.FloatField()
    expected = models.FloatField()
    low = models.FloatField()
    high = models.FloatField()
    spreads = models.FloatField(null=True, help_text="So many deviations from what was usual. Null: it never varied.")
    severity = models.CharField(max_length=6, choices=Severity)
    direction = models.CharField(max_length=5, choices=Direction)
    root_cause = models.JSONField(null=True)
    suggested_action = models.CharField(max_length=MAX_ACTION)
    found_at = models.DateTimeField()
    judged_at = models.DateTimeField(help_text="When its numbers were last looked at and found to be others.")
    status = models.CharField(max_length=12, choices=AnomalyStatus, default=AnomalyStatus.OPEN)
    status_at = models.DateTimeField()
    status_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", help_text="Null: Atelier."
    )
    reason = models.CharField(max_length=MAX_REASON, blank=True, help_text="Of its status.")
    muted_until = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "anomalies"
        indexes = [
            models.Index(fields=["brand", "status", "id"], name="anomaly_by_status"),
            models.Index(fields=["brand", "period_start"], name="anomaly_by_period"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["brand", "metric", "interval", "period_start", "detector"], name="anomaly_once"
            ),
            models.CheckConstraint(
                condition=Q(
                    interval__in=Interval.values,
                    detector__in=Detector.values,
                    severity__in=Severity.values,
                    direction__in=Direction.values,
                    status__in=AnomalyStatus.values,
                ),
                name="anomaly_choices_known",
            ),
            models.CheckConstraint(condition=Q(period_end__gt=F("period_start")), name="anomaly_period_has_length"),
            models.CheckConstraint(condition=Q(found_at__gte=F("period_end")), name="anomaly_found_after_its_period"),
            models.CheckConstraint(
                condition=Q(observed__range=_FINITE, low__range=_FINITE, high__range=_FINITE)
                & (Q(spreads=None) | Q(spreads__range=_FINITE)),
                name="anomaly_numbers_finite",
            ),
            models.CheckConstraint(
                condition=Q(low__lte=F("expected"), high__gte=F("expected")), name="anomaly_expected_within_band"
            ),
            models.CheckConstraint(
                condition=Q(direction=Direction.ABOVE, observed__gt=F("expected"))
                | Q(direction=Direction.BELOW, observed__lt=F("expected")),
                name="anomaly_departs_in_its_direction",
            ),
            models.CheckConstraint(
                condition=Q(status=AnomalyStatus.MUTED, muted_until__isnull=False)
                | (~Q(status=AnomalyStatus.MUTED) & Q(muted_until=None)),
                name="anomaly_muted_until",
            ),
            # Atelier opens and resolves; the rest is for people to say.
            models.CheckConstraint(
                condition=Q(status_by__isnull=False) | Q(status__in=[AnomalyStatus.OPEN, AnomalyStatus.RESOLVED]),
                name="anomaly_status_has_its_person",
            ),
            models.CheckConstraint(condition=~Q(suggested_action=""), name="anomaly_says_what_to_do"),
        ]

    def __str__(self) -> str:
        return f"{self.metric} {self.direction.lower()} what was expected, {self.period_start:%Y-%m-%d %H:%M}"
