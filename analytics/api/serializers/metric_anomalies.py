"""What departed in a metric, as clients ask and see it."""

from typing import Any

from rest_framework import serializers

from analytics.api.serializers.metric_values import PERIODS, KeptAnswerSerializer, PeriodQuery
from analytics.models.event import MAX_NAME

# As in analytics.metrics.anomalies, which loads numpy; a test holds them together.
METHODS = ["zscore", "mad", "iqr"]
SEVERITIES = ["medium", "high"]
SIDES = ["above", "below"]
SHORTEST_WINDOW, LONGEST_WINDOW = 7, 366


class AnomaliesQuery(PeriodQuery):
    method = serializers.ChoiceField(
        METHODS, default="mad", help_text="Mean and deviation, median and median deviation, or quartiles."
    )
    window = serializers.IntegerField(
        min_value=SHORTEST_WINDOW,
        max_value=LONGEST_WINDOW,
        default=28,
        help_text="How many buckets before each are its history.",
    )
    breakdown = serializers.CharField(
        max_length=MAX_NAME, required=False, help_text="A property whose values may explain what departed."
    )


class BandSerializer(serializers.Serializer[Any]):
    expected = serializers.FloatField()
    low = serializers.FloatField()
    high = serializers.FloatField()


class ContributionSerializer(serializers.Serializer[Any]):
    value = serializers.CharField(help_text="Empty: none of them.")
    effect = serializers.FloatField()
    share = serializers.FloatField(allow_null=True, help_text="Of the whole change.")
    mix = serializers.FloatField(help_text="By its share of the whole; 0 where it is no rate.")
    rate = serializers.FloatField(help_text="By its own rate; 0 where it is no rate.")
    weight = serializers.FloatField(help_text="What part of the whole it was before.")


class RootCauseSerializer(serializers.Serializer[Any]):
    """From the mean of the history to the bucket; the effects, with those of the rest, add up to the change."""

    before = serializers.FloatField()
    now = serializers.FloatField()
    change = serializers.FloatField()
    mix = serializers.FloatField()
    rate = serializers.FloatField()
    contributions = ContributionSerializer(many=True)
    rest = ContributionSerializer()


class AnomalySerializer(serializers.Serializer[Any]):
    label = serializers.CharField()  # type: ignore[assignment]
    start = serializers.SerializerMethodField()
    observed = serializers.FloatField(source="anomaly.value")
    expected = BandSerializer(source="anomaly.band")
    side = serializers.ChoiceField(SIDES, source="anomaly.side")
    severity = serializers.ChoiceField(SEVERITIES, source="anomaly.severity")
    spreads = serializers.FloatField(
        source="anomaly.spreads", allow_null=True, help_text="null: its history never varied."
    )
    cause = RootCauseSerializer(allow_null=True, help_text="null without a breakdown, or where nothing adds up.")
    action = serializers.CharField(help_text="What to look at first.")

    def get_start(self, found: Any) -> str:
        return str(found.start.isoformat())


class AnomaliesSerializer(serializers.Serializer[Any]):
    by = serializers.ChoiceField(PERIODS, source="series.cut.period")
    timezone = serializers.CharField(source="series.cut.timezone")
    as_of = serializers.DateTimeField()
    too_short = serializers.BooleanField(help_text="Fewer than 14 values before each: nothing could be judged.")
    expected = serializers.ListField(
        child=BandSerializer(allow_null=True), source="bands", help_text="Of each bucket; null: too little before it."
    )
    anomalies = AnomalySerializer(source="found", many=True)


class AnomaliesAnswerSerializer(AnomaliesSerializer, KeptAnswerSerializer):
    """As it is sent."""
