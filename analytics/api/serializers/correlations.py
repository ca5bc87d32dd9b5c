"""Which metrics move together, as clients ask and see it."""

from typing import Any

from rest_framework import serializers

from analytics.api.serializers.metric_values import PERIODS, KeptAnswerSerializer, PeriodQuery
from analytics.api.serializers.pictures import PictureQuery

# As in analytics.metrics.correlations, which loads numpy; a test holds them together.
SIGNIFICANCES = ["high", "medium", "low"]
REASONS = ["too_few_points", "too_many_gaps", "zero_variance", "too_few_changes"]
MOST_LEAD = 7
# The same ones named again count once; reports and questions keep what was said.
MOST_NAMED = 100


class CorrelationsQuery(PeriodQuery):
    metric = serializers.ListField(
        child=serializers.UUIDField(), max_length=MOST_NAMED, help_text="Repeated: 2 to 12 of them."
    )
    most_lead = serializers.IntegerField(
        min_value=0, max_value=MOST_LEAD, default=0, help_text="Leads and lags to try; each one tried costs certainty."
    )


class CorrelationsChartQuery(PictureQuery, CorrelationsQuery):
    pass


class CorrelationSerializer(serializers.Serializer[Any]):
    first = serializers.CharField(source="pair.first")
    second = serializers.CharField(source="pair.second")
    lead = serializers.IntegerField(
        source="pair.lead", help_text="So many buckets later `second` follows; negative: earlier."
    )
    r = serializers.FloatField(source="pair.r", help_text="Without trend, season and memory.")
    low = serializers.FloatField(source="pair.low")
    high = serializers.FloatField(source="pair.high")
    plain_r = serializers.FloatField(
        source="pair.plain_r", help_text="Pearson's r of the series as they are, which misleads."
    )
    points = serializers.IntegerField(source="pair.points")
    effective_points = serializers.FloatField(source="pair.effective_points")
    p = serializers.FloatField(source="pair.p", help_text="For all leads that were tried together.")
    q = serializers.FloatField(source="pair.q", help_text="For all pairs that were asked (Benjamini and Hochberg).")
    established = serializers.BooleanField(source="pair.established", help_text="q < .05")
    low_confidence = serializers.BooleanField(source="pair.low_confidence", help_text="Of fewer than 45 buckets.")
    significance = serializers.ChoiceField(SIGNIFICANCES, source="pair.significance")
    insight = serializers.CharField()


class RefusedSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    why = serializers.ChoiceField(REASONS)
    given = serializers.IntegerField()
    needed = serializers.IntegerField()


class CorrelationsSerializer(serializers.Serializer[Any]):
    by = serializers.ChoiceField(PERIODS, source="cut.period")
    timezone = serializers.CharField(source="cut.timezone")
    as_of = serializers.DateTimeField()
    buckets = serializers.IntegerField(help_text="Complete ones, which were compared.")
    pairs = CorrelationSerializer(source="told", many=True, help_text="The strongest evidence first.")
    refused = RefusedSerializer(source="found.refused", many=True, help_text="Metrics that cannot be compared.")
    apart = serializers.ListField(
        child=serializers.ListField(child=serializers.CharField()),
        source="found.apart",
        help_text="Pairs with too few buckets in common.",
    )


class CorrelationsAnswerSerializer(CorrelationsSerializer, KeptAnswerSerializer):
    """As it is sent."""
