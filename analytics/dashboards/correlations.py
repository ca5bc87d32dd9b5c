"""Which metrics move together, and which only seem to."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from analytics.api.serializers.correlations import MOST_LEAD, CorrelationsQuery
from analytics.api.views.asking import asked_of
from analytics.dashboards import menu
from analytics.dashboards.drawn import drawn, heat_map_width
from analytics.dashboards.page import Page
from analytics.dashboards.pickers import Choice, Picker, Several
from analytics.dashboards.visit import Visit
from analytics.models import Metric

MOST, LEAST, USUAL = 12, 2, 6
METRIC, BY, LEAD = "metric", "by", "most_lead"
_BY = (("day", "Day"), ("week", "Week"), ("month", "Month"))
_LEADS = [(str(n), "None" if not n else f"Up to {n}") for n in range(MOST_LEAD + 1)]
# What the service's words for a metric that takes no part mean.
WHY = {
    "too_few_points": "too few values",
    "too_many_gaps": "too many gaps",
    "zero_variance": "it never changes",
    "too_few_changes": "it changes too rarely",
}


def _pickers(visit: Visit) -> Sequence[Picker]:
    known = _metrics(visit)
    options = [(str(pk), name) for pk, name in known]
    lead = visit.chosen(LEAD, [value for value, _ in _LEADS])
    by = visit.chosen(BY, [value for value, _ in _BY])
    metrics = [Several(METRIC, "Metrics", _chosen(visit, options), options)] if options else []
    return [Choice(BY, "By", by, _BY), Choice(LEAD, "Leads and lags", lead, _LEADS), *metrics]


def _metrics(visit: Visit) -> list[tuple[Any, str]]:
    return list(Metric.objects.order_by("name").values_list("pk", "name"))


def _chosen(visit: Visit, options: Sequence[tuple[str, str]]) -> list[str]:
    """A brand that was changed has other metrics: then its first."""
    asked = set(visit.request.GET.getlist(METRIC))
    return [value for value, _ in options if value in asked] or [value for value, _ in options[:USUAL]]


def _answer(visit: Visit) -> dict[str, Any]:
    from analytics.services.correlation_charts import matrix
    from analytics.services.metric_answers import related

    options = [(str(pk), name) for pk, name in _metrics(visit)]
    if len(options) < LEAST:
        return {"too_few": True}
    days = visit.days
    asked = CorrelationsQuery.read(
        {METRIC: _chosen(visit, options), "from": days.from_date, "to": days.to_date, **visit.given(BY, LEAD)}
    )
    found = related(
        actor=visit.actor,
        metric_ids=asked[METRIC],
        asked=asked_of(asked),
        most_lead=asked[LEAD],
        at=visit.at,
    )
    return {
        "found": found,
        "established": [told for told in found.told if told.pair.established],
        "refused": [(each.name, WHY[each.why], each) for each in found.found.refused],
        "chart": drawn(partial(matrix, found), phone=heat_map_width(len(found.names) - 1)),
    }


CORRELATIONS = Page(menu.CORRELATIONS, _answer, _pickers, default_days=90)
