from typing import Any

from rest_framework import serializers

from ai_studio.models.label import MAX_TAGS
from brands.api.serializers import StrictSerializer

# Longer before they are normalised; the service counts after.
_RAW_LENGTH = 200


class TagsBody(StrictSerializer):
    tags = serializers.ListField(
        child=serializers.CharField(max_length=_RAW_LENGTH),
        max_length=MAX_TAGS,
        help_text="Up to 20, of 1 to 40 characters; capitals and small letters are the same.",
    )


class TagsSerializer(serializers.Serializer[Any]):
    tags = serializers.ListField(child=serializers.CharField())


class TagCountSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    generations = serializers.IntegerField(help_text="How many have it.")
