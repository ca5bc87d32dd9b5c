from typing import Any

from django.http import HttpResponse
from rest_framework.request import Request
from rest_framework.response import Response

from analytics.api import retention_docs as docs
from analytics.api.serializers.cohorts import CohortsChartQuery, CohortsQuery, CohortTableSerializer
from analytics.api.serializers.pictures import look
from analytics.api.views.pictures import picture
from analytics.choices import Grain
from analytics.services import cohort_charts, cohort_tables
from analytics.services.cohort_tables import CohortTable
from brands.api.base import BrandAPIView
from brands.models import Brand


class KeptCohortsView(BrandAPIView):
    capability = {"get": "analytics.view"}

    def table(self, asked: dict[str, Any]) -> CohortTable:
        return cohort_tables.table(
            brand_id=self.brand_id,
            grain=Grain(asked["grain"]),
            from_date=asked.get("from"),
            to_date=asked.get("to"),
        )


@docs.COHORTS
class CohortsView(KeptCohortsView):
    def get(self, request: Request, **_: Any) -> Response:
        return Response(CohortTableSerializer(self.table(CohortsQuery.read(request.query_params))).data)


@docs.COHORTS_CHART
class CohortsChartView(KeptCohortsView):
    def get(self, request: Request, **_: Any) -> HttpResponse:
        asked = CohortsChartQuery.read(request.query_params)
        drawn, currency = look(asked), Brand.objects.get(pk=self.brand_id).currency
        found = self.table(asked)
        return picture(cohort_charts.cohorts_picture(found, measure=asked["measure"], currency=currency, **drawn))
