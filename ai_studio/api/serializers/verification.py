from typing import Any

from rest_framework import serializers

from ai_studio.models import Artifact
from ai_studio.services.verification import StoredState, Verdict
from brands.api.serializers import StrictSerializer


class VerifyBody(StrictSerializer):
    """One of both."""

    file = serializers.FileField(required=False)
    sha256 = serializers.RegexField(
        r"^[0-9a-f]{64}\Z",
        required=False,
        help_text="Of the whole file, in lower case.",
        error_messages={"invalid": "64 hexadecimal digits in lower case."},
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if len(attrs) != 1:
            raise serializers.ValidationError({"file": ["Send either a file or its sha256."]})
        return attrs


class DigestBody(StrictSerializer):
    sha256 = serializers.CharField(help_text="Of the whole file, 64 hexadecimal digits in lower case.")


class MadeSerializer(serializers.ModelSerializer[Artifact]):
    """The brand's artifact with exactly these bytes; the first one, if the same was made again."""

    provider = serializers.CharField(source="generation.provider")
    model = serializers.CharField(source="generation.model")

    class Meta:
        model = Artifact
        fields = ["id", "generation", "role", "name", "media_type", "size_bytes", "provider", "model", "created_at"]
        read_only_fields = fields


class MarkSerializer(serializers.Serializer[Any]):
    """What the file says of itself."""

    prompt_sha256 = serializers.CharField()
    provider = serializers.CharField()
    model = serializers.CharField()
    digital_source_type = serializers.CharField(help_text="IPTC's address of how it was made.")


class FindingSerializer(serializers.Serializer[Any]):
    verdict = serializers.ChoiceField(
        Verdict.choices,
        help_text="ARTIFACT: made here, byte for byte. MARK_OF_OURS: its mark names a generation of this brand, "
        "but the bytes are others; marks can be copied. MARK_OF_OTHERS: its mark names none of this brand's.",
    )
    sha256 = serializers.CharField()
    artifact = MadeSerializer(allow_null=True)
    mark = MarkSerializer(allow_null=True)
    generation = serializers.UUIDField(
        source="generation.id", allow_null=True, default=None, help_text="The first that the mark is true of."
    )


class StoredFindingSerializer(serializers.Serializer[Any]):
    state = serializers.ChoiceField(StoredState.choices)
    sha256 = serializers.CharField(help_text="Of what was made.")
    found_sha256 = serializers.CharField(allow_null=True, help_text="Of what is in the storage now.")
