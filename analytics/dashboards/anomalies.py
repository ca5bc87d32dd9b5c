"""What departed in the brand's metrics, on their series with the band that was expected, and what became of it."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet

from analytics.charts.lines import Line, LineChart, Mark, line_chart
from analytics.charts.numbers import short
from analytics.choices import AnomalyStatus, Severity
from analytics.dashboards import menu
from analytics.dashboards.drawn import Drawn, drawn
from analytics.dashboards.page import Page
from analytics.dashboards.pickers import Choice, Options, Picker
from analytics.dashboards.visit import Visit
from analytics.models import Anomaly, Metric
from analytics.services.anomalies import AFTER

if TYPE_CHECKING:
    from analytics.services.metric_anomalies import Departures

METRIC, STATUS, SEVERITY = "metric", "status", "severity"
ALL = "ALL"
MOST_SHOWN = 25
MOST_CAUSES = 3
CHANGE = "analytics.change_anomaly"
VERBS = {
    "acknowledge": (AnomalyStatus.ACKNOWLEDGED, "Acknowledge"),
    "mute": (AnomalyStatus.MUTED, "Mute for a week"),
    "resolve": (AnomalyStatus.RESOLVED, "Resolve"),
    "reopen": (AnomalyStatus.OPEN, "Reopen"),
}
# Who has changed nothing wants to see what nobody has dealt with; the rest is a choice away.
_OFFERED: Mapping[str, Options] = {
    STATUS: [(AnomalyStatus.OPEN.value, "Open"), (ALL, "All"), *AnomalyStatus.choices[1:]],
    SEVERITY: [(ALL, "All"), *reversed(Severity.choices)],
}


def _pickers(visit: Visit) -> Sequence[Picker]:
    metrics = _metrics()
    chosen = visit.chosen(METRIC, list(metrics))
    return [
        *([Choice(METRIC, "Series of", chosen, list(metrics.items()))] if metrics else []),
        Choice(STATUS, "Status", _chosen(visit, STATUS), _OFFERED[STATUS]),
        Choice(SEVERITY, "Severity", _chosen(visit, SEVERITY), _OFFERED[SEVERITY]),
    ]


def _metrics() -> dict[str, str]:
    return {str(pk): name for pk, name in Metric.objects.order_by("name").values_list("pk", "name")}


def _chosen(visit: Visit, name: str) -> str:
    return visit.chosen(name, [value for value, _ in _OFFERED[name]])


def _answer(visit: Visit) -> dict[str, Any]:
    known = _metrics()
    if not known:
        return {"none_kept": True}
    metric = Metric.objects.get(pk=visit.chosen(METRIC, list(known)))
    rows = list(_kept(visit)[: MOST_SHOWN + 1])
    found = _judged(visit, metric)
    return {
        "metric": metric,
        "found": found,
        "chart": _chart(metric, found),
        "rows": [_row(row, visit) for row in rows[:MOST_SHOWN]],
        "more": len(rows) > MOST_SHOWN,
        "may_change": visit.may(CHANGE),
    }


def _kept(visit: Visit) -> "QuerySet[Any]":
    midnights = visit.days.midnights()
    wanted = {name: said for name in _OFFERED if (said := _chosen(visit, name)) != ALL}
    rows = Anomaly.objects.filter(period_start__gte=midnights[0], period_start__lt=midnights[-1], **wanted)
    return rows.select_related("metric", "status_by").order_by("-period_start", "-id")


def _judged(visit: Visit, metric: Metric) -> "Departures":
    """As the metric is watched: the same numbers as those that are kept."""
    from analytics.metrics.periods import Period
    from analytics.services.anomaly_detection import detector_of
    from analytics.services.metric_answers import metric_anomalies
    from analytics.services.metric_values import Asked

    days = visit.days
    asked = Asked(days.from_date, days.to_date, Period(metric.watch_interval.lower()))
    return metric_anomalies(actor=visit.actor, metric=metric, asked=asked, detector=detector_of(metric), at=visit.at)


def _row(row: Anomaly, visit: Visit) -> dict[str, Any]:
    unit, cause = row.metric.unit, row.root_cause or {}
    return {
        "anomaly": row,
        "observed": short(row.observed, unit),
        "expected": f"{short(row.low, unit)} to {short(row.high, unit)}",
        "dimension": cause.get("dimension", ""),
        "causes": [_cause(each, unit) for each in cause.get("contributions", ())[:MOST_CAUSES]],
        "verbs": [(verb, words) for verb, (to, words) in VERBS.items() if _is_offered(row, to)],
    }


def _cause(each: Mapping[str, Any], unit: str) -> tuple[str, float | None, str]:
    return each["value"] or "without a value", each["share"], short(each["effect"], unit)


def _is_offered(row: Anomaly, to: AnomalyStatus) -> bool:
    return row.status in AFTER[to] and row.status != to


def _chart(metric: Metric, found: "Departures") -> Drawn:
    from analytics.charts.labels import labels

    series = found.series
    place = {label: k for k, label in enumerate(series.cut.labels)}
    values, ended = [point.value for point in series.points], len(series.complete())
    chart = LineChart(
        metric.name,
        labels(series.cut),
        [Line(metric.name, values, ended if ended < len(values) else None)],
        metric.unit,
        [None if band is None else (band.low, band.high) for band in found.bands],
        [
            Mark(place[each.label], each.anomaly.value, str(each.anomaly.severity) == "high", _told(each, metric.unit))
            for each in found.found
        ],
    )
    return drawn(partial(line_chart, chart))


def _told(departure: Any, unit: str) -> str:
    return f"{departure.label}: {short(departure.anomaly.value, unit)}, {departure.anomaly.severity}"


ANOMALIES = Page(menu.ANOMALIES, _answer, _pickers, default_days=90)
