"""Raw events are kept as long as the brand wants; what they came to, day by day, is kept for good."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection
from django.db.models import F, Q

from analytics.models import AnalyticsSettings, DataVersion, Event
from brands.tenancy.scope import brand_scope

REASON = "old events are forgotten"


def forget_old(*, now: datetime) -> int:
    """Of every brand that has a bound. Returns how many events were forgotten."""
    bounded = AnalyticsSettings.objects.all_brands(reason=REASON).exclude(keep_events_days=None)
    forgotten = 0
    for brand_id, days in bounded.values_list("brand_id", "keep_events_days"):
        midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
        forgotten += forget(brand_id=brand_id, before=midnight - timedelta(days=days))
    return forgotten


def forget(*, brand_id: UUID, before: datetime) -> int:
    """`before` is a midnight (UTC): a day is forgotten whole. From then on nothing older comes in; so that whatever was
    on its way is stored or refused, and the roll-ups count no event that could come again."""
    with brand_scope(brand_id):
        with connection.cursor() as cursor:
            cursor.execute("SELECT analytics_lock_events(%s)", [brand_id])
        moved = Q(kept_from=None) | Q(kept_from__lt=before)
        DataVersion.objects.filter(moved).update(kept_from=before, version=F("version") + 1)
    old = Event.objects.all_brands(reason=REASON).filter(brand_id=brand_id, at__lt=before)
    return old._raw_delete(old.db)
