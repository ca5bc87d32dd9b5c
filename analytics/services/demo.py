"""A brand's demo: a year of events up to this moment, and the questions that are asked of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID
from zoneinfo import ZoneInfo

from analytics.ingest.storing import store
from analytics.models import Event, Funnel, Metric, Segment
from analytics.services import anomalies, cohorts, funnel_definitions, metrics, segments
from brands.choices import Role
from brands.errors import NotFound
from brands.models import Brand, Membership
from brands.permissions import Actor
from brands.services import actors
from brands.tenancy.scope import brand_scope

if TYPE_CHECKING:
    from analytics.demo.plan import Plan

BATCH = 5_000
SOURCE = "demo"
# What happened since then may wait for the next time.
UP_TO_DATE = timedelta(hours=1)

# Told as the work goes on: how many of how many events.
Progress = Callable[[int, int], None]


def load(*, brand_id: UUID, events: int, days: int, at: datetime, progress: Progress) -> int:
    """Returns how many events were added. They are stored in the order in which they happened, so that whatever was
    interrupted goes on where it was, and another day adds what happened since the last time: people who came first
    more than `days` ago do not come back then. Raises NotFound."""
    from analytics.demo.plan import Plan

    with brand_scope(brand_id):
        brand = Brand.objects.filter(pk=brand_id).first()
        if brand is None:
            raise NotFound()
        zone, after = brand.timezone, _latest()
    plan = Plan(at.astimezone(ZoneInfo(zone)).date(), days=days, events=events, timezone=zone)
    added = 0
    if after is None or after < at - UP_TO_DATE:
        added = _store(plan, brand_id=brand_id, after=after, at=at, progress=progress)
    ask(brand_id=brand_id, at=at)
    if added:  # or else beat sees to it
        cohorts.rebuild(brand_id=brand_id, at=at)
        anomalies.detect(brand_id=brand_id, at=at)
    return added


def ask(*, brand_id: UUID, at: datetime) -> None:
    """The demo's funnels, metrics and segments, as its owner's; those whose names are taken are left as they are."""
    from analytics.demo import definitions

    with brand_scope(brand_id):
        brand, owner = Brand.objects.get(pk=brand_id), _owner(brand_id)
        taken = set(Funnel.objects.values_list("name", flat=True))
        for funnel in definitions.FUNNELS:
            if funnel["name"] not in taken:
                funnel_definitions.create(actor=owner, **funnel)
        taken = set(Metric.objects.values_list("name", flat=True))
        for metric in definitions.metrics(brand.currency):
            if metric["name"] not in taken:
                metrics.create(actor=owner, **metric, watched=metric["name"] in definitions.WATCHED)
        taken = set(Segment.objects.values_list("name", flat=True))
        for segment in definitions.SEGMENTS:
            if segment["name"] not in taken:
                segments.create(actor=owner, **segment, at=at)


def _store(plan: Plan, *, brand_id: UUID, after: datetime | None, at: datetime, progress: Progress) -> int:
    from analytics.demo.year import Year

    year = Year(plan)
    total = year.count(after=after, until=at)
    done = added = 0
    progress(done, total)
    for batch in year.batches(BATCH, after=after, until=at):
        added += store(brand_id=brand_id, events=batch, source=SOURCE, received_at=at).stored
        done += len(batch)
        progress(done, total)
    return added


def _latest() -> datetime | None:
    """When the last of the demo's visits was that is stored: the brand may have others."""
    from analytics.demo.telling import OWN

    visits = Event.objects.filter(name="$pageview", person__gt=0, insert_id__startswith=OWN)
    found: datetime | None = visits.order_by("-at").values_list("at", flat=True).first()
    return found


def _owner(brand_id: UUID) -> Actor:
    owner = Membership.objects.filter(role=Role.OWNER).select_related("user").order_by("pk")[0]
    return actors.for_user(brand_id=brand_id, user=owner.user)
