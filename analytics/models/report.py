"""Questions that a brand keeps, to be asked again, shared and talked about."""

from django.conf import settings
from django.db import models
from django.db.models import Func, Q
from django.db.models.functions import Lower
from django.db.models.lookups import Exact

from analytics.choices import ReportKind
from brands.tenancy.models import BrandModel

MOST_LAST_DAYS = 4_000
OF_FUNNELS = (ReportKind.FUNNEL, ReportKind.FUNNEL_TREND, ReportKind.FUNNEL_TIMES)
_TYPE = Func("parameters", function="jsonb_typeof", output_field=models.CharField())


class AnalyticsReport(BrandModel):
    """`parameters` are those of the endpoint that answers its kind, by name; `funnel` or `metric`: which one is asked.

    `last_days`: the range moves along, so many days until today. Else it is what the parameters say.
    """

    name = models.CharField(max_length=120)
    description = models.CharField(max_length=1000, blank=True, default="", db_default="")
    kind = models.CharField(max_length=16, choices=ReportKind)
    parameters = models.JSONField(default=dict, blank=True)
    last_days = models.PositiveSmallIntegerField(null=True, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = "report"
        constraints = [
            models.UniqueConstraint("brand", Lower("name"), name="report_name_once"),
            models.CheckConstraint(condition=~Q(name=""), name="report_named"),
            models.CheckConstraint(condition=Q(kind__in=ReportKind.values), name="report_kind_known"),
            models.CheckConstraint(condition=Exact(_TYPE, "object"), name="report_parameters_by_name"),
            models.CheckConstraint(
                condition=Q(kind__in=OF_FUNNELS, parameters__has_key="funnel")
                | Q(kind=ReportKind.METRIC, parameters__has_key="metric")
                | ~Q(kind__in=[*OF_FUNNELS, ReportKind.METRIC]),
                name="report_about_something",
            ),
            models.CheckConstraint(
                condition=Q(last_days=None)
                | Q(last_days__range=(1, MOST_LAST_DAYS)) & ~Q(parameters__has_any_keys=["from", "to"]),
                name="report_range_relative_or_fixed",
            ),
        ]

    def __str__(self) -> str:
        return self.name
