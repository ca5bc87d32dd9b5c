from typing import Any

from rest_framework import serializers

from ai_studio.choices import GenerationType, Moderation, OnOutage, Optimizer
from ai_studio.models.generation import MAX_PROMPT_LENGTH
from ai_studio.models.studio_settings import MAX_DENIED, MAX_DENIED_LENGTH, validate_denied, validate_tone
from ai_studio.prompts.tone import MOST_TONES
from brands.api.serializers import StrictSerializer


class OptimizeBody(StrictSerializer):
    type = serializers.ChoiceField(GenerationType.choices)
    prompt = serializers.CharField(max_length=MAX_PROMPT_LENGTH)
    negative_prompt = serializers.CharField(max_length=MAX_PROMPT_LENGTH, required=False, allow_blank=True)


class ChangeSerializer(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(
        [("added", "added"), ("changed", "changed"), ("suggested", "suggested")],
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

    prompt = serializers.CharField(source="optimised.prompt")
    changes = ChangeSerializer(source="optimised.changes", many=True)
    understood = UnderstoodSerializer(source="optimised.understood", many=True)
    ignored = serializers.ListField(source="optimised.reading.ignored", child=serializers.CharField())
    coverage_before = serializers.FloatField(
        source="optimised.coverage_before", help_text="Words that the local renderer understands / all, 0 to 1."
    )
    coverage_after = serializers.FloatField(source="optimised.reading.coverage")
    by = serializers.ChoiceField(Optimizer.choices)
    instead_because = serializers.CharField(
        allow_null=True, help_text="Why the rules improved it, when the brand wants the chat model."
    )


class PromptSettingsBody(StrictSerializer):
    moderation = serializers.ChoiceField(Moderation.choices, required=False)
    moderation_on_outage = serializers.ChoiceField(
        OnOutage.choices, required=False, help_text="While the provider is away: `closed` refuses, `open` lets pass."
    )
    denied_words = serializers.ListField(
        child=serializers.CharField(max_length=MAX_DENIED_LENGTH),
        max_length=MAX_DENIED,
        required=False,
        validators=[validate_denied],
        help_text="Your own words and phrases, beside those that no studio makes.",
    )
    tone = serializers.ListField(
        child=serializers.CharField(max_length=40),
        max_length=MOST_TONES,
        required=False,
        validators=[validate_tone],
        help_text="Moods and styles, such as playful, premium, minimalist.",
    )
    optimizer = serializers.ChoiceField(Optimizer.choices, required=False)


class PromptSettingsSerializer(serializers.Serializer[Any]):
    moderation = serializers.ChoiceField(Moderation.choices)
    moderation_on_outage = serializers.ChoiceField(OnOutage.choices)
    denied_words = serializers.ListField(child=serializers.CharField())
    tone = serializers.ListField(child=serializers.CharField())
    optimizer = serializers.ChoiceField(Optimizer.choices)
