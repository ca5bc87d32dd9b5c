"""Imports of files, as clients begin and see them."""

from typing import Any

from rest_framework import serializers

from analytics.choices import ImportFormat
from analytics.imports.columns import KNOWN
from analytics.models import EventImport
from analytics.models.event_import import LARGEST
from brands.api.serializers import StrictSerializer


class EventImportBody(StrictSerializer):
    name = serializers.CharField(max_length=255, help_text="The file's; its end tells the format.")
    size_bytes = serializers.IntegerField(min_value=1, max_value=LARGEST)
    format = serializers.ChoiceField(ImportFormat.choices, required=False)
    mapping = serializers.DictField(
        child=serializers.CharField(max_length=200),
        default=dict,
        help_text=f"{{field: column}} where a column has another name than is known. Fields: {', '.join(KNOWN)}.",
    )
    sha256 = serializers.RegexField("^[0-9a-f]{64}$", required=False, help_text="Of the file, to be sure of it.")


class EventImportSerializer(serializers.ModelSerializer[EventImport]):
    rows = serializers.IntegerField(source="rows_done", help_text="So far: stored + duplicates + rejected.")
    progress_percent = serializers.SerializerMethodField()

    class Meta:
        model = EventImport
        fields = (
            "id", "name", "format", "mapping", "size_bytes", "received_bytes", "sha256", "status", "progress_percent",
            "rows", "stored", "duplicates", "rejected", "error", "created_by", "created_at", "finished_at",
        )  # fmt: skip

    def get_progress_percent(self, job: EventImport) -> float:
        return round(job.share_done * 100, 1)

    def to_representation(self, job: EventImport) -> dict[str, Any]:
        shown = super().to_representation(job)
        return {**shown, "created_by": job.created_by.email if job.created_by else None}
