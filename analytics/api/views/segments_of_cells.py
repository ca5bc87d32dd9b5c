"""The people behind a number of a chart, kept as a segment."""

from typing import Any

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from analytics.api import segment_docs as docs
from analytics.api.serializers.funnel_answers import PeopleQuery
from analytics.api.serializers.retention import RetentionPeopleQuery
from analytics.api.serializers.segments import NamedBody, SegmentSerializer
from analytics.api.views.funnel_answers import FunnelAnswerView
from analytics.api.views.retention import RetentionAnswerView
from analytics.api.views.segments import place_of
from analytics.services import funnels, retention_tables, segments
from brands.permissions import Actor


@docs.FROM_FUNNEL
class FunnelSegmentView(FunnelAnswerView):
    capability = {"post": segments.CAPABILITY}

    def post(self, request: Request, **_: Any) -> Response:
        self.get_object()  # what is not there is not found, whatever was asked of it
        query, body = PeopleQuery.read(request.query_params), NamedBody.read(request.data)
        found = funnels.people_behind(self.asked(query), step=query["step"], fate=query["fate"])
        return _kept(self.actor, found, body)


@docs.FROM_RETENTION
class RetentionSegmentView(RetentionAnswerView):
    capability = {"post": segments.CAPABILITY}

    def post(self, request: Request, **_: Any) -> Response:
        query, body = RetentionPeopleQuery.read(request.query_params), NamedBody.read(request.data)
        cohort, column, _after, _limit = (query.pop(name) for name in ("cohort", "column", "after", "limit"))
        found = retention_tables.people_behind(self.asked(query), cohort=cohort, column=column)
        return _kept(self.actor, found, body)


def _kept(actor: Actor, numbers: list[int], body: dict[str, Any]) -> Response:
    made = segments.create_static(actor=actor, numbers=numbers, at=timezone.now(), **body)
    return Response(SegmentSerializer(made).data, status=201, headers={"Location": place_of(made)})
