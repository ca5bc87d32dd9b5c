"""What is asked about retention, and its answers."""

import io
from typing import Any

from rest_framework import serializers
from rest_framework.exceptions import ParseError

from analytics.api.serializers.funnel_answers import INTERVALS, AnswerSerializer, RangeQuery
from analytics.api.serializers.pictures import PictureQuery
from analytics.api.serializers.selections import LONGEST_NAME, MOST_FILTERS, FilterBody
from brands.api.parsers import StrictJSONParser
from brands.errors import InvalidInput

ENTRIES = ("recurring", "first_in_range", "first_time", "first_ever")
MATCHES = ("on", "on_or_after")
WINDOWS = ("calendar", "elapsed")
WEEK_STARTS = ("monday", "sunday")
MOST_COLUMNS, MOST_OCCURRENCES = 100, 1000
_LONGEST_FILTERS = 20_000


class FiltersField(serializers.CharField):
    """Filters on properties, as JSON in one parameter: [{"property": …, "operator": …, "values": […]}]."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=_LONGEST_FILTERS, required=False, **kwargs)

    def to_internal_value(self, data: Any) -> Any:
        try:
            filters = StrictJSONParser().parse(io.BytesIO(super().to_internal_value(data).encode()))
        except ParseError as error:
            raise serializers.ValidationError("Not JSON.") from error
        except InvalidInput as error:
            raise serializers.ValidationError(
                [sentence for told in error.fields.values() for sentence in told]
            ) from error
        body: serializers.ListSerializer[Any] = serializers.ListSerializer(
            data=filters, child=FilterBody(), max_length=MOST_FILTERS
        )
        body.is_valid(raise_exception=True)
        return body.validated_data


class RetentionQuery(RangeQuery):
    start_event = serializers.CharField(
        max_length=LONGEST_NAME, required=False, help_text="What brings people into a cohort. Default: any event."
    )
    start_filters = FiltersField(help_text='As [{"property": "plan", "operator": "is", "values": ["pro"]}].')
    return_event = serializers.CharField(
        max_length=LONGEST_NAME, required=False, help_text="What counts as being back. Default: any event."
    )
    return_filters = FiltersField(help_text="As start_filters.")
    period = serializers.ChoiceField(INTERVALS, default="day", help_text="By the brand's clocks and calendar.")
    week_start = serializers.ChoiceField(WEEK_STARTS, default="monday")
    columns = serializers.IntegerField(
        min_value=1, max_value=MOST_COLUMNS, default=8, help_text="The cohort's own period and those after it."
    )
    entry = serializers.ChoiceField(
        ENTRIES,
        default="recurring",
        help_text="recurring: whoever starts in a period is in its cohort. first_in_range: only the first start within "
        "the range counts. first_time: only a person's first start that passes the filters, ever. first_ever: only "
        "their first start of all, if it passes the filters.",
    )
    match = serializers.ChoiceField(
        MATCHES, default="on", help_text="on: back in that very period. on_or_after: or in any later one."
    )
    windows = serializers.ChoiceField(
        WINDOWS,
        default="calendar",
        help_text="calendar: periods of the brand's calendar. elapsed: 1 or 24 hours, 7 or 30 days, each counted from "
        "the person's own first start in the range.",
    )
    minimum_occurrences = serializers.IntegerField(
        min_value=1, max_value=MOST_OCCURRENCES, default=1, help_text="So many return events in a period make a return."
    )


class RetentionTableQuery(RetentionQuery):
    breakdown = serializers.CharField(
        max_length=LONGEST_NAME,
        required=False,
        help_text="A property of the event that brings people in: a table for each of its 25 largest values.",
    )


class RetentionChartQuery(PictureQuery, RetentionQuery):
    pass


class RetentionPeopleQuery(RetentionQuery):
    cohort = serializers.IntegerField(min_value=0, help_text="Its place in the table, from 0.")
    column = serializers.IntegerField(min_value=0, max_value=MOST_COLUMNS - 1, help_text="0: the whole cohort.")
    after = serializers.IntegerField(min_value=0, default=0, help_text="Persons with higher numbers than this.")
    limit = serializers.IntegerField(min_value=1, max_value=1000, default=100)


class RetentionCellSerializer(serializers.Serializer[Any]):
    people = serializers.IntegerField(help_text="Of the cohort; in an average, of the cohorts that are old enough.")
    retained = serializers.IntegerField(allow_null=True, help_text="null: not known before `matures_at`.")
    rate = serializers.FloatField(allow_null=True, help_text="retained / people; null of nobody.")
    low = serializers.FloatField(allow_null=True, help_text="95 % interval (Wilson).")
    high = serializers.FloatField(allow_null=True)
    matures_at = serializers.DateTimeField(allow_null=True, help_text="null: it is known.")


class RetentionCohortSerializer(serializers.Serializer[Any]):
    label = serializers.CharField()  # type: ignore[assignment]  # a field here, a property of serializers there
    people = serializers.IntegerField(help_text="Until now, while its period lasts.")
    cells = RetentionCellSerializer(many=True)


class RetentionTableSerializer(serializers.Serializer[Any]):
    cohorts = RetentionCohortSerializer(many=True)
    averages = RetentionCellSerializer(
        many=True, help_text="For each column over all cohorts that are old enough, each weighing as its people."
    )


class RetentionPartSerializer(RetentionTableSerializer):
    """In each of their cohorts a person has the value of their first start event of its period: parts add up."""

    value = serializers.CharField(allow_null=True, help_text="null: the event has none, or this is the rest.")
    is_rest = serializers.BooleanField(help_text="All values beyond the largest 25 together.")


class RetentionAnswerSerializer(RetentionTableSerializer, AnswerSerializer):
    events_kept_from = serializers.DateTimeField(
        allow_null=True, help_text="Older events were forgotten: who came before is taken for new. null: none were."
    )
    breakdown = RetentionPartSerializer(many=True, allow_null=True)
