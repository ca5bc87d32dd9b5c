"""Since when there is anything to know of a metric: before that, nothing happened is no finding."""

from datetime import UTC, datetime, time
from uuid import UUID

from django.db.models import Min

from analytics.models import DailyCount, DataVersion
from analytics.services.definitions import Definition, simple_parts
from brands.tenancy.scope import brand_scope


def known_from(*, brand_id: UUID, definition: Definition) -> datetime | None:
    """The day (UTC) of the first event that may count for it, or since when events are kept; None: there are none."""
    with brand_scope(brand_id):
        return _known_from(definition)


def _known_from(definition: Definition) -> datetime | None:
    names = {part.selection.event for part in simple_parts(definition)}
    days = DailyCount.objects.filter(events__gt=0)
    if None not in names:
        days = days.filter(name__in=sorted(filter(None, names)))
    first = days.aggregate(first=Min("day_date"))["first"]
    if first is None:
        return None
    kept_from = DataVersion.objects.values_list("kept_from", flat=True).first()
    began = datetime.combine(first, time.min, UTC)
    return max(began, kept_from) if kept_from else began
