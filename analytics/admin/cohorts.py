"""What became of the people who came together, as beat last found it."""

from django.contrib import admin
from unfold.contrib.filters.admin import ChoicesDropdownFilter, RangeDateFilter
from unfold.decorators import display

from analytics.charts.numbers import PERCENT, short
from analytics.models import AnalyticsCohort
from brands.admin.base import BrandFilter, ReadOnlyAdmin
from brands.html import NOTHING


@admin.register(AnalyticsCohort)
class CohortAdmin(ReadOnlyAdmin):
    list_display = ["start_date", "brand", "grain", "period_days", "people", "retention_shown", "revenue", "ltv"]
    list_filter = [BrandFilter, ("grain", ChoicesDropdownFilter), ("start_date", RangeDateFilter)]
    list_select_related = ["brand"]
    ordering = ["-start_date", "grain", "period_days", "id"]
    fields = [
        "start_date", "brand", "grain", "period_days", "people", "complete", "matures_date", "known_date", "seen",
        "retention_shown", "revenue", "ltv", "ltv_low", "ltv_high", "cost_usd", "margin",
    ]  # fmt: skip

    @display(description="Retention", ordering="retention")
    def retention_shown(self, cohort: AnalyticsCohort) -> str:
        if cohort.retention is None or cohort.retention_low is None or cohort.retention_high is None:
            return NOTHING
        rate, low, high = (
            short(each, PERCENT) for each in (cohort.retention, cohort.retention_low, cohort.retention_high)
        )
        return f"{rate} ({low} to {high})"
