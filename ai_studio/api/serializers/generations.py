"""Generations as clients see them."""

from dataclasses import asdict
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from ai_studio.api.serializers.artifacts import ArtifactSerializer, FileSerializer
from ai_studio.choices import Quality
from ai_studio.models import Attempt, Generation, GenerationInput


class PersonSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    name = serializers.CharField(source="__str__")


class ErrorSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    message = serializers.CharField()


class ParametersSerializer(serializers.Serializer[Any]):
    """Those that were not asked for are left out."""

    quality = serializers.ChoiceField(Quality.choices)
    aspect_ratio = serializers.CharField()
    seed = serializers.IntegerField()
    steps = serializers.IntegerField(required=False)
    guidance = serializers.DecimalField(max_digits=5, decimal_places=2, required=False)
    duration_seconds = serializers.DecimalField(max_digits=5, decimal_places=2, required=False)
    extras = serializers.DictField()


class PlaceSerializer(serializers.Serializer[Any]):
    position = serializers.IntegerField(allow_null=True, help_text="1 is next; null once it runs.")
    eta_seconds = serializers.FloatField(
        allow_null=True,
        help_text="Until its turn, by the pace of the brand's own recent turns; null while that is not measured.",
    )
    eta_from_seconds = serializers.FloatField(
        allow_null=True, help_text="Eight of ten turns come between this and eta_to_seconds, if the pace stays."
    )
    eta_to_seconds = serializers.FloatField(allow_null=True)


class RelativeSerializer(serializers.ModelSerializer[Generation]):
    """A generation, as another one's parent, version or variation."""

    class Meta:
        model = Generation
        fields = ["id", "version", "status", "parent_kind", "created_at"]
        read_only_fields = fields


class UsedTemplateSerializer(serializers.Serializer[Any]):
    """The prompt template behind a prompt."""

    id = serializers.UUIDField()
    version = serializers.IntegerField()
    values = serializers.DictField(child=serializers.CharField())


class CollectionRefSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField(source="collection.id")
    name = serializers.CharField(source="collection.name")


class InputSerializer(serializers.ModelSerializer[GenerationInput]):
    """A file that the work starts from."""

    artifact = serializers.UUIDField(source="artifact_id")

    class Meta:
        model = GenerationInput
        fields = ["artifact", "role"]
        read_only_fields = fields


class AttemptSerializer(serializers.ModelSerializer[Attempt]):
    """One try at a provider."""

    class Meta:
        model = Attempt
        fields = [
            "number",
            "provider",
            "model",
            "submit_state",
            "external_id",
            "error_code",
            "error_message",
            "started_at",
            "finished_at",
            "cancel_state",
            "cancel_error",
        ]
        read_only_fields = fields
        extra_kwargs = {
            "cancel_state": {"help_text": "Whether the provider was told to stop; empty: it need not be told."},
            "cancel_error": {"help_text": "Why it could not be told, so far."},
        }


class ParentField(serializers.UUIDField):
    """null also for a parent that is kept from the actor."""

    def to_representation(self, value: Any) -> Any:
        return super().to_representation(value) if value in self.context["seen_parents"] else None


# Who worked on it, how, and what that cost is the brand's business: what guests are told instead.
NOT_FOR_GUESTS: dict[str, Any] = {
    "user": None,
    "cost_usd": None,
    "estimated_cost_usd": None,
    "credits": None,
    "template": None,
    "queue": None,
    "error": None,
    "routing": {},
    "answer": {},
    "moderation": "",
    "distinct_id": "",
}


def _kept_from_guests(shown: dict[str, Any]) -> dict[str, Any]:
    return {name: blank for name, blank in NOT_FOR_GUESTS.items() if name in shown}


