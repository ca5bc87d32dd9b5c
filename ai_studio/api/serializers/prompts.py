from typing import Any

from rest_framework import serializers

from ai_studio.choices import GenerationType
from ai_studio.models.generation import MAX_PROMPT_LENGTH
from brands.api.serializers import StrictSerializer


class OptimizeBody(StrictSerializer):
    type = serializers.ChoiceField(GenerationType.choices)
    prompt = serializers.CharField(max_length=MAX_PROMPT_LENGTH)
    negative_prompt = serializers.CharField(max_length=MAX_PROMPT_LENGTH, required=False, allow_blank=True)


class ChangeSerializer(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(
        [("added", "added"), ("suggested", "suggested")],
        help_text="What is only suggested is not in the new prompt: people decide.",
    )
    slot = serializers.CharField(help_text="What was missing: `light`, `material`, …; or `spelling`.")
    text = serializers.CharField()
    why = serializers.CharField()


class UnderstoodSerializer(serializers.Serializer[Any]):
    word = serializers.CharField()
    node = serializers.CharField(help_text="What it sets in the scene.")


class OptimizedSerializer(serializers.Serializer[Any]):
    """`understood` and `ignored` are of the new prompt."""

    prompt = serializers.CharField()
    changes = ChangeSerializer(many=True)
    understood = UnderstoodSerializer(many=True)
    ignored = serializers.ListField(source="reading.ignored", child=serializers.CharField())
    coverage_before = serializers.FloatField(help_text="Understood words / words with content, 0 to 1.")
    coverage_after = serializers.FloatField(source="reading.coverage")
