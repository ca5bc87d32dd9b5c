"""Answers that can be asked for later: by name, the route that gives them at once and what it takes."""

from collections.abc import Mapping
from dataclasses import dataclass

from analytics.api.serializers.correlations import CorrelationsQuery
from analytics.api.serializers.funnel_answers import ReportQuery, TimesQuery, TrendQuery
from analytics.api.serializers.metric_anomalies import AnomaliesQuery
from analytics.api.serializers.metric_values import ValuesQuery
from analytics.api.serializers.retention import RetentionTableQuery
from brands.api.serializers import StrictSerializer


@dataclass(frozen=True)
class Kind:
    """`of_a_row`: its address names a funnel or a metric."""

    name: str
    route: str
    query: type[StrictSerializer]
    of_a_row: bool = True


_ALL = (
    Kind("funnel_result", "analytics:funnel-result", ReportQuery),
    Kind("funnel_trend", "analytics:funnel-trend", TrendQuery),
    Kind("funnel_times", "analytics:funnel-times", TimesQuery),
    Kind("retention", "analytics:retention", RetentionTableQuery, of_a_row=False),
    Kind("metric_values", "analytics:metric-values", ValuesQuery),
    Kind("metric_anomalies", "analytics:metric-anomalies", AnomaliesQuery),
    Kind("correlations", "analytics:correlations", CorrelationsQuery, of_a_row=False),
)
KINDS: Mapping[str, Kind] = {kind.name: kind for kind in _ALL}
BY_ROUTE: Mapping[str, Kind] = {kind.route: kind for kind in _ALL}
NAMES = list(KINDS)
