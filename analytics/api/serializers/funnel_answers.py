"""What is asked of a funnel, and its answers."""

from typing import Any

from rest_framework import serializers

from ai_studio.api.serializers.analytics import DAYS
from analytics.api.serializers.pictures import PictureQuery
from analytics.api.serializers.selections import LONGEST_NAME
from analytics.choices import Attribution
from analytics.metrics.limits import MOST_STEPS
from analytics.models.event import MAX_DISTINCT_ID
from analytics.services.funnel_drivers import REASONS as NO_DRIVERS
from analytics.services.funnel_traces import REASONS as TRACE_REASONS
from brands.api.serializers import StrictSerializer

STEP: dict[str, Any] = {"min_value": 0, "max_value": MOST_STEPS - 1}
FATES = ("reached", "open", "dropped")
INTERVALS = ("hour", "day", "week", "month")


class RangeQuery(StrictSerializer):
    to = serializers.DateField(required=False, validators=DAYS, help_text="The last day of entry. Default: today.")
    as_of = serializers.DateTimeField(
        required=False, help_text="Answer as it was then. Default: now; the same question then has the same answer."
    )
    segment = serializers.UUIDField(required=False, help_text="Only of its people, as it was last built.")

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        text = "The first day of entry. Default: 30 days in all."
        return {"from": serializers.DateField(required=False, validators=DAYS, help_text=text), **super().get_fields()}


class ReportQuery(RangeQuery):
    """What is not given is the funnel's own."""

    breakdown = serializers.CharField(max_length=LONGEST_NAME, required=False, allow_blank=True)
    attribution = serializers.ChoiceField(Attribution.choices, required=False)
    attribution_step = serializers.IntegerField(**STEP, required=False)


class FunnelChartQuery(PictureQuery, ReportQuery):
    pass


class TrendQuery(RangeQuery):
    interval = serializers.ChoiceField(INTERVALS, default="day")
    from_step = serializers.IntegerField(**STEP, default=0)
    to_step = serializers.IntegerField(**STEP, required=False)


class TimesQuery(RangeQuery):
    from_step = serializers.IntegerField(**STEP, default=0)
    to_step = serializers.IntegerField(**STEP, required=False, help_text="Default: the step that is the conversion.")
    bins = serializers.IntegerField(min_value=1, max_value=60, required=False)


class PeopleQuery(RangeQuery):
    step = serializers.IntegerField(**STEP)
    fate = serializers.ChoiceField(
        FATES, default="reached", help_text="reached it; open: can still; dropped: cannot any more."
    )
    after = serializers.IntegerField(min_value=0, default=0, help_text="Persons with higher numbers than this.")
    limit = serializers.IntegerField(min_value=1, max_value=1000, default=100)


class TraceQuery(RangeQuery):
    segment = None  # type: ignore[assignment]  # of whoever is not in it nothing true could be told


class TraceByNameQuery(TraceQuery):
    distinct_id = serializers.CharField(
        max_length=MAX_DISTINCT_ID, trim_whitespace=False, help_text="Any name that the person came by."
    )


class RateSerializer(serializers.Serializer[Any]):
    count = serializers.IntegerField()
    of = serializers.IntegerField()
    value = serializers.FloatField(allow_null=True, help_text="count / of; null of nobody.")
    low = serializers.FloatField(allow_null=True, help_text="95 % interval (Wilson).")
    high = serializers.FloatField(allow_null=True)


class SpreadSerializer(serializers.Serializer[Any]):
    people = serializers.IntegerField()
    average = serializers.FloatField(help_text="Seconds.")
    median = serializers.FloatField()
    percentiles = serializers.DictField(child=serializers.FloatField(), help_text="{percent: seconds}")


class StepSerializer(serializers.Serializer[Any]):
    people = serializers.IntegerField()
    open = serializers.IntegerField(help_text="At the step before, and can still get here.")
    dropped = serializers.IntegerField(help_text="At the step before, and cannot any more.")
    from_first = RateSerializer()
    from_previous = RateSerializer()
    settled_from_first = RateSerializer(help_text="Only of people whose window has run out.")
    settled_from_previous = RateSerializer()
    seconds = SpreadSerializer(allow_null=True)


class FunnelReportSerializer(serializers.Serializer[Any]):
    people = serializers.IntegerField(help_text="Who entered.")
    excluded = serializers.IntegerField()
    open = serializers.IntegerField(help_text="Their window has not run out: neither converted nor dropped.")
    conversion = RateSerializer()
    settled_conversion = RateSerializer()
    critical_step = serializers.IntegerField(allow_null=True, help_text="Before it most people dropped out.")
    seconds = SpreadSerializer(allow_null=True, help_text="From the first step to the conversion.")
    steps = StepSerializer(many=True)


