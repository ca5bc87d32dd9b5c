"""Saved reports as clients see and send them."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from ai_studio.api.serializers.generations import PersonSerializer
from analytics.choices import ReportKind
from analytics.models import AnalyticsReport
from analytics.models.report import MOST_LAST_DAYS
from brands.api.serializers import StrictSerializer

MOST_PARAMETERS = 30


class ReportBody(StrictSerializer):
    name = serializers.CharField(max_length=120)
    description = serializers.CharField(max_length=1000, required=False, allow_blank=True)
    kind = serializers.ChoiceField(ReportKind.choices)
    parameters = serializers.DictField(
        required=False,
        help_text="By name, those of the endpoint that answers its kind; with `funnel` or `metric`, the id of what is "
        "asked.",
    )
    last_days = serializers.IntegerField(
        min_value=1,
        max_value=MOST_LAST_DAYS,
        required=False,
        allow_null=True,
        help_text="A range that moves along: so many days, the last is today. Else `from` and `to` of the parameters.",
    )

    def validate_parameters(self, value: dict[str, Any]) -> dict[str, Any]:
        if len(value) > MOST_PARAMETERS:
            raise serializers.ValidationError([f"At most {MOST_PARAMETERS}."])
        return value


class SavedReportSerializer(serializers.ModelSerializer[AnalyticsReport]):
    created_by = serializers.SerializerMethodField(help_text="null for guests.")
    parameters = serializers.DictField(read_only=True)

    class Meta:
        model = AnalyticsReport
        fields = [
            "id", "name", "description", "kind", "parameters", "last_days", "created_by", "created_at", "updated_at",
        ]  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(PersonSerializer(allow_null=True))
    def get_created_by(self, report: AnalyticsReport) -> dict[str, Any] | None:
        return None if self.context["view"].actor.is_guest else dict(PersonSerializer(report.created_by).data)
