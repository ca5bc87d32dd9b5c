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
    from collections.abc import Callable

    from analytics.services.metric_answers import Related
    from analytics.services.metric_reports import Told


class RelatedView(BrandAPIView):
    capability = {"get": "analytics.view"}
    rate_limit = "60/minute"  # each may read the events of twelve metrics

    def related(self, asked: dict[str, Any], kind: str, tell: "Callable[[Related], Told]", **said: Any) -> "Told":
        from analytics.services.metric_reports import related

        return related(
            actor=self.actor,
            metric_ids=asked["metric"],
            asked=asked_of(asked),
            at=timezone.now(),
            kind=kind,
            tell=tell,
            most_lead=asked["most_lead"],
            said=said,
        )


@docs.CORRELATIONS
class CorrelationsView(RelatedView):
    def get(self, request: Request, **_: Any) -> Response:
        asked = CorrelationsQuery.read(request.query_params)
        return Response(self.related(asked, "correlations", lambda found: CorrelationsSerializer(found).data))


@docs.CORRELATIONS_CHART
class CorrelationsChartView(RelatedView):
    def get(self, request: Request, **_: Any) -> HttpResponse:
        from analytics.services.correlation_charts import matrix

        asked = CorrelationsChartQuery.read(request.query_params)
        drawn = look(asked)
        answer = self.related(asked, "correlations.chart", lambda found: {"svg": matrix(found, **drawn)}, picture=drawn)
        return picture(answer["svg"])
