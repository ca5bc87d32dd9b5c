"""What clients may ask for. The shape only: what a model can do is checked by the service."""

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers

from ai_studio.api.fields import ExtrasField, StrictIntegerField, VariablesField
from ai_studio.choices import AspectRatio, GenerationType, InputRole, Quality, Strategy
from ai_studio.models.generation import MAX_DISTINCT_ID, MAX_PROMPT_LENGTH, MAX_SEED
from ai_studio.models.generation_input import MAX_INPUTS
from ai_studio.routing.wants import STAGE_CHOICES
from brands.api.serializers import StrictSerializer

MAX_BATCH = 100
MAX_VARIATIONS = 20


class ParametersBody(StrictSerializer):
    quality = serializers.ChoiceField(Quality.choices, required=False)
    aspect_ratio = serializers.ChoiceField(AspectRatio.choices, required=False)
    seed = StrictIntegerField(min_value=0, max_value=MAX_SEED, required=False, allow_null=True)
    steps = StrictIntegerField(min_value=1, max_value=1000, required=False, allow_null=True)
    guidance = serializers.DecimalField(
        max_digits=5, decimal_places=2, min_value=0, max_value=100, required=False, allow_null=True
    )
    duration_seconds = serializers.DecimalField(
        max_digits=5, decimal_places=2, min_value=0, required=False, allow_null=True
    )
    extras = ExtrasField(required=False, help_text="The model's own parameters: at most 8 KiB, 4 levels deep.")


class ChangesBody(StrictSerializer):
    """What a variation or a new version does differently from its parent."""

    prompt = serializers.CharField(max_length=MAX_PROMPT_LENGTH, required=False)
    negative_prompt = serializers.CharField(max_length=MAX_PROMPT_LENGTH, required=False, allow_blank=True)
    distinct_id = serializers.CharField(
        max_length=MAX_DISTINCT_ID,
        required=False,
        allow_null=True,
        help_text="Whom it is for, by the id that their events come under: analytics then knows it as something of "
        "theirs. Left out: the member who asks, `user:<id>`.",
    )
    parameters = ParametersBody(required=False)


class InputBody(StrictSerializer):
    """A picture of the brand, by the id of its artifact."""

    artifact = serializers.UUIDField()
    role = serializers.ChoiceField(InputRole.choices, required=False)


class RoutingBody(StrictSerializer):
    """How the provider is chosen. Without it: as the brand has chosen."""

    strategy = serializers.ChoiceField(Strategy.choices, required=False)
    stage = serializers.ChoiceField(
        STAGE_CHOICES,
        required=False,
        help_text="exploration and preview: the cheapest; final: the best quality. A strategy wins over it.",
    )
    providers = serializers.ListField(
        child=serializers.CharField(max_length=40), max_length=50, required=False, help_text="Only these."
    )
    exclude = serializers.ListField(
        child=serializers.CharField(max_length=40), max_length=50, required=False, help_text="None of these."
    )
    fallback = serializers.BooleanField(
        required=False,
        help_text="Whether another provider may take over where nothing was accepted. Default: true, but false "
        "with `provider` or `model`.",
    )


class WishBody(ChangesBody):
    """A `prompt`, or a `template` with its `variables`."""

    type = serializers.ChoiceField(
        GenerationType.choices, required=False, help_text="Left out only where the template names one."
    )
    prompt = serializers.CharField(max_length=MAX_PROMPT_LENGTH, required=False)
    template = serializers.UUIDField(required=False, allow_null=True)
    variables = VariablesField(required=False)
    inputs = serializers.ListField(
        child=InputBody(), required=False, max_length=MAX_INPUTS, help_text="Pictures to start from."
    )
    provider = serializers.CharField(max_length=40, required=False, allow_null=True)
    model = serializers.CharField(max_length=80, required=False, allow_null=True)
    routing = RoutingBody(required=False)
    priority = StrictIntegerField(min_value=0, max_value=9, required=False, help_text="9 is served first.")

    def validate(self, data: dict[str, Any]) -> dict[str, Any]:
        with_template = data.get("template") is not None
        wrong = {
            "type": "type" not in data and not with_template and "This field is required.",
            "prompt": "prompt" not in data and not with_template and "This field is required.",
            "template": "prompt" in data and with_template and "Either a prompt or a template, not both.",
            "variables": "variables" in data and not with_template and "Only with a template.",
        }
        if problems := {name: [sentence] for name, sentence in wrong.items() if sentence}:
            raise serializers.ValidationError(problems)
        return data


class BatchBody(StrictSerializer):
    items = serializers.ListField(child=WishBody(), min_length=1, max_length=MAX_BATCH)


class VariationsBody(StrictSerializer):
    count = StrictIntegerField(min_value=1, max_value=MAX_VARIATIONS)
    changes = ChangesBody(required=False)


class NewVersionBody(StrictSerializer):
    changes = ChangesBody(required=False)


def flat(data: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters beside the other fields, as the services name them. null is the same as left out."""
    outer = {name: value for name, value in data.items() if name != "parameters"}
    return {name: value for name, value in {**outer, **data.get("parameters", {})}.items() if value is not None}