class AnswerSerializer(serializers.Serializer[Any]):
    as_of = serializers.DateTimeField()
    question = serializers.CharField(help_text="SHA-256 of the question: equal questions have equal ones.")
    semantics = serializers.DictField(help_text="The rules it was counted by.")


class PartSerializer(serializers.Serializer[Any]):
    value = serializers.CharField(allow_null=True)
    is_rest = serializers.BooleanField(help_text="All values beyond the largest 25 together.")
    never_reached = serializers.BooleanField(help_text="Those who did not reach the step whose value counts.")
    report = FunnelReportSerializer()


class FunnelAnswerSerializer(FunnelReportSerializer, AnswerSerializer):
    breakdown = PartSerializer(many=True, allow_null=True)


class TrendPeriodSerializer(serializers.Serializer[Any]):
    label = serializers.CharField()  # type: ignore[assignment]
    people = serializers.IntegerField()
    converted = serializers.IntegerField()
    open = serializers.IntegerField()
    conversion = RateSerializer()
    settled_conversion = RateSerializer()


class FunnelTrendSerializer(AnswerSerializer):
    interval = serializers.ChoiceField(INTERVALS)
    periods = TrendPeriodSerializer(many=True)


class BinSerializer(serializers.Serializer[Any]):
    from_seconds = serializers.IntegerField()
    people = serializers.IntegerField()


class FunnelTimesSerializer(AnswerSerializer):
    spread = SpreadSerializer(allow_null=True)
    bin_seconds = serializers.IntegerField(allow_null=True)
    bins = BinSerializer(many=True)


class DriverSerializer(serializers.Serializer[Any]):
    """Of those whose fate is known; an association, which proves no cause."""

    event = serializers.CharField(allow_null=True, help_text="Done after the entry, before the conversion or the end.")
    property = serializers.CharField(allow_null=True, help_text="Of the first step's event; null for an event.")
    value = serializers.CharField(allow_null=True)
    converted_with = serializers.IntegerField(help_text="Of `converted` people so many had it.")
    converted = serializers.IntegerField()
    others_with = serializers.IntegerField()
    others = serializers.IntegerField()
    odds_ratio = serializers.FloatField(help_text="1 added to each of the four counts, so that it is always finite.")
    low = serializers.FloatField(help_text="95 % interval (Woolf).")
    high = serializers.FloatField()
    p_value = serializers.FloatField(help_text="Pearson's chi², of few people Fisher's exact test.")
    q_value = serializers.FloatField(help_text="Over all that were tested (Benjamini and Hochberg).")
    helps = serializers.BooleanField(help_text="More of those who converted had it.")


class FunnelDriversSerializer(AnswerSerializer):
    converted = serializers.IntegerField()
    others = serializers.IntegerField(help_text="Who did not, and cannot any more.")
    open = serializers.IntegerField(help_text="Who still can: left out.")
    reason = serializers.ChoiceField(NO_DRIVERS, allow_null=True, help_text="Why there are none.")
    tested = serializers.IntegerField()
    drivers = DriverSerializer(many=True, help_text="The strongest first.")


class TraceStepSerializer(serializers.Serializer[Any]):
    event = serializers.CharField(allow_null=True, help_text="null: any event.")
    reached_at = serializers.DateTimeField(allow_null=True)


class FunnelTraceSerializer(AnswerSerializer):
    person = serializers.IntegerField()
    distinct_ids = serializers.ListField(child=serializers.CharField(), help_text="Names they came by, at most 10.")
    reason = serializers.ChoiceField(TRACE_REASONS)
    in_words = serializers.CharField()
    attempts = serializers.IntegerField(help_text="How often they began. Of these the one that counts is told.")
    steps = TraceStepSerializer(many=True)
    missing_step = serializers.IntegerField(
        allow_null=True, help_text="From 0. null: converted, or in any order, where several would do."
    )
    happened_at = serializers.DateTimeField(allow_null=True, help_text="When that was which the reason names.")


class FoundPersonSerializer(serializers.Serializer[Any]):
    person = serializers.IntegerField()
    distinct_ids = serializers.ListField(child=serializers.CharField(), help_text="Names they came by, at most 10.")


class FunnelPeopleSerializer(serializers.Serializer[Any]):
    count = serializers.IntegerField(help_text="As many as the report says.")
    people = FoundPersonSerializer(many=True)
    after = serializers.IntegerField(allow_null=True, help_text="For the next page; null: this was the last.")
