"""Anomalies that are kept, as clients see and change them."""

from typing import Any

from rest_framework import serializers

from ai_studio.api.serializers.generations import PersonSerializer
from analytics.api.serializers.metric_anomalies import RootCauseSerializer
from analytics.api.serializers.metric_values import DAYS
from analytics.choices import NotJudged
from analytics.models import Anomaly
from analytics.models.anomaly import MAX_REASON
from brands.api.serializers import StrictSerializer


class AnomalyMetricSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    unit = serializers.CharField()
    subject = serializers.CharField()


class KeptRootCauseSerializer(RootCauseSerializer):
    dimension = serializers.CharField(help_text="The property whose values explain it.")


class KeptAnomalySerializer(serializers.ModelSerializer[Anomaly]):
    metric = AnomalyMetricSerializer(read_only=True)
    root_cause = KeptRootCauseSerializer(
        read_only=True, allow_null=True, help_text="null: no property explains it, or it cannot be split."
    )
    status_by = PersonSerializer(read_only=True, allow_null=True, help_text="null: Atelier.")

    class Meta:
        model = Anomaly
        fields = [
            "id",
            "metric",
            "interval",
            "period_start",
            "period_end",
            "detector",
            "observed",
            "expected",
            "low",
            "high",
            "spreads",
            "severity",
            "direction",
            "root_cause",
            "suggested_action",
            "status",
            "status_by",
            "status_at",
            "reason",
            "muted_until",
            "found_at",
            "judged_at",
        ]
        read_only_fields = fields


class StateBody(StrictSerializer):
    reason = serializers.CharField(max_length=MAX_REASON, required=False, allow_blank=True)


class MuteBody(StateBody):
    until = serializers.DateTimeField(
        required=False,
        help_text="Until then the metric gets no new anomalies in this direction. Default: a week; at most a year.",
    )


class DetectBody(StrictSerializer):
    metrics = serializers.ListField(
        child=serializers.UUIDField(),
        required=False,
        min_length=1,
        max_length=100,
        help_text="Up to 12. Default: all that are watched, if they are no more.",
    )

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        text = "The first day to judge, by the brand's calendar. Default: 31 days ago; at the first look 366."
        return {"from": serializers.DateField(required=False, validators=DAYS, help_text=text), **super().get_fields()}


class OutcomeSerializer(serializers.Serializer[Any]):
    metric = AnomalyMetricSerializer()
    judged = serializers.IntegerField(help_text="How many periods that have ended.")
    not_judged = serializers.ChoiceField(NotJudged.choices, allow_null=True, help_text="Why none was.")
    found = serializers.IntegerField()
    changed = serializers.IntegerField(help_text="Known ones, whose numbers late events changed.")
    resolved = serializers.IntegerField(help_text="Open ones that are none any more.")


class DetectedSerializer(serializers.Serializer[Any]):
    as_of = serializers.DateTimeField()
    metrics = OutcomeSerializer(many=True)
