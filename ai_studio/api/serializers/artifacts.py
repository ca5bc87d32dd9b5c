from rest_framework import serializers

from ai_studio import artifacts
from ai_studio.models import Artifact
from brands.permissions import can


class FileSerializer(serializers.ModelSerializer[Artifact]):
    """A file to show. The context brings the `actor` and the time `at` which its address is signed."""

    url = serializers.SerializerMethodField(
        help_text="Shows the file without credentials for some minutes; null without the right asset.download."
    )

    class Meta:
        model = Artifact
        fields = ["url", "media_type", "size_bytes", "sha256", "width", "height"]
        read_only_fields = fields

    def get_url(self, artifact: Artifact) -> str | None:
        if not can(self.context["actor"], "asset.download", artifact):
            return None
        return artifacts.signed_url(artifact, at=self.context["at"])


class ArtifactSerializer(FileSerializer):
    class Meta(FileSerializer.Meta):
        fields = ["id", "generation", "role", "name", *FileSerializer.Meta.fields, "duration_seconds", "created_at"]
        read_only_fields = fields
