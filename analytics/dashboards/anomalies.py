"""What departed from a metric's own history: the series, the band that was expected, and what to look at first."""

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from analytics.api.serializers.metric_anomalies import AnomaliesQuery
from analytics.api.views.asking import asked_of, detector_of
from analytics.charts.lines import Line, LineChart, Mark, line_chart
from analytics.charts.numbers import short
from analytics.dashboards import menu
from analytics.dashboards.drawn import Drawn, drawn
from analytics.dashboards.page import Page
from analytics.dashboards.pickers import Choice, Picker, Text
from analytics.dashboards.visit import Visit
from analytics.models import Metric

if TYPE_CHECKING:
    from analytics.services.metric_anomalies import Departures

METRIC, METHOD, BY, BREAKDOWN = "metric", "method", "by", "breakdown"
_METHODS = (("mad", "Median (robust)"), ("zscore", "Mean and deviation"), ("iqr", "Quartiles"))
_BY = (("day", "Day"), ("week", "Week"), ("month", "Month"))


def _pickers(visit: Visit) -> Sequence[Picker]:
    metrics = _metrics()
    choices = ((METHOD, "Expected by", _METHODS), (BY, "By", _BY))
    return [
        *([Choice(METRIC, "Metric", visit.chosen(METRIC, list(metrics)), list(metrics.items()))] if metrics else []),
        *(
            Choice(name, label, visit.chosen(name, [v for v, _ in options]), options)
            for name, label, options in choices
        ),
        Text(BREAKDOWN, "Explained by", visit.request.GET.get(BREAKDOWN, "")),
    ]


def _metrics() -> dict[str, str]:
    return {str(pk): name for pk, name in Metric.objects.order_by("name").values_list("pk", "name")}


def _answer(visit: Visit) -> dict[str, Any]:
    from analytics.services.metric_answers import metric_anomalies

    known = _metrics()
    if not known:
        return {"none_kept": True}
    metric = Metric.objects.get(pk=visit.chosen(METRIC, list(known)))
    days = visit.days
    given = visit.given(METHOD, BY, BREAKDOWN)
    asked = AnomaliesQuery.read({"from": days.from_date, "to": days.to_date, **given})
    found = metric_anomalies(
        actor=visit.actor, metric=metric, asked=asked_of(asked), detector=detector_of(asked), at=visit.at
    )
    return {
        "metric": metric,
        "found": found,
        "breakdown": given.get(BREAKDOWN, ""),
        "rows": [_row(each, metric) for each in reversed(found.found)],
        "chart": _chart(metric, found),
    }


def _row(departure: Any, metric: Metric) -> dict[str, Any]:
    anomaly, unit = departure.anomaly, metric.unit
    causes = departure.cause.contributions[:3] if departure.cause else ()
    return {
        "label": departure.label,
        "observed": short(anomaly.value, unit),
        "expected": f"{short(anomaly.band.low, unit)} to {short(anomaly.band.high, unit)}",
        "severity": str(anomaly.severity),
        "side": str(anomaly.side),
        "causes": [(each.value or "without a value", each.share, short(each.effect, unit)) for each in causes],
        "action": departure.action,
    }


def _chart(metric: Metric, found: "Departures") -> Drawn:
    from analytics.charts.labels import labels

    series = found.series
    place = {label: k for k, label in enumerate(series.cut.labels)}
    values, ended = [point.value for point in series.points], len(series.complete())
    marks = [
        Mark(place[each.label], each.anomaly.value, str(each.anomaly.severity) == "high", _told(each, metric))
        for each in found.found
    ]
    chart = LineChart(
        metric.name,
        labels(series.cut),
        [Line(metric.name, values, ended if ended < len(values) else None)],
        metric.unit,
        [None if band is None else (band.low, band.high) for band in found.bands],
        marks,
    )
    return drawn(partial(line_chart, chart))


def _told(departure: Any, metric: Metric) -> str:
    return f"{departure.label}: {short(departure.anomaly.value, metric.unit)}, {departure.anomaly.severity}"


ANOMALIES = Page(menu.ANOMALIES, _answer, _pickers, default_days=90)
