"""The first page: the studio at a glance."""

import json
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from ai_studio.admin.pictures import ICONS, thumbnail_address
from ai_studio.services.overview import Day, overview


def dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Adds the numbers for staff who may see generations; others get the plain menu."""
    if not request.user.has_perm("ai_studio.view_generation"):
        return context
    now = overview(at=timezone.localtime())
    return {
        **context,
        "title": "Dashboard",
        "overview": now,
        "recent": [(each, thumbnail_address(each), ICONS.get(each.type, "image")) for each in now.recent],
        "chart": _chart(now.days) if any(day.completed or day.failed for day in now.days) else None,
    }


def _chart(days: list[Day]) -> str:
    completed = _bars("Completed", [day.completed for day in days], "var(--color-primary-600)")
    failed = _bars("Failed", [day.failed for day in days], "#dc2626")
    return json.dumps({"labels": [f"{day.date:%d %b}" for day in days], "datasets": [completed, failed]})


def _bars(label: str, values: list[int], colour: str) -> dict[str, Any]:
    return {"label": label, "data": values, "backgroundColor": colour, "maxBarThickness": 16, "displayYAxis": True}
