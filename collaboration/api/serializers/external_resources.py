"""External resources as clients see them and register them."""

import json
from typing import Any
from urllib.parse import urlsplit

from rest_framework import serializers

from brands.api.serializers import StrictSerializer
from collaboration.external.choices import ExternalType
from collaboration.models import ExternalResource
from collaboration.models.external_resource import MAX_EXTERNAL_ID, MAX_URL

MAX_METADATA_BYTES = 8192


class ExternalResourceSerializer(serializers.ModelSerializer[ExternalResource]):
    """The context brings the `actor`."""

    type = serializers.ChoiceField(ExternalType.choices, source="kind")
    metadata = serializers.SerializerMethodField(help_text="Yours, as you gave it; empty for guests.")

    class Meta:
        model = ExternalResource
        fields = [
            "id",
            "type",
            "external_id",
            "title",
            "url",
            "thumbnail_url",
            "version",
            "metadata",
            "created_at",
            "updated_at",
        ]
        read_only_fields = fields

    def get_metadata(self, resource: ExternalResource) -> dict[str, Any]:
        return {} if self.context["actor"].is_guest else resource.metadata


class WebAddressField(serializers.CharField):
    """An absolute http or https address that a browser reads as we do: no user, no spaces, no tricks with slashes."""

    default_error_messages = {"web": "An absolute address that begins with http:// or https://."}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=MAX_URL, **kwargs)

    def to_internal_value(self, data: Any) -> str:
        text = super().to_internal_value(data)
        if text and not _is_web_address(text):
            self.fail("web")
        return text


def _is_web_address(text: str) -> bool:
    if not text.isprintable() or " " in text or "\\" in text:
        return False
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError:
        return False
    named = parts.hostname and "@" not in parts.netloc
    return bool(named) and text.startswith(("http://", "https://")) and not text.split("//", 1)[1].startswith("/")


class MetadataField(serializers.DictField):
    default_error_messages = {"size": f"At most {MAX_METADATA_BYTES:,} bytes as JSON."}

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        kept: dict[str, Any] = super().to_internal_value(data)
        if len(json.dumps(kept, ensure_ascii=False).encode()) > MAX_METADATA_BYTES:
            self.fail("size")
        return kept


class ExternalResourceBody(StrictSerializer):
    """Registering again replaces all of it: what is left out is empty."""

    type = serializers.ChoiceField(ExternalType.choices, source="kind")
    external_id = serializers.CharField(max_length=MAX_EXTERNAL_ID, help_text="Its id in your own system.")
    title = serializers.CharField(max_length=200)
    url = WebAddressField(help_text="Where it is seen. It is shown to people and never fetched.")
    thumbnail_url = WebAddressField(required=False, allow_blank=True)
    version = serializers.CharField(
        max_length=80,
        required=False,
        allow_blank=True,
        help_text="What your system calls its present state; another one makes the pins of before old.",
    )
    metadata = MetadataField(required=False, help_text="Whatever you want to find here again.")
