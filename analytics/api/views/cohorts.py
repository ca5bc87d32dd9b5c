from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from analytics.api import retention_docs as docs
from analytics.api.serializers.cohorts import CohortsQuery, CohortTableSerializer
from analytics.choices import Grain
from analytics.services import cohort_tables
from brands.api.base import BrandAPIView


@docs.COHORTS
class CohortsView(BrandAPIView):
    capability = {"get": "analytics.view"}

    def get(self, request: Request, **_: Any) -> Response:
        asked = CohortsQuery.read(request.query_params)
        found = cohort_tables.table(
            brand_id=self.brand_id,
            grain=Grain(asked["grain"]),
            from_date=asked.get("from"),
            to_date=asked.get("to"),
        )
        return Response(CohortTableSerializer(found).data)
