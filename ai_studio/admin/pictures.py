"""Addresses and pictures of artifacts, for whoever may see the page they are on."""

from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from ai_studio import artifacts
from ai_studio.choices import GenerationType
from ai_studio.models import Artifact

ICONS: dict[str, str] = {
    GenerationType.IMAGE_2D: "image",
    GenerationType.MODEL_3D: "deployed_code",
    GenerationType.ANIMATION: "animation",
    GenerationType.TEMPLATE: "dashboard_customize",
}


def address(artifact: Artifact) -> str:
    """The signed address, on the host that staff came to: the only one the page may load from."""
    return artifacts.signed_url(artifact, at=timezone.now()).removeprefix(settings.PUBLIC_URL)


def thumbnail_address(generation: Any) -> str | None:
    """Of a generation that came from overview.with_thumbnails()."""
    return address(generation.thumbnails[0]) if generation.thumbnails else None


def thumbnail(generation: Any) -> SafeString:
    if url := thumbnail_address(generation):
        return format_html('<img class="at-thumb" loading="lazy" alt="" src="{}">', url)
    icon = ICONS.get(generation.type, "image")
    return format_html('<span class="at-nothumb material-symbols-outlined">{}</span>', icon)
