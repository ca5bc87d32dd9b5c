from typing import Any

from rest_framework import serializers

from ai_studio.services.providers import WHERE_KEYS_ARE

KEYS = [(where, where) for where in WHERE_KEYS_ARE.values()]


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
