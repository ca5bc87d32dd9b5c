from typing import Any

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from analytics.api import metric_docs as docs
from analytics.api.serializers.correlations import CorrelationsQuery, CorrelationsSerializer
from analytics.api.views.asking import asked_of
from brands.api.base import BrandAPIView


@docs.CORRELATIONS
class CorrelationsView(BrandAPIView):
    capability = {"get": "analytics.view"}
    rate_limit = "60/minute"  # each may read the events of twelve metrics

    def get(self, request: Request, **_: Any) -> Response:
        from analytics.services.metric_reports import related

        asked = CorrelationsQuery.read(request.query_params)
        answer = related(
            actor=self.actor,
            metric_ids=asked["metric"],
            asked=asked_of(asked),
            most_lead=asked["most_lead"],
            at=timezone.now(),
            tell=lambda found: CorrelationsSerializer(found).data,
        )
        return Response(answer)
