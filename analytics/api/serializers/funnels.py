"""Funnels as clients see them and ask for them."""

from typing import Any

from rest_framework import serializers

from ai_studio.api.serializers.generations import PersonSerializer
from analytics.api.serializers.selections import LONGEST_NAME, SelectionBody
from analytics.choices import Attribution, ExclusionMode, FunnelEntry, FunnelOrder
from analytics.metrics.limits import LEAST_STEPS, MOST_EXCLUSIONS, MOST_STEPS
from analytics.models import Funnel
from analytics.models.funnel import DEFINITION, LONGEST_WINDOW_SECONDS
from brands.api.serializers import StrictSerializer

SECONDS: dict[str, Any] = {"min_value": 0, "max_value": LONGEST_WINDOW_SECONDS, "required": False}


class StepBody(SelectionBody):
    label = serializers.CharField(max_length=120, required=False)  # type: ignore[assignment]
    optional = serializers.BooleanField(required=False, help_text="It may be skipped; later drop-off ignores it.")
    min_seconds = serializers.IntegerField(**SECONDS, help_text="After the step before.")
    max_seconds = serializers.IntegerField(**SECONDS, help_text="After the step before.")


class ExclusionBody(SelectionBody):
    from_step = serializers.IntegerField(min_value=0, max_value=MOST_STEPS, help_text="From 0.")
    to_step = serializers.IntegerField(min_value=1, max_value=MOST_STEPS)


class FunnelBody(StrictSerializer):
    name = serializers.CharField(max_length=120)
    description = serializers.CharField(max_length=1000, required=False, allow_blank=True)
    steps = serializers.ListField(child=StepBody(), min_length=LEAST_STEPS, max_length=MOST_STEPS)
    exclusions = serializers.ListField(child=ExclusionBody(), required=False, max_length=MOST_EXCLUSIONS)
    order = serializers.ChoiceField(FunnelOrder.choices, required=False)
    entry = serializers.ChoiceField(FunnelEntry.choices, required=False)
    window_seconds = serializers.IntegerField(
        min_value=1, max_value=LONGEST_WINDOW_SECONDS, help_text="From an attempt's first step, inclusive."
    )
    tolerance_ms = serializers.IntegerField(
        min_value=0, max_value=60_000, required=False, help_text="Events so near count as at one instant."
    )
    exclusion_mode = serializers.ChoiceField(ExclusionMode.choices, required=False)
    breakdown = serializers.CharField(max_length=LONGEST_NAME, required=False, allow_blank=True)
    attribution = serializers.ChoiceField(Attribution.choices, required=False)
    attribution_step = serializers.IntegerField(min_value=0, max_value=MOST_STEPS, required=False)


class FunnelSerializer(serializers.ModelSerializer[Funnel]):
    created_by = PersonSerializer(read_only=True)
    steps = StepBody(many=True, read_only=True)
    exclusions = ExclusionBody(many=True, read_only=True)

    class Meta:
        model = Funnel
        fields = ["id", "name", "description", *DEFINITION, "created_by", "created_at", "updated_at"]
        read_only_fields = fields
