"""What is asked of the kept cohorts, and their table."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from ai_studio.api.serializers.analytics import DAYS
from analytics.api.serializers.pictures import PictureQuery
from analytics.choices import Grain, Trend
from analytics.models import AnalyticsCohort
from analytics.services.cohort_charts import MEASURES
from brands.api.serializers import StrictSerializer


class CohortsQuery(StrictSerializer):
    to = serializers.DateField(required=False, validators=DAYS, help_text="Cohorts that begin until this day.")
    grain = serializers.ChoiceField(Grain.choices, default=Grain.MONTH)

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        text = "Cohorts that begin from this day on. Default: all that are kept, at most the newest 400."
        return {"from": serializers.DateField(required=False, validators=DAYS, help_text=text), **super().get_fields()}

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if "from" in attrs and "to" in attrs and attrs["from"] > attrs["to"]:
            raise serializers.ValidationError({"from": [f"It is after the last day, {attrs['to']}."]})
        return attrs


class CohortsChartQuery(PictureQuery, CohortsQuery):
    measure = serializers.ChoiceField(list(MEASURES.items()), default="retention")


class CohortTrendSerializer(serializers.Serializer[Any]):
    """Beside the cohort before: up or down only when a test at 5 % says so and the change is at least 5 %."""

    direction = serializers.ChoiceField([trend.lower() for trend in Trend.values])
    change = serializers.FloatField(allow_null=True, help_text="Relative: .1 is ten per cent more; null: it was 0.")
    p_value = serializers.FloatField()


class CohortCellSerializer(serializers.ModelSerializer[AnalyticsCohort]):
    retention_trend = serializers.SerializerMethodField(help_text="Two-proportion test.")
    ltv_trend = serializers.SerializerMethodField(help_text="Welch's t test.")
    estimated = serializers.SerializerMethodField(
        help_text="Kaplan–Meier's retention, with Greenwood's interval: not everyone has lived through the period."
    )

    class Meta:
        model = AnalyticsCohort
        fields = [
            "period_days", "matures_date", "seen", "retention", "retention_low", "retention_high", "estimated",
            "revenue", "ltv", "ltv_low", "ltv_high", "cost_usd", "cost",
            "margin", "retention_trend", "ltv_trend",
        ]  # fmt: skip
        read_only_fields = fields

    def get_estimated(self, cell: AnalyticsCohort) -> bool:
        return cell.retention is not None and cell.seen is None

    @extend_schema_field(CohortTrendSerializer(allow_null=True))
    def get_retention_trend(self, cell: AnalyticsCohort) -> dict[str, Any] | None:
        return _trend(cell.retention_trend, cell.retention_change, cell.retention_p)

    @extend_schema_field(CohortTrendSerializer(allow_null=True))
    def get_ltv_trend(self, cell: AnalyticsCohort) -> dict[str, Any] | None:
        return _trend(cell.ltv_trend, cell.ltv_change, cell.ltv_p)


def _trend(direction: str, change: float | None, p_value: float | None) -> dict[str, Any] | None:
    return {"direction": direction.lower(), "change": change, "p_value": p_value} if direction else None


class CohortSerializer(serializers.Serializer[Any]):
    start_date = serializers.DateField()
    people = serializers.IntegerField()
    complete = serializers.BooleanField(help_text="Nobody can join it any more.")
    cells = CohortCellSerializer(many=True, help_text="Up to 7, 30, 90, 180 and 365 days after each of them came.")


class CohortTableSerializer(serializers.Serializer[Any]):
    grain = serializers.ChoiceField(Grain.choices)
    built_at = serializers.DateTimeField(allow_null=True, help_text="null: not built yet.")
    known_date = serializers.DateField(allow_null=True, help_text="Everything before this day was known.")
    cohorts = CohortSerializer(many=True)
