"""What the pipeline wrote down: attempts and artifacts."""

from django.contrib import admin
from django.utils.html import format_html
from unfold.contrib.filters.admin import ChoicesDropdownFilter, RangeDateTimeFilter
from unfold.decorators import display

from ai_studio.admin.pictures import address
from ai_studio.choices import SubmitState
from ai_studio.models import Artifact, Attempt
from brands.admin.base import BrandFilter, ReadOnlyAdmin
from brands.html import NOTHING, mono, pretty_json

SENT_COLOURS = {
    SubmitState.ACCEPTED: "success",
    SubmitState.REJECTED: "danger",
    SubmitState.UNKNOWN: "warning",
    SubmitState.SENT: "info",
}


@admin.register(Attempt)
class AttemptAdmin(ReadOnlyAdmin):
    list_display = ["started_at", "brand", "of", "number", "provider", "sent", "error_code", "took"]
    list_filter = [BrandFilter, ("submit_state", ChoicesDropdownFilter), ("started_at", RangeDateTimeFilter)]
    list_select_related = ["brand", "generation"]
    search_fields = ["error_code", "=external_id"]
    ordering = ["-id"]
    fields = [
        "generation", "brand", "number", "provider", "model", "sent", "external_id", "fence", "started_at",
        "finished_at", "took", "error_code", "error_message", "answered",
    ]  # fmt: skip

    @display(description="Generation")
    def of(self, attempt: Attempt) -> str:
        return attempt.generation.prompt[:60]

    @display(description="Submission", ordering="submit_state", label=SENT_COLOURS)
    def sent(self, attempt: Attempt) -> str:
        return attempt.submit_state

    @display(description="Seconds")
    def took(self, attempt: Attempt) -> str:
        if attempt.finished_at is None:
            return NOTHING
        return f"{(attempt.finished_at - attempt.started_at).total_seconds():.1f}"

    @display(description="Provider's answer")
    def answered(self, attempt: Attempt) -> str:
        return pretty_json(attempt.raw_answer)


@admin.register(Artifact)
class ArtifactAdmin(ReadOnlyAdmin):
    list_display = ["shown", "name", "brand", "role", "media_type", "size", "created_at"]
    list_display_links = ["shown", "name"]
    list_filter = [BrandFilter, ("role", ChoicesDropdownFilter), ("created_at", RangeDateTimeFilter)]
    list_select_related = ["brand"]
    search_fields = ["name", "=sha256"]
    ordering = ["-id"]
    fields = [
        "large", "generation", "brand", "role", "name", "media_type", "size", "width", "height", "duration_seconds",
        "digest", "storage_key", "created_at",
    ]  # fmt: skip

    @display(description="")
    def shown(self, artifact: Artifact) -> str:
        if artifact.media_type.startswith("image/"):
            return format_html('<img class="at-thumb" loading="lazy" alt="" src="{}">', address(artifact))
        return format_html('<span class="at-nothumb material-symbols-outlined">{}</span>', "draft")

    @display(description="File")
    def large(self, artifact: Artifact) -> str:
        link = format_html('<a class="at-link" href="{}" download>Download</a>', address(artifact))
        if not artifact.media_type.startswith("image/"):
            return link
        return format_html('<div class="at-preview"><img alt="" src="{}"></div>{}', address(artifact), link)

    @display(description="Size", ordering="size_bytes")
    def size(self, artifact: Artifact) -> str:
        return f"{artifact.size_bytes / 1000:,.1f} kB"

    @display(description="SHA-256")
    def digest(self, artifact: Artifact) -> str:
        return mono(artifact.sha256)
