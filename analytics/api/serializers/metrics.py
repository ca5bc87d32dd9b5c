"""Metrics as clients see and send them."""

from typing import Any

from rest_framework import serializers

from ai_studio.api.serializers.generations import PersonSerializer
from analytics.api.serializers.selections import SelectionBody
from analytics.choices import Detector, Interval
from analytics.metrics.measures import Aggregate, Operation
from analytics.models import Metric
from analytics.models.event import MAX_NAME
from analytics.models.metric import FORMULA, MEASURES, SUBJECTS
from analytics.stores.base import REVENUE
from brands.api.serializers import StrictSerializer

_OF_EVENTS = {Aggregate.COUNT, Aggregate.PEOPLE}
MOST_BREAKDOWNS = 5
_PARTS = ("operation", "first", "second")


class OperandBody(SelectionBody):
    """Something that is counted or measured of the events."""

    event = serializers.CharField(
        max_length=MAX_NAME, required=False, allow_null=True, help_text="Its name; left out: any event."
    )
    measure = serializers.ChoiceField([each.value for each in Aggregate])
    property = serializers.CharField(
        max_length=MAX_NAME, required=False, help_text=f"Whose numbers are taken; {REVENUE}: the revenue."
    )
    percent = serializers.FloatField(
        required=False, min_value=0, max_value=100, help_text="Of measure percentile. Default: 50."
    )

    def validate(self, data: dict[str, Any]) -> dict[str, Any]:
        measure = data["measure"]
        counted = measure in _OF_EVENTS
        if counted and "property" in data:
            raise serializers.ValidationError({"property": [f"A metric of measure {measure} takes none."]})
        if not counted and "property" not in data:
            raise serializers.ValidationError({"property": [f"A metric of measure {measure} needs one."]})
        if "percent" in data and measure != Aggregate.PERCENTILE:
            raise serializers.ValidationError({"percent": ["Only a percentile takes it."]})
        return data


class DefinitionBody(OperandBody):
    measure = serializers.ChoiceField(MEASURES)
    operation = serializers.ChoiceField([each.value for each in Operation], required=False)
    first = OperandBody(required=False)
    second = OperandBody(required=False)

    def validate(self, data: dict[str, Any]) -> dict[str, Any]:
        if data["measure"] != FORMULA:
            if surplus := [name for name in _PARTS if name in data]:
                raise serializers.ValidationError({name: ["Only a formula takes it."] for name in surplus})
            return super().validate(data)
        if missing := [name for name in _PARTS if name not in data]:
            raise serializers.ValidationError({name: ["A formula needs it."] for name in missing})
        if surplus := sorted(set(data) - {"measure", *_PARTS}):
            raise serializers.ValidationError({name: ["A formula's parts take it."] for name in surplus})
        return data


class MetricBody(StrictSerializer):
    name = serializers.CharField(max_length=120)
    description = serializers.CharField(max_length=400, required=False, allow_blank=True)
    unit = serializers.CharField(max_length=16, required=False, allow_blank=True)
    subject = serializers.ChoiceField(
        SUBJECTS, required=False, help_text="What it is about: decides what anomalies suggest."
    )
    definition = DefinitionBody()
    watched = serializers.BooleanField(
        required=False, help_text="Whether anomalies of it are looked for. Default: yes."
    )
    watch_interval = serializers.ChoiceField(
        Interval.choices, required=False, help_text="What is judged. Default: days."
    )
    watch_detector = serializers.ChoiceField(
        Detector.choices,
        required=False,
        help_text="Default: ZSCORE. MAD and IQR are not misled by former anomalies, but by weekends that differ.",
    )
    watch_breakdowns = serializers.ListField(
        child=serializers.CharField(max_length=MAX_NAME),
        required=False,
        max_length=MOST_BREAKDOWNS,
        help_text="Properties that may explain an anomaly. None: those that its events have.",
    )


class MetricSerializer(serializers.ModelSerializer[Metric]):
    definition = serializers.DictField()
    watch_breakdowns = serializers.ListField(child=serializers.CharField())
    created_by = PersonSerializer(read_only=True)

    class Meta:
        model = Metric
        fields = [
            "id",
            "name",
            "description",
            "unit",
            "subject",
            "definition",
            "watched",
            "watch_interval",
            "watch_detector",
            "watch_breakdowns",
            "watch_checked_at",
            "watch_judged",
            "watch_not_judged",
            "created_by",
            "created_at",
            "updated_at",
        ]
        read_only_fields = fields
