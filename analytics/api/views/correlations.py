from typing import TYPE_CHECKING, Any

from django.http import HttpResponse
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from analytics.api import metric_docs as docs
from analytics.api.serializers.correlations import CorrelationsChartQuery, CorrelationsQuery, CorrelationsSerializer
from analytics.api.serializers.pictures import look
from analytics.api.views.asking import asked_of
from analytics.api.views.pictures import picture
from brands.api.base import BrandAPIView

if TYPE_CHECKING:
    from analytics.services.metric_answers import Related


class RelatedView(BrandAPIView):
    capability = {"get": "analytics.view"}
    rate_limit = "60/minute"  # each may read the events of twelve metrics

    def related(self, asked: dict[str, Any]) -> "Related":
        from analytics.services.metric_answers import related

        return related(
            actor=self.actor,
            metric_ids=asked["metric"],
            asked=asked_of(asked),
            most_lead=asked["most_lead"],
            at=timezone.now(),
        )


@docs.CORRELATIONS
class CorrelationsView(RelatedView):
    def get(self, request: Request, **_: Any) -> Response:
        return Response(CorrelationsSerializer(self.related(CorrelationsQuery.read(request.query_params))).data)


@docs.CORRELATIONS_CHART
class CorrelationsChartView(RelatedView):
    def get(self, request: Request, **_: Any) -> HttpResponse:
        from analytics.services.correlation_charts import matrix

        asked = CorrelationsChartQuery.read(request.query_params)
        drawn = look(asked)
        return picture(matrix(self.related(asked), **drawn))
