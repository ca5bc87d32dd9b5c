"""Queries as services take them. What loads numpy is imported when somebody asks: web starts without it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from analytics.metrics.anomalies.bands import Detector
    from analytics.services.metric_values import Asked


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
    )


def detector_of(query: Mapping[str, Any]) -> "Detector":
    """Of quartiles the fences, else two and three deviations."""
    from analytics.metrics.anomalies.bands import FENCES, Detector, Method

    method = Method(query["method"])
    return replace(FENCES if method is Method.IQR else Detector(method), window=query["window"])
