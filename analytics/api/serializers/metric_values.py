"""What is asked of metrics, and their values."""

from datetime import date
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from analytics.api.serializers.pictures import PictureQuery
from analytics.models.event import MAX_NAME
from brands.api.serializers import StrictSerializer

# As in analytics.metrics.periods, trends and series, which load numpy; a test holds them together.
PERIODS = ["hour", "day", "week", "month"]
WEEK_STARTS = ["monday", "sunday"]
DIRECTIONS = ["up", "down", "stable"]
GAPS = ["no_events", "not_yet", "division_by_zero", "too_large"]
NO_TESTS = ["too_few_values", "zero_variance"]
# Days far from today would leave the calendar.
DAYS = [MinValueValidator(date(2000, 1, 1)), MaxValueValidator(date(2100, 12, 31))]


class PeriodQuery(StrictSerializer):
    to = serializers.DateField(required=False, validators=DAYS, help_text="The last day. Default: today.")
    by = serializers.ChoiceField(PERIODS, default="day")
    week_start = serializers.ChoiceField(WEEK_STARTS, default="monday")

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        text = "The first day of the brand's calendar. Default: 30 days in all; at most 4,000 days, or 166 by hour."
        return {"from": serializers.DateField(required=False, validators=DAYS, help_text=text), **super().get_fields()}


class ValuesQuery(PeriodQuery):
    breakdown = serializers.CharField(max_length=MAX_NAME, required=False, help_text="A property of the events.")
    compare = serializers.BooleanField(default=False, help_text="With the period of the same length before.")


class ChartQuery(PictureQuery, ValuesQuery):
    pass


class MetricPointSerializer(serializers.Serializer[Any]):
    value = serializers.FloatField(allow_null=True)
    gap = serializers.ChoiceField(GAPS, allow_null=True, help_text="Why there is no value.")


class MetricBucketSerializer(MetricPointSerializer):
    label = serializers.CharField(help_text="As 2026-03-29, 2026-03 or 2026-03-29T01:00+01:00.")  # type: ignore[assignment]
    start = serializers.DateTimeField()
    complete = serializers.BooleanField(help_text="false: it has not ended.")


class MetricEffectSerializer(serializers.Serializer[Any]):
    """Of the mean of a bucket, or over the range, without season; interval of 95 %."""

    size = serializers.FloatField()
    low = serializers.FloatField()
    high = serializers.FloatField()
    p = serializers.FloatField()


class MetricChangeSerializer(serializers.Serializer[Any]):
    absolute = serializers.FloatField()
    relative = serializers.FloatField(allow_null=True, help_text="null where it was 0 before.")
    direction = serializers.ChoiceField(
        DIRECTIONS, allow_null=True, help_text="up and down only with p < .05 and an effect of at least 5 %."
    )
    effect = MetricEffectSerializer(allow_null=True)
    no_test = serializers.ChoiceField(NO_TESTS, allow_null=True, help_text="Why it could not be tested.")


class MetricSeriesSerializer(serializers.Serializer[Any]):
    total = MetricPointSerializer(help_text="Of the whole range: people counted once, a mean of all its numbers.")
    points = serializers.SerializerMethodField()

    @extend_schema_field(MetricBucketSerializer(many=True))
    def get_points(self, found: Any) -> list[dict[str, Any]]:
        cut = found.series.cut
        rows = zip(cut.labels, cut.starts(), found.series.points, strict=True)
        return [
            {
                "label": label,
                "start": start.isoformat(),
                **MetricPointSerializer(point).data,
                "complete": point.complete,
            }
            for label, start, point in rows
        ]


class FormerValuesSerializer(MetricSeriesSerializer):
    change = MetricChangeSerializer(allow_null=True, help_text="As far as the asked period is complete.")


class ValuePartSerializer(MetricSeriesSerializer):
    value = serializers.CharField(help_text="Of the breakdown.")


class MetricValuesSerializer(MetricSeriesSerializer):
    """A metric over time."""

    by = serializers.ChoiceField(PERIODS, source="series.cut.period")
    timezone = serializers.CharField(source="series.cut.timezone", help_text="The brand's: its days are meant.")
    as_of = serializers.DateTimeField()
    trend = MetricChangeSerializer(help_text="From the beginning of the range to its end, by its slope.")
    former = FormerValuesSerializer(allow_null=True)
    breakdown = ValuePartSerializer(source="parts", many=True, help_text="Of up to 20 values, the most frequent first.")
    left_out = serializers.IntegerField(help_text="How many more values there are.")


class KeptAnswerSerializer(serializers.Serializer[Any]):
    question = serializers.CharField(help_text="SHA-256 of the question: equal questions have equal ones.")


class MetricValuesAnswerSerializer(MetricValuesSerializer, KeptAnswerSerializer):
    """As it is sent."""
