"""Questions to a kept funnel."""

from typing import Any

from django.http import HttpResponse
from rest_framework.request import Request
from rest_framework.response import Response

from analytics.api import funnel_docs as docs
from analytics.api.later import AnswersLater
from analytics.api.serializers.funnel_answers import (
    FunnelChartQuery,
    PeopleQuery,
    RangeQuery,
    ReportQuery,
    TimesQuery,
    TraceByNameQuery,
    TraceQuery,
    TrendQuery,
)
from analytics.api.serializers.pictures import look
from analytics.api.views.asking import funnel_asked
from analytics.api.views.pictures import picture
from analytics.models import Funnel
from analytics.services import funnel_charts, funnel_drivers, funnel_traces, funnels, people
from analytics.services.funnels import Asked
from brands.api.base import BrandGenericAPIView


class FunnelAnswerView(AnswersLater, BrandGenericAPIView):
    model = Funnel
    capability = {"get": "analytics.view"}
    rate_limit = "120/minute"

    def asked(self, query: dict[str, Any]) -> Asked:
        return funnel_asked(brand_id=self.brand_id, definition=self.get_object().definition, query=query)


@docs.RESULT
class FunnelResultView(FunnelAnswerView):
    def get(self, request: Request, **_: Any) -> Response:
        query = ReportQuery.read(request.query_params)
        return Response(funnels.report(self.asked(query).told(**query)))


@docs.CHART
class FunnelChartView(FunnelAnswerView):
    def get(self, request: Request, **_: Any) -> HttpResponse:
        query = FunnelChartQuery.read(request.query_params)
        drawn = look(query)
        answer = funnels.report(self.asked(query).told(**query))
        return picture(funnel_charts.picture(self.get_object(), answer, **drawn))


@docs.TREND
class FunnelTrendView(FunnelAnswerView):
    def get(self, request: Request, **_: Any) -> Response:
        query = TrendQuery.read(request.query_params)
        asked = self.asked(query)
        return Response(funnels.trend(asked, **{"to_step": None, **query}))


@docs.TIMES
class FunnelTimesView(FunnelAnswerView):
    def get(self, request: Request, **_: Any) -> Response:
        query = TimesQuery.read(request.query_params)
        asked = self.asked(query)
        return Response(funnels.times(asked, **{"to_step": None, "bins": None, **query}))


@docs.PEOPLE
class FunnelPeopleView(FunnelAnswerView):
    def get(self, request: Request, **_: Any) -> Response:
        self.get_object()  # what is not there is not found, whatever was asked of it
        query = PeopleQuery.read(request.query_params)
        asked = self.asked(query)
        found = funnels.people_behind(asked, step=query["step"], fate=query["fate"])
        return Response(people.page(found, after=query["after"], limit=query["limit"]))


@docs.DRIVERS
class FunnelDriversView(FunnelAnswerView):
    rate_limit = "30/minute"  # each looks at many more events than the funnel's own

    def get(self, request: Request, **_: Any) -> Response:
        return Response(funnel_drivers.drivers(self.asked(RangeQuery.read(request.query_params))))


@docs.TRACE
class FunnelTraceView(FunnelAnswerView):
    def get(self, request: Request, person: int, **_: Any) -> Response:
        asked = self.asked(TraceQuery.read(request.query_params))
        return Response(funnel_traces.trace(asked, numbers=people.find(number=person)))


@docs.TRACE_BY_NAME
class FunnelTraceByNameView(FunnelAnswerView):
    def get(self, request: Request, **_: Any) -> Response:
        self.get_object()
        query = TraceByNameQuery.read(request.query_params)
        numbers = people.find(distinct_id=query.pop("distinct_id"))
        return Response(funnel_traces.trace(self.asked(query), numbers=numbers))
