"""Numbers that a brand keeps an eye on, by name."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from analytics.choices import Detector, Interval, NotJudged
from analytics.metrics.anomalies.subjects import Subject
from analytics.metrics.measures import Aggregate
from brands.tenancy.models import BrandModel

FORMULA = "formula"
MEASURES = [*(each.value for each in Aggregate), FORMULA]
SUBJECTS = [each.value for each in Subject]


class Metric(BrandModel):
    """`definition` is what analytics.services.definitions reads; `subject` decides what an anomaly of it asks for."""

    name = models.CharField(max_length=120)
    description = models.CharField(max_length=400, blank=True)
    unit = models.CharField(max_length=16, blank=True, help_text="As USD; % shows shares as per cent.")
    subject = models.CharField(max_length=24, choices=[(each, each) for each in SUBJECTS], default=Subject.OTHER.value)
    definition = models.JSONField()
    watched = models.BooleanField(default=True, db_default=True, help_text="Beat looks for anomalies of it.")
    watch_interval = models.CharField(
        max_length=5, choices=Interval, default=Interval.DAY, db_default=Interval.DAY.value
    )
    # Where weekends differ, the median's deviation is that of weekdays, and calls most weekends anomalies.
    watch_detector = models.CharField(
        max_length=24, choices=Detector, default=Detector.ZSCORE, db_default=Detector.ZSCORE.value
    )
    watch_breakdowns = models.JSONField(
        default=list,
        db_default=models.Value([], models.JSONField()),
        blank=True,
        help_text="Properties that may explain an anomaly. None: those that its events have.",
    )
    watch_due_at = models.DateTimeField(null=True, help_text="When the period that runs ends. Null: now.")
    watch_version = models.BigIntegerField(null=True, help_text="Of the events, when it was last judged.")
    watch_checked_at = models.DateTimeField(null=True)
    watch_judged = models.PositiveIntegerField(null=True, help_text="How many periods could be judged.")
    watch_not_judged = models.CharField(
        max_length=16, choices=NotJudged, blank=True, default="", db_default="", help_text="Why none could be."
    )
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint("brand", Lower("name"), name="metric_name_once"),
            models.CheckConstraint(condition=~Q(name=""), name="metric_named"),
            models.CheckConstraint(condition=Q(subject__in=SUBJECTS), name="metric_subject_known"),
            # Without the key the second half would be NULL, which a check lets pass.
            models.CheckConstraint(
                condition=Q(definition__has_key="measure") & Q(definition__measure__in=MEASURES),
                name="metric_measure_known",
            ),
            models.CheckConstraint(
                condition=Q(
                    watch_interval__in=Interval.values,
                    watch_detector__in=Detector.values,
                    watch_not_judged__in=["", *NotJudged.values],
                ),
                name="metric_watch_known",
            ),
            models.CheckConstraint(
                condition=Q(watch_not_judged="") | Q(watch_judged=0, watch_judged__isnull=False),
                name="metric_not_judged_says_of_none",
            ),
        ]

    def __str__(self) -> str:
        return self.name
