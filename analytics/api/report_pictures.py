"""Saved reports as pictures, for whoever sees them without an account."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils import timezone

from analytics.api.report_kinds import Query, asked_by
from analytics.api.views.asking import asked_of, funnel_asked, retention_asked
from analytics.charts.palette import Theme
from analytics.choices import Grain, ReportKind
from analytics.models import AnalyticsReport, Funnel, Metric
from analytics.services import cohort_tables, funnels, retention_tables
from brands.models import Brand
from brands.permissions import Actor

Look = dict[str, Any]
WIDTH = 960


def picture(actor: Actor, report: AnalyticsReport) -> str:
    """SVG of what the report answers now, to whoever may see it. Raises as report_kinds.result does."""
    reader, row, query = asked_by(actor, report)
    return _PICTURES[report.kind](reader, row, query, {"theme": Theme.AUTO, "width": WIDTH})


def _funnel(actor: Actor, funnel: Funnel, query: Query, look: Look) -> str:
    from analytics.services import funnel_charts

    asked = funnel_asked(brand_id=actor.brand_id, definition=funnel.definition, query=query)
    return funnel_charts.picture(funnel, funnels.report(asked.told(**query)), **look)


def _trend(actor: Actor, funnel: Funnel, query: Query, look: Look) -> str:
    asked = funnel_asked(brand_id=actor.brand_id, definition=funnel.definition, query=query)
    periods = funnels.trend(asked, **{"to_step": None, **query})["periods"]
    points = {each["label"]: each["settled_conversion"]["value"] for each in periods}
    return _line(funnel.name, points, unit="%", look=look)


def _times(actor: Actor, funnel: Funnel, query: Query, look: Look) -> str:
    asked = funnel_asked(brand_id=actor.brand_id, definition=funnel.definition, query=query)
    bins = funnels.times(asked, **{"to_step": None, "bins": None, **query})["bins"]
    return _line(funnel.name, {f"{each['from_seconds']} s": each["people"] for each in bins}, unit="", look=look)


def _line(name: str, points: Mapping[str, float | None], *, unit: str, look: Look) -> str:
    from analytics.charts.lines import Line, LineChart, line_chart

    return line_chart(LineChart(name, list(points), [Line(name, list(points.values()))], unit), **look)


def _retention(actor: Actor, _: None, query: Query, look: Look) -> str:
    from analytics.services.cohort_charts import retention_picture

    answer = retention_tables.result(retention_asked(brand_id=actor.brand_id, query=query))
    return retention_picture(answer, period=query["period"], **look)


def _cohorts(actor: Actor, _: None, query: Query, look: Look) -> str:
    from analytics.services.cohort_charts import cohorts_picture

    found = cohort_tables.table(
        brand_id=actor.brand_id, grain=Grain(query["grain"]), from_date=query.get("from"), to_date=query.get("to")
    )
    currency = Brand.objects.get(pk=actor.brand_id).currency
    return cohorts_picture(found, measure="retention", currency=currency, **look)


def _metric(actor: Actor, metric: Metric, query: Query, look: Look) -> str:
    from analytics.services import metric_reports
    from analytics.services.metric_charts import metric_chart

    answer = metric_reports.values(
        actor=actor,
        metric=metric,
        asked=asked_of(query),
        at=timezone.now(),
        kind="metric.chart",
        tell=lambda found: {"svg": metric_chart(metric, found, **look)},
        picture=[metric.name, metric.unit, look],
    )
    return str(answer["svg"])


def _correlations(actor: Actor, _: None, query: Query, look: Look) -> str:
    from analytics.services import metric_reports
    from analytics.services.correlation_charts import matrix

    answer = metric_reports.related(
        actor=actor,
        metric_ids=query["metric"],
        most_lead=query["most_lead"],
        asked=asked_of(query),
        at=timezone.now(),
        kind="correlations.chart",
        tell=lambda found: {"svg": matrix(found, **look)},
        said={"picture": look},
    )
    return str(answer["svg"])


_PICTURES: Mapping[str, Callable[[Actor, Any, Query, Look], str]] = {
    ReportKind.FUNNEL: _funnel,
    ReportKind.FUNNEL_TREND: _trend,
    ReportKind.FUNNEL_TIMES: _times,
    ReportKind.RETENTION: _retention,
    ReportKind.COHORTS: _cohorts,
    ReportKind.METRIC: _metric,
    ReportKind.CORRELATIONS: _correlations,
}
