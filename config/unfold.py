"""The staff admin's look and menu (django-unfold)."""

from typing import Any

UNFOLD: dict[str, Any] = {
    "SITE_TITLE": "Atelier",
    "SITE_HEADER": "Atelier",
    "SHOW_HISTORY": True,
}
