from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.utils import timezone
from rest_framework import serializers

from ai_studio import artifacts
from ai_studio.models import Artifact, Generation
from brands.permissions import Actor, can_among


def file_context(actor: Actor, generations: Collection[UUID]) -> dict[str, Any]:
    """What serializers of these generations' files need: with one look for all of them, whose files one may have."""
    downloadable = can_among(actor, "asset.download", Generation, generations)
    return {"actor": actor, "at": timezone.now(), "downloadable": downloadable}


class FileSerializer(serializers.ModelSerializer[Artifact]):
    """A file to show, in the context that file_context gives."""

    url = serializers.SerializerMethodField(
        help_text="Shows the file without credentials for some minutes; null without the right asset.download."
    )

    class Meta:
        model = Artifact
        fields = ["url", "media_type", "size_bytes", "sha256", "width", "height"]
        read_only_fields = fields

    def get_url(self, artifact: Artifact) -> str | None:
        if artifact.generation_id not in self.context["downloadable"]:
            return None
        return artifacts.signed_url(artifact, at=self.context["at"], guest=self.context["actor"].guest_id)


class ArtifactSerializer(FileSerializer):
    class Meta(FileSerializer.Meta):
        fields = ["id", "generation", "role", "name", *FileSerializer.Meta.fields, "duration_seconds", "created_at"]
        read_only_fields = fields