class GenerationSerializer(serializers.ModelSerializer[Generation]):
    """A row of a list, with `known_tags` and `own_favourites` prefetched.

    The context is file_context's with `seen_parents`, and the `places` in the queue.
    """

    parameters = ParametersSerializer(read_only=True)
    result = FileSerializer(read_only=True, allow_null=True)
    thumbnail = FileSerializer(read_only=True, allow_null=True)
    duration_seconds = serializers.DecimalField(
        source="elapsed_seconds",
        max_digits=12,
        decimal_places=3,
        read_only=True,
        allow_null=True,
        help_text="How long the work took, from its first start to its end.",
    )
    error = serializers.SerializerMethodField()
    estimated_cost_usd = serializers.DecimalField(max_digits=14, decimal_places=6, read_only=True, allow_null=True)
    user = PersonSerializer(read_only=True, allow_null=True)
    parent = ParentField(source="parent_id", read_only=True, allow_null=True)  # type: ignore[assignment]
    queue = serializers.SerializerMethodField()
    template = serializers.SerializerMethodField()
    is_favourite = serializers.SerializerMethodField(help_text="Whether it is a favourite of yours.")
    tags = serializers.SerializerMethodField()

    class Meta:
        model = Generation
        fields = [
            "id",
            "type",
            "prompt",
            "negative_prompt",
            "model",
            "provider",
            "parameters",
            "priority",
            "status",
            "stage",
            "progress",
            "status_seq",
            "queue",
            "result",
            "thumbnail",
            "credits",
            "cost_usd",
            "estimated_cost_usd",
            "duration_seconds",
            "quality_score",
            "error",
            "user",
            "parent",
            "parent_kind",
            "version",
            "template",
            "is_favourite",
            "tags",
            "created_at",
            "started_at",
            "completed_at",
        ]
        read_only_fields = fields
        extra_kwargs = {
            "quality_score": {"help_text": "Share of the prompt's words that the model understood, 0 to 1."},
            "status_seq": {"help_text": "Grows with every change: drop what is older than what you have."},
        }

    def to_representation(self, instance: Generation) -> dict[str, Any]:
        shown: dict[str, Any] = super().to_representation(instance)
        return {**shown, **_kept_from_guests(shown)} if self.context["actor"].is_guest else shown

    @extend_schema_field(ErrorSerializer(allow_null=True))
    def get_error(self, generation: Generation) -> dict[str, Any] | None:
        if not generation.error_code:
            return None
        return {"code": generation.error_code, "message": generation.error_message}

    @extend_schema_field(UsedTemplateSerializer(allow_null=True))
    def get_template(self, generation: Generation) -> dict[str, Any] | None:
        if generation.template_id is None:
            return None
        used = {"version": generation.template_version, "values": generation.template_values}
        return {"id": str(generation.template_id), **used}

    def get_is_favourite(self, generation: Any) -> bool:
        return bool(generation.own_favourites)

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_tags(self, generation: Any) -> list[str]:
        return [tag.name for tag in generation.known_tags]

    @extend_schema_field(PlaceSerializer(allow_null=True))
    def get_queue(self, generation: Generation) -> dict[str, Any] | None:
        place = self.context["places"].get(generation.pk)
        return asdict(place) if place else None


class GenerationDetailSerializer(GenerationSerializer):
    """Everything about one generation."""

    artifacts = ArtifactSerializer(many=True, read_only=True)
    inputs = InputSerializer(many=True, read_only=True)
    versions = serializers.SerializerMethodField(help_text="The newest 20 made from this one.")
    variations = serializers.SerializerMethodField(help_text="The newest 20 made from this one.")
    collections = CollectionRefSerializer(source="seen_places", many=True, read_only=True)

    class Meta(GenerationSerializer.Meta):
        fields = [
            *GenerationSerializer.Meta.fields,
            "artifacts",
            "inputs",
            "versions",
            "variations",
            "collections",
            "distinct_id",
            "moderation",
            "routing",
            "answer",
            "deadline_at",
            "cancel_requested_at",
        ]
        read_only_fields = fields

    @extend_schema_field(RelativeSerializer(many=True))
    def get_versions(self, generation: Generation) -> list[dict[str, Any]]:
        return list(RelativeSerializer(self.context["relatives"]["VERSION"], many=True).data)

    @extend_schema_field(RelativeSerializer(many=True))
    def get_variations(self, generation: Generation) -> list[dict[str, Any]]:
        return list(RelativeSerializer(self.context["relatives"]["VARIATION"], many=True).data)


class TreeNodeSerializer(serializers.ModelSerializer[Generation]):
    """A generation in its family, in the context of file_context with `seen_parents`."""

    parent = ParentField(source="parent_id", read_only=True, allow_null=True)  # type: ignore[assignment]
    thumbnail = FileSerializer(read_only=True, allow_null=True)

    class Meta:
        model = Generation
        fields = ["id", "parent", "parent_kind", "version", "type", "prompt", "status", "thumbnail", "created_at"]
        read_only_fields = fields


class TreeSerializer(serializers.Serializer[Any]):
    generations = TreeNodeSerializer(many=True)
    truncated = serializers.BooleanField(help_text="There are more than 500.")


class AcceptedBatchSerializer(serializers.Serializer[Any]):
    items = GenerationSerializer(many=True)
    estimated_cost_usd = serializers.DecimalField(max_digits=14, decimal_places=6)
