"""Queries as services take them. What loads numpy is imported when somebody asks: web starts without it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.utils import timezone

from ai_studio.services.periods import Period as Days
from ai_studio.services.periods import period
from analytics.services import funnels, retention_questions
from analytics.services.narrowing import in_segment
from brands.models import Brand

if TYPE_CHECKING:
    from analytics.metrics.anomalies.bands import Detector
    from analytics.services.metric_values import Asked


def funnel_asked(*, brand_id: UUID, definition: Mapping[str, Any], query: dict[str, Any]) -> funnels.Asked:
    """Takes what says when and of whom out of the query. Raises InvalidInput naming `from` or `segment`."""
    now, brand = timezone.now(), Brand.objects.get(pk=brand_id)
    days = _days(brand, now, query, funnels.MAX_DAYS)
    of = in_segment(brand_id=brand.pk, segment_id=query.pop("segment", None))
    return funnels.Asked(brand.pk, definition, days, at=now, as_of=query.pop("as_of", None), people=of)


def retention_asked(*, brand_id: UUID, query: dict[str, Any]) -> retention_questions.Asked:
    """Of the whole query. Raises as funnel_asked does."""
    now, brand = timezone.now(), Brand.objects.get(pk=brand_id)
    days = _days(brand, now, query, retention_questions.MAX_DAYS)
    of = in_segment(brand_id=brand.pk, segment_id=query.pop("segment", None))
    start, back = (
        {"event": query.pop(f"{role}_event", None), "filters": query.pop(f"{role}_filters", [])}
        for role in ("start", "return")
    )
    minimum = query.pop("minimum_occurrences")
    return retention_questions.Asked(
        brand_id=brand.pk, start=start, back=back, days=days, at=now, minimum=minimum, people=of, **query
    )


def _days(brand: Brand, now: datetime, query: dict[str, Any], at_most: int) -> Days:
    return period(
        timezone=brand.timezone,
        at=now,
        from_date=query.pop("from", None),
        to_date=query.pop("to", None),
        at_most=at_most,
    )


def asked_of(query: Mapping[str, Any]) -> "Asked":
    from analytics.metrics.periods import Period, WeekStart
    from analytics.services.metric_values import Asked

    return Asked(
        from_date=query.get("from"),
        to_date=query.get("to"),
        period=Period(query["by"]),
        week_start=WeekStart(query["week_start"]),
        breakdown=query.get("breakdown"),
        compare=query.get("compare", False),
        segment_id=query.get("segment"),
    )


def detector_of(query: Mapping[str, Any]) -> "Detector":
    """Of quartiles the fences, else two and three deviations."""
    from analytics.metrics.anomalies.bands import FENCES, Detector, Method

    method = Method(query["method"])
    return replace(FENCES if method is Method.IQR else Detector(method), window=query["window"])
