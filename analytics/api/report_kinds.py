"""Kinds of saved reports: what each asks, read by the query of the endpoint that answers it, and that answer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Model
from django.utils import timezone
from rest_framework import serializers

from analytics.api.serializers.cohorts import CohortsQuery, CohortTableSerializer
from analytics.api.serializers.correlations import CorrelationsQuery, CorrelationsSerializer
from analytics.api.serializers.funnel_answers import ReportQuery, TimesQuery, TrendQuery
from analytics.api.serializers.metric_values import MetricValuesSerializer, ValuesQuery
from analytics.api.serializers.retention import RetentionTableQuery
from analytics.api.views.asking import asked_of, funnel_asked, retention_asked
from analytics.choices import Grain, ReportKind
from analytics.models import AnalyticsReport, Funnel, Metric
from analytics.services import cohort_tables, funnels, retention_tables
from analytics.services.narrowing import in_segment
from brands.api.serializers import StrictSerializer
from brands.errors import InvalidInput
from brands.models import Brand
from brands.permissions import Actor, visible

Query = dict[str, Any]


@dataclass(frozen=True)
class Kind:
    """`answer(actor, row, query)`: as the endpoint gives it. `about`: the parameter that names the row, and of what."""

    query: type[StrictSerializer]
    answer: Callable[[Actor, Any, Query], Any]
    about: tuple[str, type[Model]] | None = None


def check(*, actor: Actor, kind: str, parameters: Mapping[str, Any], last_days: int | None) -> None:
    """Raises an error naming `parameters.…`, or `last_days` beside a fixed range."""
    if last_days is not None and (fixed := [name for name in ("from", "to") if name in parameters]):
        raise InvalidInput(fields={"last_days": [f"Either this, or {' and '.join(fixed)} in the parameters."]})
    _read(actor, KINDS[kind], parameters)


def result(*, actor: Actor, report: AnalyticsReport) -> Any:
    """What the endpoint of its kind answers now, to whoever may see the report, whatever else they may see.

    Raises InvalidInput naming the parameter whose row is gone.
    """
    reader, row, query = asked_by(actor, report)
    return KINDS[report.kind].answer(reader, row, query)


def asked_by(actor: Actor, report: AnalyticsReport) -> tuple[Actor, Any, Query]:
    """`actor` as who may read what the report is made of; the row that it is about, if any; and what it asks now."""
    reader = replace(actor, capabilities=actor.capabilities | {"analytics.view"})
    parameters = {**report.parameters, **_moving_range(report, timezone.now())}
    return reader, *_read(reader, KINDS[report.kind], parameters)


def _read(actor: Actor, kind: Kind, parameters: Mapping[str, Any]) -> tuple[Model | None, Query]:
    rest = dict(parameters)
    given = rest.pop(kind.about[0], None) if kind.about else None
    try:
        query = kind.query.read(rest)
    except serializers.ValidationError as error:
        raise serializers.ValidationError({"parameters": error.detail}) from error
    row = None if kind.about is None else _row(actor, *kind.about, given)
    _check_references(actor, query)
    return row, query


def _row(actor: Actor, name: str, model: type[Model], given: Any) -> Model:
    field = f"parameters.{name}"
    try:
        pk = serializers.UUIDField().run_validation(given)
    except serializers.ValidationError as error:
        raise InvalidInput(fields={field: ["The id of one."]}) from error
    found = visible(actor, "analytics.view", model._default_manager.filter(pk=pk)).first()
    if found is None:
        raise InvalidInput(fields={field: ["Not found."]})
    return found


def _check_references(actor: Actor, query: Query) -> None:
    """Segments and metrics that it names are the brand's."""
    try:
        in_segment(brand_id=actor.brand_id, segment_id=query.get("segment"))
    except InvalidInput as error:
        raise InvalidInput(fields={"parameters.segment": ["Not found."]}) from error
    wanted = set(query.get("metric", ()))
    if wanted and visible(actor, "analytics.view", Metric.objects.filter(pk__in=wanted)).count() < len(wanted):
        raise InvalidInput(fields={"parameters.metric": ["Not all of them are found."]})


def _moving_range(report: AnalyticsReport, now: datetime) -> Query:
    if report.last_days is None:
        return {}
    today = now.astimezone(ZoneInfo(Brand.objects.get(pk=report.brand_id).timezone)).date()
    return {"from": (today - timedelta(days=report.last_days - 1)).isoformat(), "to": today.isoformat()}


def _funnel(actor: Actor, funnel: Funnel, query: Query) -> Any:
    asked = funnel_asked(brand_id=actor.brand_id, definition=funnel.definition, query=query)
    return funnels.report(asked.told(**query))


def _trend(actor: Actor, funnel: Funnel, query: Query) -> Any:
    asked = funnel_asked(brand_id=actor.brand_id, definition=funnel.definition, query=query)
    return funnels.trend(asked, **{"to_step": None, **query})


def _times(actor: Actor, funnel: Funnel, query: Query) -> Any:
    asked = funnel_asked(brand_id=actor.brand_id, definition=funnel.definition, query=query)
    return funnels.times(asked, **{"to_step": None, "bins": None, **query})


def _retention(actor: Actor, _: None, query: Query) -> Any:
    return retention_tables.result(retention_asked(brand_id=actor.brand_id, query=query))


def _cohorts(actor: Actor, _: None, query: Query) -> Any:
    found = cohort_tables.table(
        brand_id=actor.brand_id, grain=Grain(query["grain"]), from_date=query.get("from"), to_date=query.get("to")
    )
    return CohortTableSerializer(found).data


def _metric(actor: Actor, metric: Metric, query: Query) -> Any:
    from analytics.services import metric_reports

    return metric_reports.values(
        actor=actor,
        metric=metric,
        asked=asked_of(query),
        at=timezone.now(),
        kind="metric.values",
        tell=lambda found: MetricValuesSerializer(found).data,
    )


def _correlations(actor: Actor, _: None, query: Query) -> Any:
    from analytics.services import metric_reports

    return metric_reports.related(
        actor=actor,
        metric_ids=query["metric"],
        most_lead=query["most_lead"],
        asked=asked_of(query),
        at=timezone.now(),
        kind="correlations",
        tell=lambda found: CorrelationsSerializer(found).data,
        said={},
    )


KINDS: dict[str, Kind] = {
    ReportKind.FUNNEL: Kind(ReportQuery, _funnel, about=("funnel", Funnel)),
    ReportKind.FUNNEL_TREND: Kind(TrendQuery, _trend, about=("funnel", Funnel)),
    ReportKind.FUNNEL_TIMES: Kind(TimesQuery, _times, about=("funnel", Funnel)),
    ReportKind.RETENTION: Kind(RetentionTableQuery, _retention),
    ReportKind.COHORTS: Kind(CohortsQuery, _cohorts),
    ReportKind.METRIC: Kind(ValuesQuery, _metric, about=("metric", Metric)),
    ReportKind.CORRELATIONS: Kind(CorrelationsQuery, _correlations),
}
