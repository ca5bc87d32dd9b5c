"""Questions about retention."""

from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from ai_studio.services.periods import period
from analytics.api import retention_docs as docs
from analytics.api.serializers.pictures import look
from analytics.api.serializers.retention import RetentionChartQuery, RetentionPeopleQuery, RetentionTableQuery
from analytics.api.views.pictures import picture
from analytics.services import cohort_charts, people, retention_tables
from analytics.services.retention_questions import MAX_DAYS, Asked
from brands.api.base import BrandAPIView
from brands.models import Brand


class RetentionAnswerView(BrandAPIView):
    capability = {"get": "analytics.view"}
    rate_limit = "120/minute"

    def asked(self, query: dict[str, Any]) -> Asked:
        now = timezone.now()
        brand = Brand.objects.get(pk=self.brand_id)
        days = period(
            timezone=brand.timezone,
            at=now,
            from_date=query.pop("from", None),
            to_date=query.pop("to", None),
            at_most=MAX_DAYS,
        )
        start, back = (
            {"event": query.pop(f"{role}_event", None), "filters": query.pop(f"{role}_filters", [])}
            for role in ("start", "return")
        )
        minimum = query.pop("minimum_occurrences")
        return Asked(brand_id=brand.pk, start=start, back=back, days=days, at=now, minimum=minimum, **query)


@docs.RESULT
class RetentionView(RetentionAnswerView):
    def get(self, request: Request, **_: Any) -> Response:
        return Response(retention_tables.result(self.asked(RetentionTableQuery.read(request.query_params))))


@docs.CHART
class RetentionChartView(RetentionAnswerView):
    def get(self, request: Request, **_: Any) -> HttpResponse:
        query = RetentionChartQuery.read(request.query_params)
        drawn, period = look(query), query["period"]
        return picture(
            cohort_charts.retention_picture(retention_tables.result(self.asked(query)), period=period, **drawn)
        )


@docs.PEOPLE
class RetentionPeopleView(RetentionAnswerView):
    def get(self, request: Request, **_: Any) -> Response:
        query = RetentionPeopleQuery.read(request.query_params)
        cohort, column, after, limit = (query.pop(name) for name in ("cohort", "column", "after", "limit"))
        found = retention_tables.people_behind(self.asked(query), cohort=cohort, column=column)
        return Response(people.page(found, after=after, limit=limit))
