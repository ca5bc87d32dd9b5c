"""Answers as files."""

from typing import Any

from django.http.response import HttpResponseBase
from django.utils import timezone
from django_filters.utils import translate_validation
from rest_framework.request import Request

from analytics.api import export_docs as docs
from analytics.api.event_filters import EventFilter
from analytics.api.files import FileQuery, file_response
from analytics.api.serializers.cohorts import CohortsQuery
from analytics.api.serializers.funnel_answers import PeopleQuery, ReportQuery
from analytics.api.serializers.metric_values import ValuesQuery
from analytics.api.serializers.retention import RetentionPeopleQuery, RetentionTableQuery
from analytics.api.views.asking import asked_of
from analytics.api.views.funnel_answers import FunnelAnswerView
from analytics.api.views.retention import RetentionAnswerView
from analytics.choices import Grain
from analytics.models import Event, Metric
from analytics.services import cohort_tables, event_log, export_tables, exports, funnels, retention_tables
from brands.api.base import BrandAPIView, BrandGenericAPIView
from brands.api.filters import PAGING, refuse_unknown

RATE_LIMIT = "30/minute"  # each may read all events
CAPABILITY = {"get": exports.CAPABILITY}


class ReportFileQuery(ReportQuery, FileQuery):
    pass


class FunnelPeopleFileQuery(PeopleQuery, FileQuery):
    after = limit = None  # type: ignore[assignment]  # all of them


class RetentionFileQuery(RetentionTableQuery, FileQuery):
    pass


class RetentionPeopleFileQuery(RetentionPeopleQuery, FileQuery):
    after = limit = None  # type: ignore[assignment]


class CohortsFileQuery(CohortsQuery, FileQuery):
    pass


class ValuesFileQuery(ValuesQuery, FileQuery):
    pass


@docs.EVENTS
class EventsFileView(BrandGenericAPIView):
    model = Event
    capability = CAPABILITY
    rate_limit = RATE_LIMIT

    def get(self, request: Request, **_: Any) -> HttpResponseBase:
        asked = request.query_params.copy()
        format_ = FileQuery.read({"format": asked.pop("format")[-1]} if "format" in asked else {})["format"]
        refuse_unknown(PAGING & asked.keys(), set())
        filters = EventFilter(asked, event_log.recorded(actor=self.actor), request=request)
        found = filters.qs
        if not filters.is_valid():
            raise translate_validation(filters.errors)
        return file_response(request, exports.events(actor=self.actor, found=found), format_)


@docs.FUNNEL
class FunnelFileView(FunnelAnswerView):
    capability = CAPABILITY
    rate_limit = RATE_LIMIT

    def get(self, request: Request, **_: Any) -> HttpResponseBase:
        query = ReportFileQuery.read(request.query_params)
        format_ = query.pop("format")
        asked = self.asked(query).told(**query)
        return file_response(request, export_tables.funnel(funnels.report(asked), asked.definition["steps"]), format_)


@docs.FUNNEL_PEOPLE
class FunnelPeopleFileView(FunnelAnswerView):
    capability = CAPABILITY
    rate_limit = RATE_LIMIT

    def get(self, request: Request, **_: Any) -> HttpResponseBase:
        self.get_object()  # what is not there is not found, whatever was asked of it
        query = FunnelPeopleFileQuery.read(request.query_params)
        found = funnels.people_behind(self.asked(query), step=query["step"], fate=query["fate"])
        return file_response(request, exports.people_of(brand_id=self.brand_id, numbers=found), query["format"])


@docs.RETENTION
class RetentionFileView(RetentionAnswerView):
    capability = CAPABILITY
    rate_limit = RATE_LIMIT

    def get(self, request: Request, **_: Any) -> HttpResponseBase:
        query = RetentionFileQuery.read(request.query_params)
        format_ = query.pop("format")
        return file_response(request, export_tables.retention(retention_tables.result(self.asked(query))), format_)


@docs.RETENTION_PEOPLE
class RetentionPeopleFileView(RetentionAnswerView):
    capability = CAPABILITY
    rate_limit = RATE_LIMIT

    def get(self, request: Request, **_: Any) -> HttpResponseBase:
        query = RetentionPeopleFileQuery.read(request.query_params)
        cohort, column, format_ = (query.pop(name) for name in ("cohort", "column", "format"))
        found = retention_tables.people_behind(self.asked(query), cohort=cohort, column=column)
        return file_response(request, exports.people_of(brand_id=self.brand_id, numbers=found), format_)


@docs.COHORTS
class CohortsFileView(BrandAPIView):
    capability = CAPABILITY
    rate_limit = RATE_LIMIT

    def get(self, request: Request, **_: Any) -> HttpResponseBase:
        asked = CohortsFileQuery.read(request.query_params)
        days = {"from_date": asked.get("from"), "to_date": asked.get("to")}
        table = cohort_tables.table(brand_id=self.brand_id, grain=Grain(asked["grain"]), **days)
        return file_response(request, export_tables.cohorts(table), asked["format"])


@docs.METRIC
class MetricFileView(BrandGenericAPIView):
    model = Metric
    capability = CAPABILITY
    rate_limit = RATE_LIMIT

    def get(self, request: Request, **_: Any) -> HttpResponseBase:
        from analytics.services.metric_answers import metric_values

        found, asked = self.get_object(), ValuesFileQuery.read(request.query_params)
        values = metric_values(actor=self.actor, metric=found, asked=asked_of(asked), at=timezone.now())
        return file_response(request, export_tables.metric(values), asked["format"])
