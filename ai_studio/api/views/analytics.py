from typing import Any

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from ai_studio.api import docs
from ai_studio.api.serializers.analytics import ReportQuery, ReportSerializer
from ai_studio.services.report import report
from brands.api.base import BrandAPIView


@docs.ANALYTICS
class AnalyticsView(BrandAPIView):
    capability = {"get": "analytics.view"}
    rate_limit = "120/minute"  # each counts up to two years of rows

    def get(self, request: Request, **_: Any) -> Response:
        asked = ReportQuery.read(request.query_params)
        found = report(
            actor=self.actor,
            at=timezone.now(),
            from_date=asked.get("from"),
            to_date=asked.get("to"),
            types=sorted(asked["type"]),
        )
        return Response(ReportSerializer(found).data)
