from typing import Any

from rest_framework import serializers

from ai_studio.choices import Strategy
from ai_studio.models.studio_settings import MAX_PROVIDER_NAME_LENGTH, MAX_PROVIDERS, MAX_WEIGHT, validate_weights
from ai_studio.services.providers import WHERE_KEYS_ARE
from brands.api.serializers import StrictSerializer

KEYS = [(where, where) for where in WHERE_KEYS_ARE.values()]


class RoutingSettingsBody(StrictSerializer):
    strategy = serializers.ChoiceField(Strategy.choices, required=False, help_text="Where a request names none.")
    provider_weights = serializers.DictField(
        child=serializers.FloatField(min_value=0, max_value=MAX_WEIGHT),
        required=False,
        validators=[validate_weights],
        help_text="For `weighted`, by the provider's name.",
    )
    disabled_providers = serializers.ListField(
        child=serializers.CharField(max_length=MAX_PROVIDER_NAME_LENGTH),
        max_length=MAX_PROVIDERS,
        required=False,
        help_text="Those that are not to be asked.",
    )


class RoutingSettingsSerializer(serializers.Serializer[Any]):
    strategy = serializers.ChoiceField(Strategy.choices)
    provider_weights = serializers.DictField(child=serializers.FloatField())
    disabled_providers = serializers.ListField(child=serializers.CharField())


class ProviderSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    models = serializers.ListField(child=serializers.CharField())
    enabled = serializers.BooleanField(help_text="Whether the brand has it switched on.")
    key = serializers.ChoiceField(KEYS, help_text="Whose key it is asked with.")
    rests_seconds = serializers.FloatField(help_text="For how long it is not asked, after failures; 0: it is asked.")
    is_usable = serializers.BooleanField()
    why_not = serializers.ListField(child=serializers.CharField())


class ProvidersSerializer(serializers.Serializer[Any]):
    results = ProviderSerializer(many=True)
