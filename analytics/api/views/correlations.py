from typing import Any

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from analytics.api import metric_docs as docs
from analytics.api.later import AnswersLater
from analytics.api.serializers.correlations import CorrelationsQuery, CorrelationsSerializer
from analytics.api.views.asking import asked_of
from brands.api.base import BrandAPIView


@docs.CORRELATIONS
class CorrelationsView(AnswersLater, BrandAPIView):
    capability = {"get": "analytics.view"}
    rate_limit = "60/minute"  # each may read the events of twelve metrics

    def get(self, request: Request, **_: Any) -> Response:
        from analytics.services.metric_answers import related

        asked = CorrelationsQuery.read(request.query_params)
        found = related(
            actor=self.actor,
            metric_ids=asked["metric"],
            asked=asked_of(asked),
            most_lead=asked["most_lead"],
            at=timezone.now(),
        )
        return Response(CorrelationsSerializer(found).data)
