"""How an answer is drawn."""

from typing import Any

from rest_framework import serializers

from brands.api.serializers import StrictSerializer

# As in analytics.charts.palette: what a picture of its own may be.
THEMES = ["light", "dark", "auto"]


class PictureQuery(StrictSerializer):
    theme = serializers.ChoiceField(THEMES, default="auto", help_text="auto: as the reader's system.")
    width = serializers.IntegerField(min_value=320, max_value=2000, default=720, help_text="Pixels.")


def look(query: dict[str, Any]) -> dict[str, Any]:
    """Takes how it is drawn out of a query, and leaves the question."""
    from analytics.charts.palette import Theme

    return {"theme": Theme(query.pop("theme")), "width": query.pop("width")}
