"""What became of the people who came together, as beat last found it."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from analytics.choices import Grain, Trend
from brands.tenancy.models import BrandManager, BrandModel

PERIODS = (7, 30, 90, 180, 365)
_OF_MATURE = ("seen", "ltv", "ltv_low", "ltv_high", "cost_usd", "cost", "margin")


def _between(low: str, value: str, high: str, *, needed: bool) -> Q:
    """The value lies within its interval; unless `needed` it may have none. (What is null passes comparisons.)"""
    none = {low: None, high: None, **({value: None} if needed else {})}
    there = {f"{name}__isnull": False for name in (low, value, high)}
    return Q(**none) | Q(**there, **{f"{low}__lte": F(value), f"{high}__gte": F(value)})


class AnalyticsCohort(BrandModel):
    """What a cohort did in its first `period_days`. Before `matures_date` that is null, never 0; all but a retention
    that can be estimated already. Money is in the brand's currency; `cost`, and with it `margin`, is null where that is
    not USD, in which the studio counts: no rate of exchange is known."""

    grain = models.CharField(max_length=5, choices=Grain.choices)
    start_date = models.DateField()
    period_days = models.PositiveSmallIntegerField()
    matures_date = models.DateField()
    known_date = models.DateField(help_text="Everything before this day was known.")
    people = models.PositiveIntegerField()
    complete = models.BooleanField(help_text="Nobody can join it any more.")
    seen = models.PositiveIntegerField(null=True, help_text="Who was there again. Null with a retention: estimated.")
    retention = models.FloatField(null=True)
    retention_low = models.FloatField(null=True)
    retention_high = models.FloatField(null=True)
    revenue = models.DecimalField(max_digits=24, decimal_places=6, null=True)
    ltv = models.DecimalField(max_digits=24, decimal_places=6, null=True)
    ltv_low = models.DecimalField(max_digits=24, decimal_places=6, null=True)
    ltv_high = models.DecimalField(max_digits=24, decimal_places=6, null=True)
    cost_usd = models.DecimalField(max_digits=24, decimal_places=6, null=True)
    cost = models.DecimalField(max_digits=24, decimal_places=6, null=True)
    margin = models.DecimalField(max_digits=24, decimal_places=6, null=True)
    retention_trend = models.CharField(max_length=6, choices=Trend.choices, blank=True)
    retention_change = models.FloatField(null=True)
    retention_p = models.FloatField(null=True)
    ltv_trend = models.CharField(max_length=6, choices=Trend.choices, blank=True)
    ltv_change = models.FloatField(null=True)
    ltv_p = models.FloatField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["brand", "grain", "start_date", "period_days"], name="cohort_once"),
            models.CheckConstraint(condition=Q(grain__in=Grain.values), name="cohort_grain_known"),
            models.CheckConstraint(condition=Q(period_days__in=PERIODS), name="cohort_period_known"),
            models.CheckConstraint(
                condition=Q(revenue=None, known_date__lt=F("matures_date"))
                | Q(revenue__isnull=False, known_date__gte=F("matures_date")),
                name="cohort_immature_is_null",
            ),
            models.CheckConstraint(
                condition=Q(revenue__isnull=False) | Q(**dict.fromkeys(_OF_MATURE)),
                name="cohort_says_nothing_before_it_matures",
            ),
            models.CheckConstraint(
                condition=Q(seen=None) | Q(seen__lte=F("people"), retention__isnull=False), name="cohort_seen_of_people"
            ),
            models.CheckConstraint(
                condition=Q(cost=None, margin=None)
                | Q(cost__isnull=False, margin__isnull=False, margin=F("revenue") - F("cost")),
                name="cohort_margin_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(cost=None) | Q(cost_usd__isnull=False, cost=F("cost_usd")), name="cohort_cost_is_in_usd"
            ),
            models.CheckConstraint(
                condition=_between("retention_low", "retention", "retention_high", needed=True)
                & (Q(retention=None) | Q(retention_low__gte=0, retention_high__lte=1)),
                name="cohort_retention_within_interval",
            ),
            models.CheckConstraint(
                condition=_between("ltv_low", "ltv", "ltv_high", needed=False),
                name="cohort_ltv_within_interval",
            ),
            models.CheckConstraint(
                condition=Q(retention_trend__in=["", *Trend.values], ltv_trend__in=["", *Trend.values]),
                name="cohort_trend_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.grain} {self.start_date}, {self.period_days} days"


class CohortBuild(models.Model):
    """From what the brand's cohorts were built: while none of it changes, they need not be built again; and what they
    came to, from which the next build goes on with what is new (analytics/services/cohort_sums.py)."""

    brand = models.OneToOneField("brands.Brand", on_delete=models.PROTECT, primary_key=True, related_name="+")
    version = models.BigIntegerField()
    timezone = models.CharField(max_length=64)
    currency = models.CharField(max_length=3)
    known_date = models.DateField()
    kept_from = models.DateTimeField(null=True, help_text="Events before this had been forgotten.")
    built_at = models.DateTimeField()
    arrivals = models.JSONField(null=True, help_text="What had arrived. Null: the next build starts anew.")
    sums = models.BinaryField(null=True)

    objects: ClassVar[BrandManager] = BrandManager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(version__gte=0), name="cohort_build_version_not_negative"),
            models.CheckConstraint(
                condition=Q(arrivals=None, sums=None) | Q(arrivals__isnull=False, sums__isnull=False),
                name="cohort_build_goes_on_from_all",
            ),
        ]

    def __str__(self) -> str:
        return f"Cohorts of {self.brand_id} at version {self.version}"


class CohortLife(models.Model):
    """What one person adds to the sums of the cohorts: when they came and, for each of PERIODS from the end of the one
    before, how old they were when they were first seen again (-1: not seen), and money (null: none)."""

    pk = models.CompositePrimaryKey("brand_id", "person")
    brand = models.ForeignKey(
        "brands.Brand", on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    person = models.BigIntegerField()
    came_date = models.DateField()
    seen = ArrayField(models.SmallIntegerField())
    revenue_micros = ArrayField(models.BigIntegerField(), null=True)
    cost_micros = ArrayField(models.BigIntegerField(), null=True)

    objects: ClassVar[BrandManager] = BrandManager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(seen__len=len(PERIODS))
                & (Q(revenue_micros=None) | Q(revenue_micros__len=len(PERIODS)))
                & (Q(cost_micros=None) | Q(cost_micros__len=len(PERIODS))),
                name="cohort_life_of_every_period",
            )
        ]

    def __str__(self) -> str:
        return f"{self.person} came {self.came_date}"
