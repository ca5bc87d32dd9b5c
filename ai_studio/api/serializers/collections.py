"""Collections as clients see them and ask for them."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from ai_studio.api.serializers.artifacts import FileSerializer
from ai_studio.api.serializers.generations import PersonSerializer
from ai_studio.choices import CollectionVisibility
from ai_studio.models import Collection, CollectionItem, Generation
from ai_studio.services.generations import MAX_BATCH
from brands.api.serializers import StrictSerializer


class CollectionSerializer(serializers.ModelSerializer[Collection]):
    owner = serializers.SerializerMethodField(help_text="null for guests.")
    items_count = serializers.IntegerField(read_only=True)

    class Meta:
        model = Collection
        fields = ["id", "name", "description", "visibility", "owner", "items_count", "created_at"]
        read_only_fields = fields

    @extend_schema_field(PersonSerializer(allow_null=True))
    def get_owner(self, collection: Collection) -> dict[str, Any] | None:
        return None if self.context["view"].actor.is_guest else dict(PersonSerializer(collection.owner).data)


class CollectionBody(StrictSerializer):
    name = serializers.CharField(max_length=120)
    description = serializers.CharField(max_length=1000, required=False, allow_blank=True)
    visibility = serializers.ChoiceField(
        CollectionVisibility.choices, required=False, help_text="PRIVATE: its owner's only. BRAND: all members see it."
    )


class SummarySerializer(serializers.ModelSerializer[Generation]):
    """A generation in a collection, in the context of file_context."""

    thumbnail = FileSerializer(read_only=True, allow_null=True)

    class Meta:
        model = Generation
        fields = ["id", "type", "prompt", "status", "version", "thumbnail", "created_at"]
        read_only_fields = fields


class ItemSerializer(serializers.ModelSerializer[CollectionItem]):
    generation = SummarySerializer(read_only=True)

    class Meta:
        model = CollectionItem
        fields = ["position", "added_at", "generation"]
        read_only_fields = fields
        extra_kwargs = {"position": {"help_text": "From 0, without a gap, but for what you may not see."}}


class AddBody(StrictSerializer):
    generations = serializers.ListField(child=serializers.UUIDField(), min_length=1, max_length=MAX_BATCH)


class AddedSerializer(serializers.Serializer[Any]):
    added = serializers.IntegerField(help_text="How many were not in it yet.")


class MoveBody(StrictSerializer):
    """Exactly one of the two."""

    before = serializers.UUIDField(required=False, help_text="A generation of the same collection.")
    after = serializers.UUIDField(required=False, help_text="A generation of the same collection.")


class MovedSerializer(serializers.Serializer[Any]):
    position = serializers.IntegerField()
